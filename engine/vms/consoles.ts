import type { ConsoleChunk } from '../../contract';
import { Channel, type Following } from '../core/channel';
import type { VmRow } from '../ports/store';
import type { ConsoleHub } from './console-hub';

/** Follows a VM's console: earlier output, then new output, until the VM or the caller ends it. */
export async function followConsole(
  hub: ConsoleHub,
  vm: VmRow,
  signal: AbortSignal | undefined,
): Promise<Following<ConsoleChunk>> {
  const { reader, leave } = await hub.read(vm);
  const pull = (): { value: ConsoleChunk } | 'wait' | 'done' => {
    const piece = reader.take();
    if (piece) return { value: { data: Buffer.from(piece.bytes).toString('base64'), replay: piece.replay } };
    return reader.ended ? 'done' : 'wait';
  };
  const subscribe = (wake: () => void): (() => void) => {
    reader.wake = wake;
    return leave;
  };
  return new Channel(pull, subscribe, signal);
}

/** Types base64 `data` into a VM's console. */
export async function writeConsole(hub: ConsoleHub, vm: VmRow, data: string): Promise<{ bytes: number }> {
  const bytes = Buffer.from(data, 'base64');
  await hub.write(vm, bytes);
  return { bytes: bytes.length };
}
