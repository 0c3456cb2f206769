import { AppError, note, type Remedy } from '../../../contract';

/**
 * Refuses a setup. `rule` is the name that oVirt's engine gives to the same refusal (or the letter of a rule of our own), so
 * that whoever knows one finds the other.
 */
export function broken(rule: string, field: string, message: string, remedy: Remedy | string): never {
  throw new AppError('RULE_BROKEN', message, {
    rule,
    field,
    remedy: typeof remedy === 'string' ? note(remedy) : remedy,
  });
}

/** The first that occurs twice. */
export function twice(items: readonly string[]): string | undefined {
  return items.find((item, at) => items.indexOf(item) !== at);
}
