import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { asAppError, errorText } from './report-error';

const error = new AppError('RULE_BROKEN', 'A \u001b[31mred\u001b[0m name', {
  remedy: note('Choose\nanother'),
  rule: 'S3',
  field: 'name',
});

describe('an error', () => {
  it('prints code, rule and hint, and cannot control the terminal', () => {
    expect(errorText(error, false)).toBe(
      'error[RULE_BROKEN]: A \\e[31mred\\e[0m name (rule S3)\nhint: Choose\nanother\n',
    );
  });

  it('is one JSON object with --json', () => {
    expect(JSON.parse(errorText(error, true))).toEqual({
      error: {
        code: 'RULE_BROKEN',
        message: error.message,
        remedy: note('Choose\nanother'),
        hint: 'Choose\nanother',
        field: 'name',
        rule: 'S3',
      },
    });
  });

  it('has no hint without a remedy', () => {
    expect(errorText(new AppError('CANCELLED', 'It was cancelled'), false)).toBe(
      'error[CANCELLED]: It was cancelled\n',
    );
  });

  it('of unknown type becomes INTERNAL', () => {
    expect(asAppError(new TypeError('x is not a function'))).toMatchObject({
      code: 'INTERNAL',
      message: 'x is not a function',
    });
    expect(asAppError('text')).toMatchObject({ code: 'INTERNAL', message: 'text' });
  });
});
