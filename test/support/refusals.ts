import { AppError, type ErrorCode } from '../../contract';

/** What a rule's refusal says, for tests: the error that `act` throws, which must be ours and must say what to do. */
export function refusal(act: () => unknown): {
  code: ErrorCode;
  rule: string | undefined;
  field: string | undefined;
  message: string;
  hint: string;
} {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!error.hint) throw new Error(`the refusal gives no hint: ${error.message}`, { cause: error });
    return { code: error.code, rule: error.rule, field: error.field, message: error.message, hint: error.hint };
  }
  throw new Error('it was not refused');
}
