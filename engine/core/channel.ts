/** The stream that a following procedure returns. */
export type Following<T> = AsyncIteratorObject<T, void, void>;

/**
 * An async iterator that is fed by `pull`, which is called whenever the reader wants the next value. It returns a value, `done`, or
 * `wait`; after `wait` it is called again at the next `wake`. Nothing is buffered here, so a slow reader costs nothing.
 *
 * Not an async generator: `return()` of a generator that awaits is queued behind the await, so a reader that disconnects would
 * never release a waiting one.
 */
export class Channel<T> implements AsyncIteratorObject<T, void, void> {
  private waiting: Array<(result: IteratorResult<T, void>) => void> = [];
  private failing: Array<(error: Error) => void> = [];
  private closed = false;
  private readonly unsubscribe: () => void;

  /** `subscribe` gets the function that wakes the reader, and returns the unsubscribe function. */
  constructor(
    private readonly pull: () => { value: T } | 'wait' | 'done',
    subscribe: (wake: () => void) => () => void,
    signal?: AbortSignal,
  ) {
    this.unsubscribe = subscribe(() => this.wake());
    if (signal?.aborted) this.close();
    else signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  next(): Promise<IteratorResult<T, void>> {
    if (this.closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.waiting.push(resolve);
      this.failing.push(reject);
      this.wake();
    });
  }

  private wake(): void {
    try {
      while (this.waiting.length > 0 && !this.closed) {
        const answer = this.pull();
        if (answer === 'wait') return;
        if (answer === 'done') return this.close();
        this.failing.shift();
        this.waiting.shift()?.({ done: false, value: answer.value });
      }
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Ends it; waiting readers receive `done`. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.unsubscribe();
    for (const resolve of this.waiting.splice(0)) resolve({ done: true, value: undefined });
    this.failing = [];
  }

  private fail(error: Error): void {
    const [first] = this.failing.splice(0);
    this.waiting.shift();
    first?.(error);
    this.close();
  }

  return(): Promise<IteratorResult<T, void>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<T, void>> {
    this.close();
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
