import { AppError } from '../../contract/app-error';
import type { HardwareDraft } from '../../contract/model/hardware';
import { note } from '../../contract/remedy';
import { HARDWARE_OPTIONS } from '../commands/hardware';
import type { Input } from '../input';

/** The settings of hardware that options set by another name. */
const SETTINGS: Readonly<Record<string, keyof HardwareDraft>> = { 'nic-model': 'nicModel', 'boot-first': 'bootFirst' };

/** The hardware that the options ask for; undefined if none does. */
export function hardwareDraft(input: Input): HardwareDraft | undefined {
  const given = HARDWARE_OPTIONS.flatMap(({ name, complete }): Array<[string, string]> => {
    const value = input.text(name);
    if (value === undefined) return [];
    if (Array.isArray(complete) && !complete.includes(value))
      throw new AppError('BAD_INPUT', `--${name} can't be ${JSON.stringify(value)}.`, {
        field: name,
        remedy: note(`Give ${complete.join(', ').replace(/, ([^,]*)$/, ' or $1')}.`),
      });
    return [[SETTINGS[name] ?? name, value]];
  });
  return given.length === 0 ? undefined : (Object.fromEntries(given) as HardwareDraft);
}
