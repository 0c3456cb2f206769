/**
 * How many times longer `work` takes on `large` than on `small`: about as many times as there is more to do when the
 * work grows linearly, that number squared when it looks at all pairs. The best of nine runs of each, in processor time, so that
 * what else the machine does matters little; a ratio, because a test must not know how fast a machine is.
 */
export function growth<T>(work: (input: T) => unknown, small: T, large: T): number {
  const runs = Array.from({ length: 9 }, () => [elapsed(() => work(small)), elapsed(() => work(large))] as const);
  return Math.min(...runs.map(([, us]) => us)) / Math.min(...runs.map(([us]) => us));
}

/** Processor time of this process, in microseconds. */
function elapsed(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
