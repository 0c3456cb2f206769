import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CopyProgress } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';

/** Copies a file to the host under that name. */
export type CopyFile = (
  from: string,
  to: string,
  progress: (done: number, known: number) => void,
  signal: AbortSignal,
) => Promise<void>;

/**
 * Copies files of the engine's computer to a host, each version once. The copy's name contains size and modification time: a
 * replaced file is another file, and VMs that use the old copy keep it.
 */
export class FileCopier {
  private readonly running = new Map<string, Promise<string>>();

  constructor(
    private readonly shell: Shell,
    private readonly folder: string,
    private readonly carry: CopyFile,
  ) {}

  /** The path of the copy on the host. Concurrent callers share one copy operation. */
  async copyToHost(path: string, signal: AbortSignal, progress?: CopyProgress): Promise<string> {
    const { size, mtimeMs } = await stat(path);
    const there = `${this.folder}/${size}-${Math.floor(mtimeMs)}-${basename(path).replaceAll(/[^\w.-]/g, '_')}`;
    const found = this.running.get(there);
    if (found) return found;
    const copy = this.copy(path, there, signal, progress).finally(() => this.running.delete(there));
    this.running.set(there, copy);
    return copy;
  }

  /** The same for a file that may not exist here; null: no such file, or an empty one. */
  async copyIfExists(path: string, signal: AbortSignal, progress?: CopyProgress): Promise<string | null> {
    const found = await stat(path).catch(() => null);
    return found?.isFile() && found.size > 0 ? this.copyToHost(path, signal, progress) : null;
  }

  private async copy(path: string, there: string, signal: AbortSignal, progress?: CopyProgress): Promise<string> {
    const { exit } = await this.shell.run(['test', '-f', there], { signal, okExits: [0, 1] });
    if (exit !== 0) await this.carry(path, there, (done, known) => progress?.(basename(path), done, known), signal);
    return there;
  }
}
