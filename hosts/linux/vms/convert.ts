import type { DiskFormat } from '../../../contract';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import { followConvert } from '../../convert-progress';
import type { Shell } from '../../shell';

interface Conversion {
  /** A checked file of the host that depends on no other. */
  readonly from: { readonly path: string; readonly format: DiskFormat };
  /** An empty file, which becomes a qcow2 file. */
  readonly to: string;
}

/** Copies a disk on its host. `progress` gets the part that is done, 0 to 1. Ends at once when it is cancelled. */
export async function convertOnHost(
  shell: Shell,
  { from, to }: Conversion,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal);
  const node = { driver: from.format, file: { driver: 'file', filename: from.path } };
  // Whatever its header names, no other file is opened.
  const source = `json:${JSON.stringify(from.format === 'raw' ? node : { ...node, backing: null })}`;
  const pipe = await shell.pipe(['qemu-img', 'convert', '-p', '-O', 'qcow2', source, to]);
  const { exit, said } = await followConvert(pipe, progress, signal);
  if (exit !== 0) throw new CommandError(shell.name, ['qemu-img', 'convert'], exit, said);
}
