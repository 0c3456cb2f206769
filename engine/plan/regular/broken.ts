import { AppError, note } from '../../../contract';

/**
 * Refuses a setup. `rule` is the name that oVirt's engine gives to the same refusal (or the letter of a rule of our own), so
 * that whoever knows one finds the other.
 */
export function broken(rule: string, field: string, message: string, hint: string): never {
  throw new AppError('RULE_BROKEN', message, { rule, field, remedy: note(hint) });
}

/** The first that occurs twice. */
export function twice(items: readonly string[]): string | undefined {
  return items.find((item, at) => items.indexOf(item) !== at);
}
