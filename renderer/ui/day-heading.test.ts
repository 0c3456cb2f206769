import { describe, expect, it } from 'vitest';
import { dayHeading } from './language';

describe('dayHeading', () => {
  const now = new Date(2026, 10, 29, 0, 30);
  const at = (year: number, month: number, day: number, hour = 12): string =>
    new Date(year, month - 1, day, hour).toISOString();

  it.each([
    [at(2026, 11, 29, 0), 'Today'],
    [at(2026, 11, 28, 23), 'Yesterday'],
    [at(2026, 11, 26), 'Thursday, November 26'],
    [at(2025, 11, 29), 'Nov 29, 2025'],
  ])('of %s is %s', (moment, heading) => {
    expect(dayHeading(moment, now)).toBe(heading);
  });
});
