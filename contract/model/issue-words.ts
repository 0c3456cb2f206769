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
    default:
      return undefined;
  }
}

z.config({ customError: (issue) => issueWords(issue) });
