import { AppError, note, type Remedy } from '../../../contract';

/**
 * Refuses a setup. `rule` is the name of the same refusal in oVirt's engine (or the letter of a rule of our own), so that users of
 * one recognize the other.
 */
export function broken(rule: string, field: string, message: string, remedy: Remedy | string): never {
  throw new AppError('RULE_BROKEN', message, {
    rule,
    field,
    remedy: typeof remedy === 'string' ? note(remedy) : remedy,
  });
}

/** The first duplicate. */
export function twice(items: readonly string[]): string | undefined {
  return items.find((item, at) => items.indexOf(item) !== at);
}
