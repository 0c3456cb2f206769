import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { MESSAGES, type Message, type MessageType } from '../contract';
import { EVENT_MESSAGES } from '../contract/messages/events';
import { JOB_TITLES, STEP_TITLES } from '../contract/messages/jobs';
import { TEXTS, textOf } from './text-of';

/** How a schema is filled in: `full` has two of each list and all that may be null, `spare` one of each and null, `empty` no list items. */
type Fill = 'full' | 'spare' | 'empty';
const COUNT: Record<Fill, number> = { full: 2, spare: 1, empty: 0 };

interface Def {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly entries?: Record<string, string>;
  readonly values?: readonly unknown[];
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

/** Values that fit a schema, one for each way in which it can be filled in. */
function examples(schema: z.ZodType, fill: Fill): unknown[] {
  const def = schema.def as unknown as Def;
  switch (def.type) {
    case 'string':
      return ['web'];
    case 'number':
    case 'int':
      return [fill === 'full' ? 3 : 1];
    case 'boolean':
      return [true, false];
    case 'enum':
      return Object.values(def.entries ?? {});
    case 'literal':
      return [...(def.values ?? [])];
    case 'nullable':
      return fill === 'full' ? examples(def.innerType!, fill) : [null];
    case 'optional':
      return fill === 'full' ? examples(def.innerType!, fill) : [undefined];
    case 'array':
      return examples(def.element!, fill).map((each) => Array.from({ length: COUNT[fill] }, () => each));
    case 'union':
      return def.options!.flatMap((option) => examples(option, fill));
    case 'object': {
      const fields = Object.entries(def.shape ?? {}).map(([key, each]) => [key, examples(each, fill)] as const);
      const most = Math.max(1, ...fields.map(([, values]) => values.length));
      return Array.from({ length: most }, (_, i) =>
        Object.fromEntries(fields.map(([key, values]) => [key, values[i % values.length]])),
      );
    }
    default:
      throw new Error(`no example of ${def.type}`);
  }
}

const rendered = (type: MessageType, fill: Fill): string[] =>
  examples(MESSAGES[type], fill).map((params) => textOf({ type, params } as Message));

const TYPES = Object.keys(TEXTS) as Array<Exclude<MessageType, 'text'>>;
/** Words that Atoll does not use where people read. */
const AVOIDED =
  // cspell:disable-next-line
  /\b(anew|can not|by itself|by themselves|meanwhile|goes on|go on|lets? go|way out|wish|told|tells?|hears?|stands?|as wanted|no more|took|taken? (off|away)|throw-away|on record|under way)\b/i;

describe.each(TYPES)('the text of %s', (type) => {
  it.each(['full', 'spare'] as const)('is one line that ends properly (%s)', (fill) => {
    const texts = rendered(type, fill);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
      expect(text).toMatch(/^\S(.*[^\s.,:;])?$/);
      expect(text).not.toMatch(/ {2}|[.!?] +\p{Lu}|\s[,;:)]|\(\s/u);
      expect(text).not.toMatch(AVOIDED);
    }
  });

  it('takes empty lists', () => {
    for (const text of rendered(type, 'empty')) expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

describe('the catalogue', () => {
  it('has a text for each type but old text, and for no other', () => {
    expect([...TYPES, 'text'].sort()).toEqual(Object.keys(MESSAGES).sort());
  });

  // What is said of a job begins with its title, which may be old text.
  it.each(
    [...Object.keys(EVENT_MESSAGES), ...Object.keys(JOB_TITLES)].filter(
      (type) => !type.startsWith('job.'),
    ) as MessageType[],
  )('begins %s as a sentence', (type) => {
    for (const text of rendered(type, 'full')) expect(text).toMatch(/^(\p{Lu}|vNIC|\d)/u);
  });

  it('says what is done in titles of steps as a command', () => {
    for (const type of Object.keys(STEP_TITLES) as MessageType[])
      if (type !== 'step.command') for (const text of rendered(type, 'full')) expect(text).toMatch(/^\p{Lu}\p{Ll}+/u);
  });

  it('shows the text of old stores as it is, and a type of a newer engine by its name', () => {
    expect(textOf({ type: 'text', params: { text: 'It was so.' } })).toBe('It was so.');
    expect(textOf({ type: 'moon.landed', params: {} } as unknown as Message)).toBe('moon.landed');
  });
});
