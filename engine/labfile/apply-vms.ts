import { AppError, type LabFileVm, Seed, isRunning, run, say } from '../../contract';
import { addForward } from '../outside/forwards';
import { forwardEnds } from '../plan/forwards';
import type { VmRow } from '../ports/store';
import { copyLines } from '../vms/full-copy';
import { addVm, type VmRequest } from '../vms/add-vm';
import { changeCdHandler, restoreDrivesHandler } from '../vms/cdroms';
import { diskLines } from '../vms/disk-commands';
import { updateHandler } from '../vms/update-vm';
import { applyDisks, diskDraft } from './apply-disks';
import { applyVnics, draftOf } from './apply-vnics';
import { type Applying, isAnother } from './applying';
import { fileLines } from './files';
import { DEFAULT_CLUSTER } from './places';

/** The VMs of the file with their vNICs and forwards. Those that are to run are recorded for the job. */
export function applyVms(applying: Applying): void {
  const { scope, parsed } = applying;
  const known = new Map(
    scope.tx.clusters
      .ofDataCenter(applying.dataCenterId)
      .flatMap(({ id }) => scope.tx.vms.ofCluster(id))
      .map((vm) => [vm.name, vm]),
  );
  applying.files.assertAllowed(parsed.file.vms.flatMap(({ name }, i) => (known.has(name) ? [] : [i])));
  for (const [i, entry] of parsed.file.vms.entries()) {
    const path = ['vms', i];
    const clusterId = applying.cluster(entry.cluster ?? DEFAULT_CLUSTER, path).id;
    applying.at(path, () => {
      const found = known.get(entry.name);
      const vm = found ? adopt(applying, found, entry, clusterId) : add(applying, entry, clusterId);
      for (const forward of entry.forwards ?? []) ensureForward(applying, vm, forward);
      if (entry.running !== true || isRunning(vm.state)) return;
      applying.toStart.push(vm.id);
      applying.add(say('preview.vm.start', { vm: vm.name, host: null }));
    });
  }
}

/** What a VM of the file boots from and has in its CD drives, with defaults filled in. */
export function sourcesOf(
  { boot = { kind: 'tiny' }, cdroms = [] }: Pick<LabFileVm, 'boot' | 'cdroms'>,
  firstVnic = FIRST_VNIC,
): Required<Pick<VmRequest, 'boot' | 'cdroms'>> {
  if (boot.kind === 'image') {
    const seed = boot.seed ? seedOf(boot.seed, firstVnic) : null;
    return { boot: { ...boot, seed, diskBytes: boot.diskBytes ?? null, copy: boot.copy ?? 'thin' }, cdroms };
  }
  if (boot.kind !== 'iso') return { boot, cdroms };
  const others = cdroms.filter(({ name }) => name !== 'cd1');
  return { boot: { kind: 'devices' }, cdroms: [{ name: 'cd1', path: boot.path }, ...others] };
}

/** As vNICs without a name in their VM are named. */
const FIRST_VNIC = 'nic1';

type FileSeed = NonNullable<Extract<LabFileVm['boot'], { kind: 'image' }>['seed']>;

/** First-boot data of a file, of this version or an older one. */
function seedOf({ sshKey, address, ...seed }: FileSeed, vnic: string): Seed {
  const { sshKeys = [], addresses = [] } = seed;
  return Seed.parse({
    ...seed,
    sshKeys: [...sshKeys, ...(sshKey === undefined ? [] : [sshKey])],
    addresses: [...addresses, ...(address === undefined || address === null ? [] : [{ vnic, address }])],
  });
}

function add(applying: Applying, entry: LabFileVm, cluster: string): VmRow {
  const { core, scope } = applying;
  const { name, comment = '', host, memoryMiB, cpus = 1, autostart } = entry;
  const vm = addVm(scope, core.store.storeId, {
    name,
    cluster,
    comment,
    memoryMiB,
    cpus,
    autostart,
    host,
    ...sourcesOf(entry, entry.vnics?.[0]?.name),
    hardware: entry.hardware,
    absent: applying.absent,
    formats: applying.formats,
    disks: (entry.disks ?? []).map(diskDraft),
    vnics: (entry.vnics ?? []).map((vnic) => draftOf(applying, vnic)),
  });
  const vnics = entry.vnics?.length ?? 0;
  applying.add(
    say('preview.vm.add', { vm: name, memoryMiB: vm.memoryMiB, vnics }),
    ...copyLines(scope.tx, vm),
    ...diskLines(scope.tx.disks.ofVm(vm.id), { ...vm, hostId: null }),
  );
  const mayBeOn = vm.hostId === null ? scope.tx.hosts.ofCluster(vm.clusterId) : [scope.tx.hosts.get(vm.hostId)];
  applying.add(...fileLines(vm, mayBeOn));
  return vm;
}

