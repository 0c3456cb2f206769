import PQueue from 'p-queue';
import { cancelled } from './errors';

/** Queues by key, made when first used and dropped when empty, so that 10,000 idle VMs cost nothing. */
export class KeyedQueue {
  private readonly queues = new Map<string, PQueue>();

  /** `concurrency`: how many tasks of one key may run at once. */
  constructor(private readonly concurrency: number) {}

  /** Keys that have something to do. */
  get size(): number {
    return this.queues.size;
  }

  /** Runs `task` when it is its turn; throws CANCELLED if `signal` aborts while it still waits. */
  async run<T>(key: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    let queue = this.queues.get(key);
    if (!queue) {
      queue = new PQueue({ concurrency: this.concurrency });
      this.queues.set(key, queue);
    }
    const mine = queue;
    try {
      return await mine.add(() => {
        if (signal.aborted) throw cancelled();
        return task();
      });
    } finally {
      if (mine.size === 0 && mine.pending === 0) this.queues.delete(key);
    }
  }
}
