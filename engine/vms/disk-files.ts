import type { Core } from '../context';
import type { HostRow } from '../ports/store';
import { diskSpec } from './disk-rows';
import { assertDiskFits } from './disk-rules';
import { fullCopyBytes } from './full-copy';
import { vmSpec } from './vm-spec';
import type { VmTurn } from './vm-turn';

/** A host that does not answer is not waited for: its own check comes with the job. Milliseconds. */
const PATIENCE_MS = 3_000;

type Files = Pick<Core, 'store' | 'images'>;

/** Creates the files of a VM's disks that have none yet, on its host. */
export async function createDisks(core: Files, turn: VmTurn, signal: AbortSignal): Promise<void> {
  const { vm, driver } = turn;
  const { store } = core;
  const lacking = store.disks.ofVm(vm.id).filter(({ path }) => path === null);
  const copied = await lackingCopy(core, turn, signal);
  const added = lacking.reduce((sum, { sizeBytes }) => sum + sizeBytes, copied);
  if (added === 0) return;
  assertDiskFits(turn.hostName, { added, roomBytes: await driver.disks.room(signal) }, 'disks');
  for (const disk of lacking) {
    const path = await driver.disks.create(vm.id, diskSpec(disk), signal);
    store.transaction((tx) => tx.disks.update(disk.id, { path }));
  }
}

/** The bytes of a full copy of the image that does not exist yet. */
async function lackingCopy({ store, images }: Files, { vm, driver }: VmTurn, signal: AbortSignal): Promise<number> {
  const bytes = fullCopyBytes(store, vm);
  if (bytes === 0) return 0;
  // A killed engine may have copied it, without a note of that.
  const uses = await driver.disks.usage(vmSpec(store, images, vm, store.vnics.ofVm(vm.id)), signal);
  return uses.some(({ id }) => id === null) ? 0 : bytes;
}

/**
 * Before a command: whether a host that the VM may be on has room for its new disks, a full copy of its image included. Hosts that do not answer in time, or are not
 * active, are asked by the job. Bad: 2 TiB with 100 GiB free on the only host.
 */
export async function assertRoom(
  { actors }: Pick<Core, 'actors'>,
  hosts: ReadonlyArray<Pick<HostRow, 'id' | 'name'>>,
  added: number,
  field?: string,
): Promise<void> {
  if (added <= 0) return;
  const seen = await Promise.all(
    hosts.map(async ({ id, name }) => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const room = actors.find(id)?.driver.vms.disks.room(signal);
      const roomBytes = await Promise.race([room, late(signal)]).catch(() => undefined);
      return { name, roomBytes };
    }),
  );
  if (seen.some(({ roomBytes }) => roomBytes === undefined || roomBytes >= added)) return;
  const [best] = [...seen].sort((a, b) => (b.roomBytes ?? 0) - (a.roomBytes ?? 0));
  if (best?.roomBytes !== undefined) assertDiskFits(best.name, { added, roomBytes: best.roomBytes }, field);
}

const late = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
