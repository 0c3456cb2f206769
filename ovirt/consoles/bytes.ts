/** Bytes that arrive in pieces of any size, and are read in pieces of the reader's. */
export class Bytes {
  #held: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;
  #taken: () => void = () => undefined;

  push(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes]);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
    this.#taken();
  }

  get held(): number {
    return this.#held.length;
  }

  /** Resolves when at most this many bytes wait for the reader. */
  async room(most: number): Promise<void> {
    while (this.#held.length > most && !this.#ended) await new Promise<void>((resolve) => (this.#taken = resolve));
  }

  /** The next `count` bytes. @throws Error if it ends before them */
  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      if (this.#ended) throw new Error('the other end is gone');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    this.#taken();
    return taken;
  }

  /** All that has arrived, or arrives next; null: it has ended. */
  async any(): Promise<Buffer | null> {
    while (this.#held.length === 0) {
      if (this.#ended) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.take(this.#held.length);
  }
}
