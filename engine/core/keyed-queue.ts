import PQueue from 'p-queue';
import { cancelled } from './errors';

/** Queues by key, created on first use and dropped when empty, so that 10,000 idle VMs cost nothing. */
export class KeyedQueue {
  private readonly queues = new Map<string, PQueue>();

  /** `concurrency`: how many tasks of one key may run at once. */
  constructor(private readonly concurrency: number) {}

  /** Keys with pending or running tasks. */
  get size(): number {
    return this.queues.size;
  }

  /** Runs `task` when it is its turn; throws CANCELLED immediately if `signal` aborts while it waits. */
  run<T>(key: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(cancelled());
    let queue = this.queues.get(key);
    if (!queue) {
      queue = new PQueue({ concurrency: this.concurrency });
      this.queues.set(key, queue);
    }
    const mine = queue;
    // The queue's own signal would also abandon a running task; here only the waiting ends immediately.
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(cancelled());
      signal.addEventListener('abort', leave, { once: true });
      const turn = async (): Promise<T> => {
        signal.removeEventListener('abort', leave);
        if (signal.aborted) throw cancelled();
        return task();
      };
      const settled = mine.add(turn).finally(() => {
        if (mine.size === 0 && mine.pending === 0) this.queues.delete(key);
      });
      settled.then(resolve, reject);
    });
  }
}
