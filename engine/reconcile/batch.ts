import { cancelled } from '../core/errors';

interface Member<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
  /** Removes the listener from its signal, which may live much longer. */
  forget(): void;
}

/**
 * Several requests that are served by one run. A member whose own signal aborts leaves at once; the run itself is aborted only when
 * all have left.
 */
export class Batch<T> {
  private readonly members = new Set<Member<T>>();
  private readonly abort = new AbortController();
  private ran = false;

  /** Nobody waits for this run: it can be dropped unnoticed. */
  get empty(): boolean {
    return this.members.size === 0;
  }

  join(signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (!this.members.delete(member)) return;
        reject(cancelled());
        if (this.ran && this.members.size === 0) this.abort.abort();
      };
      const forget = (): void => signal?.removeEventListener('abort', leave);
      const member: Member<T> = { resolve, reject, forget };
      this.members.add(member);
      if (signal?.aborted) leave();
      else signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Runs `work` once and passes its result to all. `outer` aborts it too. */
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
    for (const member of members) member.forget();
    return members;
  }
}