function adopt(applying: Applying, vm: VmRow, entry: LabFileVm, clusterId: string): VmRow {
  const { scope } = applying;
  const hint = 'Give the VM in the file another name, or remove the existing one.';
  if (vm.clusterId !== clusterId) throw isAnother(`The VM "${vm.name}" is in another cluster`, hint);
  if (entry.boot && !bootsSo(applying, vm, entry.boot))
    throw isAnother(`The VM "${vm.name}" boots from something else`, hint);
  const host = entry.host === undefined ? undefined : scope.refs.host(entry.host);
  if (host && vm.hostId !== null && vm.hostId !== host.id)
    throw isAnother(`The VM "${vm.name}" lives on another host`, hint);
  const { comment, memoryMiB, cpus, autostart } = entry;
  const { bootOrder, ...hardware } = entry.hardware ?? {};
  applying.add(...updateHandler(scope, { vm: vm.id, comment, memoryMiB, cpus, autostart, hardware }).lines);
  applyCdroms(applying, vm, entry);
  applyDisks(applying, vm, entry.disks ?? []);
  applyVnics(applying, vm, entry.vnics ?? []);
  // It can name what was added just now.
  if (bootOrder) applying.add(...updateHandler(scope, { vm: vm.id, hardware: { bootOrder } }).lines);
  return vm;
}

/** The CD drives of an existing VM; those that the file does not name stay. */
function applyCdroms(applying: Applying, vm: VmRow, entry: LabFileVm): void {
  const { scope, absent } = applying;
  for (const { name, path } of sourcesOf(entry).cdroms) {
    const present = scope.tx.vms.get(vm.id)?.cdroms ?? [];
    const found = present.find((each) => each.name === name);
    if (name === undefined || found?.path === path) continue;
    if (isRunning(vm.state))
      throw new AppError('STATE_ILLEGAL', `The VM "${vm.name}" runs, and its CD drive ${name} differs from the file`, {
        remedy: run('vms.shutdown', { vm: vm.name }, 'Shut it down first, or change the CD with its own command.'),
      });
    const { lines } = found
      ? changeCdHandler(scope, { vm: vm.id, drive: name, path, absent })
      : restoreDrivesHandler(scope, { vm: vm.id, cdroms: [...present, { name, path }] });
    applying.add(...lines);
  }
}

function bootsSo({ scope }: Applying, vm: VmRow, entry: NonNullable<LabFileVm['boot']>): boolean {
  const { boot } = vm;
  if (entry.kind === 'image') {
    const { boot: draft } = sourcesOf({ boot: entry }, scope.tx.vnics.ofVm(vm.id)[0]?.name);
    if (boot.kind !== 'image' || draft.kind !== 'image') return false;
    if (entry.copy !== undefined && entry.copy !== boot.copy) return false;
    // The size of its disk may have changed since, and is no other boot source. A full copy stays when its image is gone.
    const isSame =
      boot.imageId === null
        ? boot.copiedFrom === entry.image
        : boot.imageId === scope.refs.image(entry.image, 'image').id;
    return isSame && alike(boot.seed, draft.seed);
  }
  if (entry.kind === 'disk' && boot.kind === 'disk') {
    // If either format is unspecified or not yet known, it does not distinguish two disks.
    const format = entry.format ?? boot.format;
    return alike({ ...boot, format: boot.format ?? format }, { ...entry, format });
  }
  return alike(boot, entry.kind === 'iso' ? { kind: 'devices' } : entry);
}

const alike = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => [key, sorted(each)])
    : value;

function ensureForward(applying: Applying, vm: VmRow, entry: NonNullable<LabFileVm['forwards']>[number]): void {
  const { scope } = applying;
  const { protocol = 'tcp', guestPort, hostPort } = entry;
  const found = scope.tx.forwards
    .ofVm(vm.id)
    .some((row) => row.protocol === protocol && row.guestPort === guestPort && row.hostPort === hostPort);
  if (found) return;
  const row = addForward(scope, vm, { protocol, guestPort, hostPort });
  applying.add(say('preview.forward.add', forwardEnds(vm, row)));
  const host = vm.hostId === null ? undefined : scope.tx.hosts.get(vm.hostId);
  if (host) applying.touch([host]);
}
