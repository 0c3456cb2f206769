import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLOURS, GREY, looksOf, PATTERNS } from './palette';

const network = (id: string, name = id, isIsolated = true) => ({ id, name, isIsolated });

describe('looksOf', () => {
  it('paints a network in the colour that its name says', () => {
    const looks = looksOf([network('1', 'green'), network('2', 'blue'), network('3', 'Rose')]);
    expect([...looks.values()].map((look) => look.colour)).toEqual(['green', 'blue', 'rose']);
  });

  it('gives each the same look, in whatever order they are listed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 60 }), (ids) => {
        const given = looksOf(ids.map((id) => network(id)));
        const turned = looksOf(ids.toReversed().map((id) => network(id)));
        for (const id of ids) expect(turned.get(id)).toEqual(given.get(id));
      }),
    );
  });

  it('keeps regular networks grey', () => {
    expect(looksOf([network('1', 'blue', false)]).get('1')).toEqual(GREY);
  });

  it('gives no look twice while there are some left', () => {
    const most = COLOURS.length * PATTERNS.length;
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { maxLength: most }), (ids) => {
        const looks = [...looksOf(ids.map((id) => network(id))).values()].map(
          (look) => `${look.colour}/${look.pattern}`,
        );
        expect(new Set(looks).size).toBe(ids.length);
      }),
    );
  });

  it('uses every colour before the first pattern', () => {
    const looks = [...looksOf(Array.from({ length: 13 }, (_, i) => network(`n${i}`))).values()];
    expect(looks.filter((look) => look.pattern === 'solid')).toHaveLength(12);
  });

  it('gives a look to more networks than there are looks', () => {
    expect(looksOf(Array.from({ length: 100 }, (_, i) => network(`n${i}`))).size).toBe(100);
  });
});
