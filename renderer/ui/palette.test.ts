import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLORS, GRAY, looksOf, PATTERNS } from './palette';

const network = (id: string, name = id, isIsolated = true) => ({ id, name, isIsolated });

describe('looksOf', () => {
  it('gives a network the color in its name', () => {
    const looks = looksOf([network('1', 'green'), network('2', 'blue'), network('3', 'Rose')]);
    expect([...looks.values()].map((look) => look.color)).toEqual(['green', 'blue', 'rose']);
  });

  it('is independent of the order of the networks', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 60 }), (ids) => {
        const given = looksOf(ids.map((id) => network(id)));
        const turned = looksOf(ids.toReversed().map((id) => network(id)));
        for (const id of ids) expect(turned.get(id)).toEqual(given.get(id));
      }),
    );
  });

  it('keeps regular networks gray', () => {
    expect(looksOf([network('1', 'blue', false)]).get('1')).toEqual(GRAY);
  });

  it('gives each network a unique look while there are enough', () => {
    const most = COLORS.length * PATTERNS.length;
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { maxLength: most }), (ids) => {
        const looks = [...looksOf(ids.map((id) => network(id))).values()].map(
          (look) => `${look.color}/${look.pattern}`,
        );
        expect(new Set(looks).size).toBe(ids.length);
      }),
    );
  });

  it('uses every color before the first pattern', () => {
    const looks = [...looksOf(Array.from({ length: 13 }, (_, i) => network(`n${i}`))).values()];
    expect(looks.filter((look) => look.pattern === 'solid')).toHaveLength(12);
  });

  it('handles more networks than looks', () => {
    expect(looksOf(Array.from({ length: 100 }, (_, i) => network(`n${i}`))).size).toBe(100);
  });
});
