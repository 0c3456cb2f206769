import { AppError, ERROR_CODES } from '../contract/app-error';
import { printable, printableLines, safeJson } from './text/escape';

/** Any error as one of ours; what nobody foresaw is INTERNAL. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('INTERNAL', error instanceof Error ? error.message : String(error), {
    hint: 'This should not happen. ATOLL_DEBUG=1 shows where it did.',
    cause: error,
  });
}

/** What to do; of a value that does not fit the engine says only why, since a form shows what fits. */
const hintOf = ({ code, hint }: AppError): string | null => hint ?? (code === 'BAD_INPUT' ? 'See --help.' : null);

/** What stands on stderr: `error[CODE]: message` and `hint: ...`, or one JSON object. */
export function errorText(error: AppError, asJson: boolean): string {
  if (asJson) {
    const { code, message, field, rule } = error;
    return `${safeJson({ error: { code, message, hint: hintOf(error), ...(field === undefined ? {} : { field }), ...(rule === undefined ? {} : { rule }) } })}\n`;
  }
  const rule = error.rule === undefined ? '' : ` (rule ${printable(error.rule)})`;
  const what = hintOf(error);
  const hint = what === null ? '' : `hint: ${printableLines(what)}\n`;
  return `error[${error.code}]: ${printableLines(error.message)}${rule}\n${hint}`;
}

/** Reports an error and sets the exit code that the table of codes gives it. */
export function reportError(thrown: unknown, asJson: boolean): void {
  const error = asAppError(thrown);
  process.stderr.write(errorText(error, asJson));
  if (process.env['ATOLL_DEBUG'] && thrown instanceof Error)
    process.stderr.write(`${printableLines(thrown.stack ?? '')}\n`);
  process.exitCode = ERROR_CODES[error.code].exit;
}
