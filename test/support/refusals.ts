import { AppError, type ErrorCode, type Remedy } from '../../contract';

/** What a rule's refusal says, for tests: the error that `act` throws, which must be ours and must say what to do. */
export function refusal(act: () => unknown): {
  code: ErrorCode;
  rule: string | undefined;
  field: string | undefined;
  message: string;
  remedy: Remedy;
} {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!error.remedy) throw new Error(`the refusal gives no remedy: ${error.message}`, { cause: error });
    return {
      code: error.code,
      rule: error.rule,
      field: error.field,
      message: error.message,
      remedy: error.remedy,
    };
  }
  throw new Error('it was not refused');
}
