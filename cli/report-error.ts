import { AppError, ERROR_CODES } from '../contract/app-error';
import { note } from '../contract/remedy';
import { hintOf } from '../english/remedies';
import { printable, printableLines, safeJson } from './text/escape';

/** Converts any error to an AppError; an unexpected one becomes INTERNAL. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('INTERNAL', error instanceof Error ? error.message : String(error), {
    remedy: note('This should not happen. ATOLL_DEBUG=1 shows where it did.'),
    cause: error,
  });
}

/** The text for stderr: `error[CODE]: message` and `hint: ...`, or one JSON object. */
export function errorText(error: AppError, asJson: boolean): string {
  const { remedy } = error;
  const hint = remedy === null ? null : hintOf(remedy);
  if (asJson) {
    const { code, message, field, rule } = error;
    return `${safeJson({ error: { code, message, remedy, hint, ...(field === undefined ? {} : { field }), ...(rule === undefined ? {} : { rule }) } })}\n`;
  }
  const rule = error.rule === undefined ? '' : ` (rule ${printable(error.rule)})`;
  const help = hint === null ? '' : `hint: ${printableLines(hint)}\n`;
  return `error[${error.code}]: ${printableLines(error.message)}${rule}\n${help}`;
}

/** Prints an error and sets the exit code of its error code. */
export function reportError(thrown: unknown, asJson: boolean): void {
  const error = asAppError(thrown);
  process.stderr.write(errorText(error, asJson));
  if (process.env['ATOLL_DEBUG'] && thrown instanceof Error)
    process.stderr.write(`${printableLines(thrown.stack ?? '')}\n`);
  process.exitCode = ERROR_CODES[error.code].exit;
}
