import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { savesMemory } from './memory';

/** How often an engine looks whether it is idle. */
const LOOK_MS = 1_000;
/** Milliseconds of processor time in one look, above which it is not. */
const IDLE_MS = 200;
/** So often in a row, so that no answer is still being sent: what is of use during a collection is not collected. */
const IDLE_LOOKS = 2;
/** What is worth a collection, which stops an engine with 10,000 VMs for 0.1 s. */
const WORTH_BYTES = 8 * 1024 * 1024;

/**
 * Has V8 collect what large answers left, once the engine is idle and its heap has grown: V8 itself waits for 8 s, or for a heap that is
 * larger by half. An engine of a small store leaves that to V8. Returns the function that stops it.
 */
export function collectWhenIdle(store: string): () => void {
  const collect = savesMemory(store) ? collection() : null;
  if (collect === null) return () => undefined;
  let least = heapBytes();
  let before = process.cpuUsage();
  let idle = 0;
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    least = Math.min(least, heapBytes());
    idle = user + system > IDLE_MS * 1000 ? 0 : idle + 1;
    if (idle < IDLE_LOOKS || heapBytes() - least < WORTH_BYTES) return;
    collect();
    least = heapBytes();
    before = process.cpuUsage();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** V8's own function, which it gives to new contexts only when asked for, and which then releases free pages; null: it does not. */
function collection(): (() => void) | null {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('globalThis.gc');
  if (typeof gc !== 'function') return null;
  return () => {
    setFlagsFromString('--compact-on-every-full-gc');
    gc();
    setFlagsFromString('--no-compact-on-every-full-gc');
  };
}

function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
