import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PromiseDraft, SUBJECT_KINDS } from './model/promise';
import { type Parsed, parsePromise, parseSubject, promiseText } from './promise-sentence';

const draftOf = (text: string): PromiseDraft => {
  const parsed: Parsed = parsePromise(text);
  if ('error' in parsed) throw new Error(`${text}: ${parsed.error} at ${parsed.at}`);
  return parsed.draft;
};

/** Names as people give them, and as nobody should: with words of the sentence, operators, quotes, prefixes. */
const names = fc.oneof(
  fc.constantFrom('web', 'db', 'cameras', 'and', 'Never', 'only', 'reach', 'on', 'TCP', 'outside', 'is', 'no', 'one'),
  fc.constantFrom(
    'my net',
    'a, b',
    'vm:web',
    'host:',
    'say "hi"',
    'back\\slash',
    '(x)',
    'ago)',
    '80',
    'ä',
    'network:"x"',
  ),
  fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name.trim() === name && name !== ''),
);
const subject = fc.record({ kind: fc.constantFrom(null, ...SUBJECT_KINDS), name: names });
const some = fc.array(subject, { minLength: 1, maxLength: 4 });
const nothing = fc.constant([]);
const base = { who: some, to: nothing, through: nothing, maxAgeMinutes: fc.constant(null), ports: nothing };
const kind = <K extends string>(value: K) => fc.constant(value);
const drafts = fc.oneof(
  fc.record({ ...base, kind: kind('never_reach'), to: some }),
  fc.record({ ...base, kind: kind('no_external') }),
  fc.record({
    ...base,
    kind: kind('direct'),
    to: some,
    ports: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 }),
  }),
  fc.record({ ...base, kind: kind('only_through'), to: some, through: some }),
  fc.record({ ...base, kind: kind('only_outside'), to: fc.oneof(nothing, some) }),
  fc.record({ ...base, kind: kind('isolated'), maxAgeMinutes: fc.option(fc.integer({ min: 1, max: 525_600 })) }),
  fc.record({ ...base, kind: kind('one_island') }),
);

describe('the sentence of a promise', () => {
  it('is read back as the same promise', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        expect(draftOf(promiseText(draft))).toEqual(draft);
      }),
      { numRuns: 500 },
    );
  });

  it('never fails but with what was expected, and where', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(names, fc.constantFrom(',', '(', ')', '"', 'and', 'reaches', 'only', 'through')), {
          maxLength: 12,
        }),
        (words) => {
          const parsed = parsePromise(words.join(' '));
          if ('draft' in parsed) expect(PromiseDraft.safeParse(parsed.draft).success).toBe(true);
          else expect(parsed.error).not.toBe('');
        },
      ),
    );
  });

  it.each([
    ['cameras never reach office', 'never_reach'],
    ['vault has no external access', 'no_external'],
    ['web reaches db directly', 'direct'],
    ['web reaches db directly on TCP 5432, 5433', 'direct'],
    ['plant reaches lab only through gw', 'only_through'],
    ['only gw is on outside', 'only_outside'],
    ['only gw is outside', 'only_outside'],
    ['blue is isolated on every host (verified at most 1 h ago)', 'isolated'],
    ['green is one island', 'one_island'],
    ['"my web" and vm:db have no external access', 'no_external'],
  ])('is printed as it is written: %s', (text, is) => {
    const draft = draftOf(text);
    expect(draft.kind).toBe(is);
    expect(promiseText(draft)).toBe(text);
  });

  it.each([
    ['plant and lab only through gw', 'plant reaches lab only through gw'],
    ['Web REACHES directly db', 'Web reaches db directly'],
    ['blue is isolated (verified at most 90min ago)', 'blue is isolated on every host (verified at most 90 min ago)'],
    ['a, b, c never reach d', 'a, b and c never reach d'],
  ])('has other forms: %s', (text, printed) => {
    expect(promiseText(draftOf(text))).toBe(printed);
  });

  it.each([
    ['', 'a name is expected', 0],
    ['web', '"never reach", "reaches", "has no external access", "only through" or "is" is expected', 3],
    ['web reaches', 'a name is expected', 11],
    ['web reaches db', '"directly" or "only through" is expected', 14],
    ['"web never reach db', 'a quote is not closed', 0],
    ['web never reach ""', 'a name must not be empty', 16],
    ['web never reach db now', 'the end of the sentence is expected', 19],
    ['web reaches db directly on TCP 99999', 'a port of 1 to 65535 is expected', 31],
    ['blue is isolated (verified at most 0 h ago)', 'the time must be 1 min to 365 d', 37],
    [
      'a, b and c only through gw',
      'two subjects are expected before "only through": otherwise write "A reaches B only through C"',
      24,
    ],
  ])('is refused: %s', (text, error, at) => {
    expect(parsePromise(text)).toEqual({ error, at });
  });

  it('has subjects with a kind', () => {
    expect(parseSubject('network:"my net"')).toEqual({ kind: 'network', name: 'my net' });
    expect(parseSubject('web')).toEqual({ kind: null, name: 'web' });
    expect(parseSubject('web db')).toEqual({ error: 'the end of the sentence is expected', at: 4 });
  });
});
