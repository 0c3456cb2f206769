import { AppError } from '../contract/app-error';
import { parseDiskSize } from '../contract/disk-size';
import { note } from '../contract/remedy';

/** A size with a unit, such as `20G`, in bytes, rounded up to whole sectors; the engine checks its range. */
export function sizeOf(option: string, text: string): number {
  const bytes = /[a-z]/i.test(text) ? parseDiskSize(text) : null;
  if (bytes !== null) return Math.ceil(bytes / 512) * 512;
  throw new AppError('BAD_INPUT', `--${option} ${text} is not a size.`, {
    field: option,
    remedy: note(`Give a number with a unit, for example --${option} 20G`),
  });
}
