import { text } from './text';

/** 1536 → `1.5 KiB`. */
export function sizeOf(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < text.sizes.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${text.sizes[unit]}`;
}
