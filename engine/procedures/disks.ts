import { BOOT_DISK, type CommandOutput, type Disk, type DiskDraft, type DiskUse } from '../../contract';
import type { Core } from '../context';
import { addDiskHandler, removeDiskHandler, resizeDiskHandler } from '../vms/disk-commands';
import { assertNewFile } from '../vms/boot-files';
import { assertRoom } from '../vms/disk-files';
import { DISK_JOBS, DiskPayload, runDiskJob } from '../vms/disk-jobs';
import { EXPORT_DISK_JOB, ExportDiskPayload, exportDiskHandler, runExportDisk } from '../images/export-disk';
import { IMPORT_DISK_JOB, ImportDiskPayload, importDiskHandler, runImportDisk } from '../vms/import-disk';
import { MOVE_DISK_JOB, MoveDiskPayload, moveDiskHandler, runMoveDisk } from '../vms/move-disk';
import { presentDisk } from '../vms/disk-rows';
import { vmSpec } from '../vms/vm-spec';

type Add = DiskDraft & { readonly vm: string; readonly dryRun: boolean };
type Export = Parameters<typeof exportDiskHandler>[1] & { readonly dryRun: boolean };
type Resize = { readonly vm: string; readonly disk: string; readonly sizeBytes: number; readonly dryRun: boolean };

export function diskHandlers(core: Core) {
  const { os, store, refs, command } = core;
  for (const kind of DISK_JOBS) core.kinds.define(kind, DiskPayload, (job) => runDiskJob(core, job));
  core.kinds.define(IMPORT_DISK_JOB, ImportDiskPayload, (job) => runImportDisk(core, job));
  core.kinds.define(MOVE_DISK_JOB, MoveDiskPayload, (job) => runMoveDisk(core, job));
  core.kinds.define(EXPORT_DISK_JOB, ExportDiskPayload, (job) => runExportDisk(core, job));
  const add = command<Add, CommandOutput & { disk: Disk }>((scope, input) => addDiskHandler(scope, input));
  const resize = command<Resize, CommandOutput & { disk: Disk | null }>((scope, input) =>
    resizeDiskHandler(scope, input),
  );
  const exportDisk = command<Export, CommandOutput>((scope, input) => exportDiskHandler(scope, input));
  const hostOf = (vm: string) => {
    const { hostId } = refs.vm(vm);
    return hostId === null ? undefined : store.hosts.get(hostId);
  };
  return {
    list: os.disks.list.handler(({ input }) => {
      const rows = input.vm === undefined ? store.disks.list() : store.disks.ofVm(refs.vm(input.vm).id);
      return rows.map((disk) => {
        const vm = disk.vmId === null ? undefined : store.vms.get(disk.vmId);
        return presentDisk(disk, vm ?? disk);
      });
    }),
    usage: os.disks.usage.handler(({ input, signal }) => usage(core, input.vm, signal ?? new AbortController().signal)),
    add: os.disks.add.handler(async ({ input, context }) => {
      const host = hostOf(input.vm);
      if (host) await assertRoom(core, [host], input.sizeBytes);
      return add({ input, context });
    }),
    export: os.disks.export.handler(async ({ input, context }) => {
      await assertNewFile(core, input.path);
      return exportDisk({ input, context });
    }),
    import: os.disks.import.handler(command((scope, input) => importDiskHandler(scope, input))),
    resize: os.disks.resize.handler(async ({ input, context }) => {
      const host = hostOf(input.vm);
      // The size of an image's disk is only known on its host: its job compares it.
      const sizeBytes =
        input.disk === BOOT_DISK ? input.sizeBytes : refs.disk(refs.vm(input.vm).id, input.disk).sizeBytes;
      if (host) await assertRoom(core, [host], input.sizeBytes - sizeBytes);
      return resize({ input, context });
    }),
    move: os.disks.move.handler(command((scope, input) => moveDiskHandler(scope, input))),
    remove: os.disks.remove.handler(command((scope, input) => removeDiskHandler(scope, input))),
  };
}

/** A VM that has no host yet has no files. */
async function usage(
  { store, refs, images, actors }: Core,
  ref: string,
  signal: AbortSignal,
): Promise<{ roomBytes: number | null; disks: DiskUse[] }> {
  const vm = refs.vm(ref);
  const actor = vm.hostId === null ? undefined : actors.find(vm.hostId);
  if (!actor || vm.boot.kind === 'imported') return { roomBytes: null, disks: [] };
  await actor.connect();
  const { disks } = actor.driver.vms;
  const spec = vmSpec(store, images, vm, store.vnics.ofVm(vm.id));
  const [roomBytes, uses] = await Promise.all([disks.room(signal), disks.usage(spec, signal)]);
  return { roomBytes, disks: uses };
}
