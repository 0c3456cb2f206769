import { z } from 'zod';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

const BOUNDED: Readonly<Record<string, string>> = { string: ' characters', array: ' of them', set: ' of them' };

const TYPES: Readonly<Record<string, string>> = {
  int: 'must be a whole number',
  number: 'must be a number',
  string: 'must be text',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must have fields with names, as in name: value',
};

const bound = (edge: 'least' | 'most', limit: number | bigint, origin: string): string =>
  edge === 'least' && origin === 'string' && Number(limit) === 1
    ? 'must not be empty'
    : `must be at ${edge} ${limit}`.replace('be at', origin in BOUNDED ? 'have at' : 'be at') + (BOUNDED[origin] ?? '');

const LONGEST = 60;

/** The value of the field that decides what the others are; undefined: it is missing. */
const kindIn = (input: unknown, field: string): unknown =>
  typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[field] : undefined;

function choiceWords(options: readonly unknown[], value: unknown): string {
  const allowed = `must be one of ${options.map(String).join(', ')}`;
  if (value === undefined) return `is missing; it ${allowed}`;
  const named = typeof value === 'object' ? 'a list or fields' : JSON.stringify(value);
  return `${allowed}, not ${named.length > LONGEST ? `${named.slice(0, LONGEST)}…` : named}`;
}

/**
 * Validation errors in the style of the forms and the CLI, if the schema has no message of its own: zod's (`Too small: expected
 * number to be >=1`) are for programmers.
 */
export function issueWords(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return bound('least', issue.minimum, issue.origin);
    case 'too_big':
      return bound('most', issue.maximum, issue.origin);
    case 'invalid_format':
      return issue.format === 'uuid' || issue.format === 'guid' ? 'must be an id, as lists show it' : undefined;
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return TYPES[issue.expected];
    case 'invalid_value':
      return issue.values.length > 1 ? `must be one of ${issue.values.map(String).join(', ')}` : undefined;
    case 'invalid_union':
      return Array.isArray(issue['options']) && issue.discriminator !== undefined
        ? choiceWords(issue['options'], kindIn(issue.input, issue.discriminator))
        : undefined;
    default:
      return undefined;
  }
}

z.config({ customError: (issue) => issueWords(issue) });
