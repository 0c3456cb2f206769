import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { AppError } from '../../contract';
import type { RunResult, Shell } from '../../hosts/shell';

/** A fresh one each time; ATOLL_FUZZ_SEED repeats a run that failed. */
const SEED = Number(process.env['ATOLL_FUZZ_SEED'] ?? randomInt(2 ** 31 - 1));
const RUNS = Number(process.env['ATOLL_FUZZ_RUNS'] ?? 10_000);
console.log(`fuzz: ${RUNS} runs each, ATOLL_FUZZ_SEED=${SEED}`);

/** Processor time of one run; the inputs have a few KB, which linear code reads in far less than this. Milliseconds. */
const ONE_RUN_MS = 2_000;
const CLEAN = Object.getOwnPropertyNames(Object.prototype).join();

/** Runs `check` on RUNS values. It may throw an AppError and nothing else, takes no longer than linear code, and pollutes no prototype. */
export function fuzz<T>(values: fc.Arbitrary<T>, check: (value: T) => void): void {
  const property = fc.property(values, (value) => {
    const began = process.cpuUsage();
    try {
      check(value);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
    requireCheap(process.cpuUsage(began));
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED });
}

/** The same for what reads by asking a host. */
export async function fuzzAsync<T>(values: fc.Arbitrary<T>, check: (value: T) => Promise<void>): Promise<void> {
  const property = fc.asyncProperty(values, async (value) => {
    const began = process.cpuUsage();
    try {
      await check(value);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
    requireCheap(process.cpuUsage(began));
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
}

function requireCheap({ user, system }: NodeJS.CpuUsage): void {
  if ((user + system) / 1000 > ONE_RUN_MS) throw new Error(`took ${(user + system) / 1000} ms of the processor`);
  if (Object.getOwnPropertyNames(Object.prototype).join() !== CLEAN) throw new Error('Object.prototype was changed');
}

/** A host that answers whatever it is asked with the next of some texts, and ends as it likes. */
export function liar(answers: readonly string[], exit = 0): Shell {
  let next = 0;
  const answer = (): Promise<RunResult> =>
    Promise.resolve({ exit, stdout: answers[next++ % Math.max(1, answers.length)] ?? '', stderr: '' });
  const never = (): never => {
    throw new Error('only asked');
  };
  return {
    name: 'liar',
    run: answer,
    script: answer,
    stream: never,
    connect: never,
    pipe: never,
    close: () => Promise.resolve(),
  };
}

/** What parsers stumble over, as text. */
const TOKENS = [
  '"',
  "'",
  '\\',
  '\\u',
  '\\u0000',
  '\n',
  '\r',
  '\t',
  '\u0001',
  '\u001b[31m',
  '\u007f',
  '\u202e',
  '\u200b',
  '\ufffd',
  '\ud800',
  '\0',
  '{',
  '}',
  '[',
  ']',
  '[[[[[[[[',
  ',',
  ':',
  '<',
  '>',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '</domain>',
  '&a;',
  '&#0;',
  ']]>',
  '__proto__',
  'constructor',
  '../',
  '/',
  '$(touch x)',
  '-rf',
  '--help',
  'W 0',
  '1e999',
  '-1',
  'null',
  '9'.repeat(40),
  'x'.repeat(2000),
  '\n\n',
  ' ',
  '@revoked ',
  '|1|',
  '&x *x',
  '!!js/function',
] as const;

interface Cut {
  readonly at: number;
  readonly length: number;
  readonly kind: 'insert' | 'replace' | 'remove' | 'double' | 'end';
  readonly token: string;
}
const cuts: fc.Arbitrary<Cut[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.nat(8), fc.nat(200)),
    kind: fc.constantFrom('insert', 'replace', 'remove', 'double', 'end'),
    token: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...TOKENS) }, fc.string({ unit: 'binary', maxLength: 12 })),
  }),
  { maxLength: 6 },
);

/** Real outputs with something put in, taken out, doubled or cut off; now and then text that is nothing at all. */
export const texts = (...samples: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(fc.constantFrom(...samples), cuts).map(([sample, list]) => list.reduce(cut, sample)),
    },
    fc.string({ unit: 'binary', maxLength: 300 }),
  );

function cut(text: string, { at, length, kind, token }: Cut): string {
  const from = Math.floor(at * text.length);
  const [before, part, after] = [text.slice(0, from), text.slice(from, from + length), text.slice(from + length)];
  switch (kind) {
    case 'insert':
      return before + token + part + after;
    case 'replace':
      return before + token + after;
    case 'remove':
      return before + after;
    case 'double':
      return before + part + part + after;
    case 'end':
      return before;
  }
}

const leaves = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...TOKENS))), {
  minLength: 1,
  maxLength: 4,
});

/** Real JSON in which some values, of whatever kind, are other ones; half of it is then cut as text too. */
export const jsons = (...samples: readonly unknown[]): fc.Arbitrary<string> => {
  const odd = fc
    .tuple(fc.constantFrom(...samples), leaves)
    .map(([sample, list]) => JSON.stringify(list.reduce(replaceOne, sample)));
  return fc.oneof(
    odd,
    fc.tuple(odd, cuts).map(([text, list]) => list.reduce(cut, text)),
    texts(...samples.map((each) => JSON.stringify(each))),
  );
};

function replaceOne(value: unknown, [pick, by]: readonly [number, unknown]): unknown {
  if (typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  if (keys.length === 0 || pick % 7 === 0) return by;
  const key = keys[pick % keys.length] ?? '';
  const inner = replaceOne((value as Record<string, unknown>)[key], [Math.floor(pick / keys.length), by]);
  if (Array.isArray(value)) return value.map((each: unknown, at) => (String(at) === key ? inner : each));
  // Through entries, so that a key "__proto__" is a key.
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === key ? inner : (each as unknown)]),
  );
}
