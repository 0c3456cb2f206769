import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';

const UNITS = ['K', 'M', 'G', 'T'];

/** Bytes of a size such as `20G`, `1.5T` or `20GiB`: units of 1024, as qemu-img has them. */
export function sizeOf(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,12}(?:\.\d{1,3})?)\s*([a-z])(?:i?B)?$/i.exec(text.trim()) ?? [];
  const power = UNITS.indexOf(unit?.toUpperCase() ?? '') + 1;
  if (count === undefined || power === 0)
    throw new AppError('BAD_INPUT', `--${option} ${text} is not a size.`, {
      field: option,
      remedy: note(`Give a number with a unit, for example --${option} 20G`),
    });
  return Math.ceil((Number(count) * 1024 ** power) / 512) * 512;
}
