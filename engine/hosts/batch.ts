import { cancelled } from '../core/errors';

interface Member<T> {
  readonly signal: AbortSignal | undefined;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * Several requests that are served by one run. A member whose own signal aborts leaves at once; the run itself is aborted
 * only when all who asked for it have left.
 */
export class Batch<T> {
  private readonly members = new Set<Member<T>>();
  private readonly abort = new AbortController();
  private ran = false;

  /** Nobody waits for this run: it can be dropped without anyone noticing. */
  get empty(): boolean {
    return this.members.size === 0;
  }

  join(signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const member: Member<T> = { signal, resolve, reject };
      this.members.add(member);
      const leave = (): void => {
        if (!this.members.delete(member)) return;
        reject(cancelled());
        if (this.ran && this.members.size === 0) this.abort.abort();
      };
      if (signal?.aborted) leave();
      else signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Runs `work` once and gives its result to all. `outer` aborts it too. */
  async run(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.ran = true;
    try {
      const value = await work(AbortSignal.any([outer, this.abort.signal]));
      for (const member of this.settle()) member.resolve(value);
    } catch (error) {
      for (const member of this.settle()) member.reject(error);
    }
  }

  private settle(): Array<Member<T>> {
    const members = [...this.members];
    this.members.clear();
    return members;
  }
}
