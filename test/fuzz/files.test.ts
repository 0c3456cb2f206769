import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '../../contract';
import { readLabFile } from '../../engine/labfile/parse';
import { withoutSecrets } from '../../engine/system/redact';
import { printable, safeJson } from '../../cli/text/escape';
import { fuzz, texts } from './fuzz';
import { LABFILE } from './samples';

it('a lab file', () =>
  fuzz(texts(LABFILE), (text) => {
    try {
      readLabFile(text);
    } catch (error) {
      if (error instanceof AppError) expect(error.code).toBe('BAD_INPUT');
      throw error;
    }
  }));

it('a report: no secret stays, whatever is around it', () =>
  fuzz(
    texts('the password=hunter2-x of "web1" {"token": "abc"} --password hunter2-x https://u:hunter2-x@h/'),
    (text) => {
      if (withoutSecrets(text, ['hunter2-x']).includes('hunter2-x')) throw new Error('it is still there');
    },
  ));

it('what a terminal is shown', () =>
  fuzz(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
    const shown = printable(text) + safeJson(text);
    if (/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u.test(shown))
      throw new Error(`it shows ${JSON.stringify(shown)}`);
  }));
