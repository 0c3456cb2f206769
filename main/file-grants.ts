import type { FileUse } from '../contract/shell';
import type { ToEngine } from './messages';

/** How long the engine may take to hear of a file; a page that names it before is refused, and may try again. */
const PATIENCE_MS = 5_000;
const MOST = 1_000;

/**
 * The files that a person has chosen in dialogs, which the screens may name for that use. The engine learns of each before the page does,
 * and of all of them again when it was started again.
 */
export class FileGrants {
  readonly #granted = new Map<string, { readonly use: FileUse; readonly path: string }>();
  readonly #waiting = new Map<number, () => void>();
  #next = 1;

  constructor(private readonly say: (message: ToEngine) => void) {}

  /** Resolves when the engine knows, or after a while when it does not answer. */
  grant(use: FileUse, path: string): Promise<void> {
    this.#granted.set(`${use}\0${path}`, { use, path });
    for (const oldest of this.#granted.keys()) if (this.#granted.size > MOST) this.#granted.delete(oldest);
    return this.#tell(use, path);
  }

  /** The engine's process is a new one. */
  again(): void {
    for (const { use, path } of this.#granted.values()) void this.#tell(use, path);
  }

  heard(id: number): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }

  #tell(use: FileUse, path: string): Promise<void> {
    const id = this.#next++;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      timer.unref();
      this.#waiting.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
      this.say({ kind: 'grant-file', id, use, path });
    });
  }
}
