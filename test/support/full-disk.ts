import { AppError } from '../../contract';
import type { Store } from '../../engine/ports/store';

/** Makes a test engine's store answer every write as it does on a full disk, until it is freed. */
export function fillDisk({ store }: { readonly store: Store }): { fill(): void; free(): void } {
  const real = store.transaction.bind(store);
  const disk = {
    fill() {
      store.transaction = () => {
        throw new AppError('STORE_FAILED', 'The disk is full: nothing was written.');
      };
    },
    free() {
      store.transaction = real;
    },
  };
  disk.fill();
  return disk;
}
