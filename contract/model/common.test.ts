import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Id, KeptName, Mac, Name, NetworkName } from './common';

const said = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value).error?.issues[0]?.message;

const KINDS = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tiny') }),
  z.object({ kind: z.literal('image') }),
]);

describe('validation errors', () => {
  it.each([
    [z.int().min(1), 0, 'must be at least 1'],
    [z.int().max(512), 5000, 'must be at most 512'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(3), 'a', 'must have at least 3 characters'],
    [z.string().max(3), 'abcd', 'must have at most 3 characters'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 of them'],
    [z.enum(['raw', 'qcow2']), 'vdi', 'must be one of raw, qcow2'],
    [z.string(), undefined, 'is missing'],
    [Id, 'nosuch', 'must be an id, as lists show it'],
    [z.int().min(32, 'must be at least 32 MiB'), 1, 'must be at least 32 MiB'],
    [KINDS, { kind: 'cd' }, 'must be one of tiny, image, not "cd"'],
    [KINDS, { kind: 7 }, 'must be one of tiny, image, not 7'],
    [KINDS, { kind: ['tiny'] }, 'must be one of tiny, image, not a list or fields'],
    [KINDS, { kind: 'x'.repeat(99) }, `must be one of tiny, image, not "${'x'.repeat(59)}…`],
    [KINDS, {}, 'is missing; it must be one of tiny, image'],
    [KINDS, 'tiny', 'must have fields with names, as in name: value'],
  ] as const)('are readable sentences (%#)', (schema, value, words) => {
    expect(said(schema, value)).toBe(words);
  });
});

describe('a MAC address', () => {
  it.each(['00:00:00:00:00:00', '01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff', 'fe:54:00:00:00:01', '56:6f:00', 'zz'])(
    'rejects %s',
    (mac) => expect(Mac.safeParse(mac).success).toBe(false),
  );

  it('is stored in lower case', () => {
    expect(Mac.parse('56:6F:00:00:00:01')).toBe('56:6f:00:00:00:01');
    expect(Mac.parse('00:00:00:00:00:01')).toBe('00:00:00:00:00:01');
  });
});

describe('a name', () => {
  const ZWNJ = '\u200c';
  const ZWJ = '\u200d';
  const VS16 = '\ufe0f';

  it.each([
    ...[
      '\u200b',
      '\u2060',
      '\ufeff',
      '\u00ad',
      '\u034f',
      '\u061c',
      '\u200e',
      '\u200f',
      '\u202a',
      '\u202e',
      '\u2066',
      '\u2069',
    ],
    ...['\u115f', '\u1160', '\u3164', '\uffa0', '\u180e', '\u{e0061}', '\ufe01', ZWNJ, ZWJ, VS16],
  ])('is refused with %j as a new name, and accepted as a stored one', (char) => {
    for (const name of [`we${char}b`, `${char}web`, `web${char}`]) {
      for (const schema of [Name, NetworkName])
        expect(schema.safeParse(name).success, JSON.stringify(name)).toBe(false);
      // JavaScript treats this one as a space, which no version allowed at the ends of a name.
      if (char !== '\ufeff') expect(KeptName.safeParse(name).success).toBe(true);
    }
  });

  it.each(['\u2800', '\u00a0', '\u2003', '\u202f', '\ufff9', '\ufffa'])(
    'is not given with %j, which looks like a blank or like nothing',
    (char) => {
      expect(Name.safeParse(`we${char}b`).success).toBe(false);
      expect(KeptName.safeParse(`we${char}b`).success).toBe(true);
    },
  );

  it('may have the blanks that people type', () => {
    for (const name of ['web server', '山田\u3000太郎']) expect(Name.safeParse(name).success).toBe(true);
  });

  it('is refused with an error that shows the character', () => {
    expect(said(Name, 'we\u200bb')).toBe('must have no invisible characters: it has U+200B');
  });

  it.each([
    'web',
    'Büro 3',
    '実験室',
    'می\u200cخواهم',
    'क्\u200dष',
    'ශ්\u200dරී',
    '👩\u200d👩\u200d👧',
    '❤\ufe0f',
    '👩🏽\u200d🚀',
    '❤\ufe0f\u200d🔥',
    '1\ufe0f\u20e3',
  ])('accepts %s', (name) => expect(Name.safeParse(name).success).toBe(true));

  it.each([`د${ZWNJ}ر`, `ب${ZWNJ}`, `क${ZWJ}ष`, `क्${ZWJ}${ZWJ}ष`, `👩${ZWJ}`, `1${VS16}`, `👩${VS16}${VS16}`])(
    'accepts a joiner only where it is visible (%j)',
    (name) => expect(Name.safeParse(name).success).toBe(false),
  );
});
