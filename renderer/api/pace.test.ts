import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from './pace';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const takes = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('runs immediately when idle, then once for all requests made in the meantime', async () => {
  let rounds = 0;
  const pace = new Pace(() => void (rounds += 1), { leastMs: 100, share: 0.5 });
  pace.ask();
  expect(rounds).toBe(1);
  for (let i = 0; i < 50; i += 1) pace.ask();
  expect(rounds).toBe(1);
  await vi.advanceTimersByTimeAsync(110);
  expect(rounds).toBe(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(rounds).toBe(2);
});

it('uses no more than its share of the time', async () => {
  let rounds = 0;
  const pace = new Pace(
    async () => {
      rounds += 1;
      await takes(200);
    },
    { leastMs: 10, share: 0.25 },
  );
  const asking = setInterval(() => pace.ask(), 5);
  await vi.advanceTimersByTimeAsync(8_000);
  clearInterval(asking);
  expect(rounds).toBeGreaterThanOrEqual(9);
  expect(rounds).toBeLessThanOrEqual(11);
});

it('limits the pause, and continues after a failed run', async () => {
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  let rounds = 0;
  const pace = new Pace(
    async () => {
      rounds += 1;
      await takes(60_000);
      throw new Error('the wire is gone');
    },
    { leastMs: 10, share: 0.1 },
  );
  pace.ask();
  pace.ask();
  await vi.advanceTimersByTimeAsync(64_000);
  expect(rounds).toBe(2);
});
