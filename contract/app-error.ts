import type { Remedy } from './model/remedy';

/** The closed list of error codes. Each row defines a code everywhere: the HTTP status, the CLI's exit code, and its title on a screen. */
export const ERROR_CODES = {
  BAD_INPUT: { status: 400, exit: 2, title: 'The input is not valid' },
  NOT_FOUND: { status: 404, exit: 3, title: 'Not found' },
  AMBIGUOUS: { status: 409, exit: 3, title: 'The name matches more than one object' },
  CONFLICT: { status: 409, exit: 4, title: 'Conflicts with an existing object' },
  RULE_BROKEN: { status: 409, exit: 4, title: 'This would break a rule' },
  STATE_ILLEGAL: { status: 409, exit: 4, title: 'Not possible in the current state' },
  NO_CAPACITY: { status: 409, exit: 5, title: 'Not enough capacity' },
  HOST_UNREACHABLE: { status: 503, exit: 6, title: 'The host does not answer' },
  HOST_COMMAND_FAILED: { status: 502, exit: 6, title: 'A command on the host failed' },
  NOT_SUPPORTED: { status: 501, exit: 7, title: 'Not supported here' },
  STORE_FAILED: { status: 500, exit: 8, title: 'Database unavailable' },
  HOME_LOCKED: { status: 409, exit: 8, title: 'Another engine uses this home' },
  ENGINE_GONE: { status: 503, exit: 8, title: 'The engine does not answer' },
  JOB_FAILED: { status: 500, exit: 9, title: 'The job failed' },
  CANCELLED: { status: 499, exit: 130, title: 'Cancelled' },
  FORBIDDEN: { status: 403, exit: 10, title: 'Not allowed' },
  INTERNAL: { status: 500, exit: 1, title: 'Something went wrong inside Atoll' },
} as const satisfies Record<string, { status: number; exit: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The only error that our code throws deliberately. `message` says what was wrong, `remedy` what to do, `field` which input, `rule`
 * which named rule.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly remedy: Remedy | null;
  readonly field: string | undefined;
  readonly rule: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { remedy?: Remedy | null; field?: string; rule?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.remedy = options.remedy ?? null;
    this.field = options.field;
    this.rule = options.rule;
  }
}
