/** What has been opened, to be closed in reverse order, once: at the end, or when a later part can't be opened. */
export class Closing {
  private readonly steps: Array<() => void | Promise<void>> = [];
  private closed: Promise<void> | null = null;

  /** Adds how the part that was just opened is closed. */
  add(close: () => void | Promise<void>): void {
    this.steps.push(close);
  }

  get begun(): boolean {
    return this.closed !== null;
  }

  /** Closes everything; a part that can't be closed does not keep the others open. Throws the first failure at the end. */
  run(): Promise<void> {
    return (this.closed ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.steps.reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
