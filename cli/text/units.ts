import type { PointCounts, Verdict } from '../../contract';
import { spaced } from '../../contract/state/spaced';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 → `1.5 KiB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** MiB in readable units. */
export const mebibytes = (count: number): string => bytes(count * 1024 * 1024);

/** Megabits per second, in the unit that the speed of a link has: `1 Gbit/s`. */
export const bitRate = (mbps: number): string => (mbps < 1000 ? `${mbps} Mbit/s` : `${mbps / 1000} Gbit/s`);

/** Milliseconds: `0.3 s`, `4 min 10 s`, `3 h 5 min`. */
export function duration(span: number): string {
  // Negative if the clock was set back in between.
  const ms = Math.max(0, span);
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An instant in local time, to the second: `2026-11-23 14:05:09`. */
export function localTime(instant: string): string {
  const date = new Date(instant);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A verdict, and how many of its points failed without a way in or out, else how many were checked if not all were. */
export function verdictWords({
  verdict,
  points,
  unchecked,
  failed,
}: PointCounts & { readonly verdict: Verdict }): string {
  if (verdict !== 'not_isolated' && failed > 0)
    return `${verdict === 'unknown' ? 'not proven' : words(verdict)}, ${failed} of ${points} points failed`;
  return verdict === 'isolated' && unchecked > 0
    ? `${words(verdict)}, ${points - unchecked} of ${points} points checked`
    : words(verdict);
}

/** `non_operational` → `non-operational`. */
export const words = spaced;
