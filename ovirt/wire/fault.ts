import { AppError } from '../../contract/app-error';
import type { Rep } from './rep';

/** A refusal in oVirt's form. */
export class Fault extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly detail: string,
  ) {
    super(`${reason}: ${detail}`);
    this.name = 'Fault';
  }

  get rep(): Rep {
    return { reason: this.reason, detail: this.detail };
  }
}

export const OPERATION_FAILED = 'Operation Failed';

export const notFound = (what: string): Fault => new Fault(404, OPERATION_FAILED, `[${what} doesn't exist.]`);
export const badRequest = (detail: string): Fault => new Fault(400, 'Bad Request', detail);
export const unsupported = (what: string): Fault =>
  new Fault(400, OPERATION_FAILED, `[${what} is not supported by Atoll.]`);
export const incomplete = (type: string, verb: string, fields: readonly string[]): Fault =>
  new Fault(400, 'Incomplete parameters', `${type} [${fields.join(', ')}] required for ${verb}`);

/** Rules of oVirt's engine whose breach is a conflict with what is there; all others are bad parameters. */
const CONFLICTS = new Set([
  'NETWORK_NOT_IN_SYNC',
  'NETWORK_CANNOT_DETACH_NETWORK_USED_BY_VMS',
  'NETWORK_ALREADY_ATTACHED_TO_HOST',
]);

/** A name of a rule as oVirt's engine has them; Atoll's own are S1, O3 and the like. */
const isOvirtRule = (rule: string | undefined): rule is string =>
  rule !== undefined &&
  /^(ACTION_TYPE|NETWORK|NETWORKS|NIC|HOST|BOND|BONDS|ATTACHMENT|LABEL|INVALID|VM_CANNOT)_[A-Z0-9_]+$/.test(rule);

/** What Atoll's rules are called there. */
const RENAMED: Readonly<Record<string, string>> = { VM_STATE: 'ACTION_TYPE_FAILED_VM_STATUS_ILLEGAL' };

/** What the engine refused, as oVirt would. `isAnswer`: of a request for the object itself, which may just not be there. */
export function faultOf(error: unknown, isAnswer = false): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof AppError)) return new Fault(500, OPERATION_FAILED, '[Internal Engine Error]');
  const { code, message, rule, remedy } = error;
  const name = isOvirtRule(rule) ? rule : RENAMED[rule ?? ''];
  const named = name === undefined ? '' : `${name}: `;
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  const detail = `[${named}${sentence}${remedy?.note ? ` ${remedy.note}` : ''}]`;
  return new Fault(statusOf(code, rule, isAnswer), OPERATION_FAILED, detail);
}

function statusOf(code: AppError['code'], rule: string | undefined, isAnswer: boolean): number {
  if (isOvirtRule(rule)) return CONFLICTS.has(rule) ? 409 : 400;
  switch (code) {
    case 'NOT_FOUND':
      return isAnswer ? 404 : 400;
    case 'BAD_INPUT':
    case 'NOT_SUPPORTED':
      return 400;
    case 'FORBIDDEN':
      return 403;
    case 'ENGINE_GONE':
    case 'HOST_UNREACHABLE':
      return 503;
    case 'STORE_FAILED':
    case 'INTERNAL':
      return 500;
    default:
      return 409;
  }
}
