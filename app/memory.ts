import { statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

/** The store of some 4,000 VMs. */
const LARGE_BYTES = 8 * 1024 * 1024;

/**
 * How V8 is kept small in an engine that runs in the background (docs/performance.md). Its young generation would grow to 48 MB
 * for a throughput that an engine, which mostly waits for hosts, does not need. With a large store it saves wherever
 * it can, which takes a third off the engine with 10,000 VMs, and doubles the processor time of all that it does; a small one
 * has nothing to save, and is quick.
 */
export function memoryFlags(store: string): string[] {
  return ['--max-semi-space-size=2', ...savingFlags(store)];
}

/**
 * The same for an engine in a process that has begun already, as that of a door which a person has open. How large the young
 * generation may be is settled by then; so it is kept from growing.
 */
export function saveMemory(store: string): void {
  for (const flag of ['--semi-space-growth-factor=1', ...savingFlags(store)]) setFlagsFromString(flag);
}

/** Whether the engine of this store trades speed for memory. */
export const savesMemory = (store: string): boolean => sizeOf(store) > LARGE_BYTES;

const savingFlags = (store: string): string[] => (savesMemory(store) ? ['--optimize-for-size'] : []);

function sizeOf(store: string): number {
  try {
    return statSync(store).size;
  } catch {
    // Not made yet, or out of reach: whoever opens it says so in words.
    return 0;
  }
}
