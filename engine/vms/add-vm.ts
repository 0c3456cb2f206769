import { AppError, type Boot, DEFAULT_HARDWARE, type DiskDraft, type HardwareDraft, note, say } from '../../contract';
import type { Scope } from '../core/scope';
import { newId } from '../core/ids';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import { type AbsentFiles, assertBootFilesExist } from './boot-files';
import { type DiskFormats, diskFormatOf } from './disk-formats';
import { assignAddresses } from './assign-addresses';
import { assertSizeFits } from './choose-host';
import { newDisk } from './disk-rows';
import { assertDiskHoldsImage, ruleO5VmNameIsUnique } from './rules';
import type { BootRequest } from './boot-request';
import { assertGatewaysReachable, assertSeedSound } from './seed-rules';
import { withBootOrder } from './boot-order';
import { assertHardwareFits, cdromsOf, withDraft } from './hardware';
import { type VnicInput, addVnic } from './vnic-rows';

/** A requested VM. */
export interface VmRequest {
  readonly name: string;
  readonly cluster: string;
  readonly comment: string;
  readonly host?: string | undefined;
  readonly boot: BootRequest;
  readonly cdroms?: ReadonlyArray<{ readonly name?: string | undefined; readonly path: string | null }> | undefined;
  readonly hardware?: HardwareDraft | undefined;
  readonly memoryMiB?: number | undefined;
  readonly cpus: number;
  readonly autostart?: boolean | undefined;
  readonly disks?: readonly DiskDraft[];
  readonly vnics: readonly VnicInput[];
  /** From `absentFiles`, if a user's files can be named. */
  readonly absent?: AbsentFiles;
  /** From `diskFormats`, likewise. */
  readonly formats?: DiskFormats;
}

/** Enough for a tiny guest under TCG, and the minimum of an ordinary one. */
const TINY_MIB = 192;
const ORDINARY_MIB = 1024;

/** Checks the rules and writes a VM with its vNICs. Nothing happens on a host until its first start. */
export function addVm(scope: Scope, storeId: string, request: VmRequest): VmRow {
  const { tx, refs } = scope;
  const cluster = refs.cluster(request.cluster);
  ruleO5VmNameIsUnique(request.name, namesakes(scope, request.name, cluster.dataCenterId));
  const host = request.host === undefined ? undefined : refs.host(request.host);
  if (host) assertHostInCluster(host, cluster);
  const hosts = host ? [host] : tx.hosts.ofCluster(cluster.id);
  if (request.absent) assertBootFilesExist(request, request.absent, hosts);
  const { bootOrder = [], ...draft } = request.hardware ?? {};
  const hardware = withDraft(DEFAULT_HARDWARE, draft);
  assertHardwareFits(request.boot, hardware);
  const added: VmRow = {
    id: newId(),
    clusterId: cluster.id,
    dataCenterId: cluster.dataCenterId,
    name: request.name,
    comment: request.comment,
    state: 'down',
    reason: null,
    hostId: host?.id ?? null,
    memoryMiB: request.memoryMiB ?? (request.boot.kind === 'tiny' ? TINY_MIB : ORDINARY_MIB),
    cpus: request.cpus,
    autostart: request.autostart ?? false,
    boot: bootOf(scope, request, hosts),
    cdroms: cdromsOf(request.cdroms ?? []),
    hardware,
    guest: null,
    startedAt: null,
    createdAt: scope.now,
  };
  if (request.memoryMiB !== undefined) assertSizeFits(tx, added, 'memoryMiB');
  assertSizeFits(tx, added, 'cpus');
  tx.vms.insert(added);
  for (const disk of request.disks ?? []) tx.disks.insert(newDisk(tx, added, disk));
  for (const vnic of request.vnics) addVnic(scope, storeId, added, vnic);
  const row = { ...added, hardware: withDraft(hardware, withBootOrder(tx, added, { bootOrder })) };
  assertHardwareFits(row.boot, row.hardware);
  if (bootOrder.length > 0) tx.vms.update(row.id, { hardware: row.hardware });
  assignSeedAddresses(tx, row);
  const undo = {
    words: say('undo.vm.added', { vm: row.name }),
    change: { kind: 'vm.added', vmId: row.id },
  } as const;
  scope.emit('vm.added', 'normal', say('vm.added', { vm: row.name }), { vmId: row.id, clusterId: row.clusterId }, undo);
  return row;
}

/** VMs of a data center with this name. */
export const namesakes = ({ tx }: Pick<Scope, 'tx'>, name: string, dataCenterId: string): VmRow[] =>
  tx.vms.byName(name).filter((vm) => vm.dataCenterId === dataCenterId);

function bootOf({ tx, refs }: Scope, { boot: draft, formats }: VmRequest, hosts: readonly HostRow[]): Boot {
  if (draft.kind === 'disk') return { ...draft, format: diskFormatOf(tx, draft, hosts, formats ?? new Map()) };
  if (draft.kind !== 'image') return draft;
  const { diskBytes, seed, copy, copiedFrom = null } = draft;
  const rest = { seed, diskBytes, copy } as const;
  if (draft.image === null) return { kind: 'image', imageId: null, copiedFrom, ...rest };
  const image = refs.image(draft.image, 'boot.image');
  assertDiskHoldsImage(image, diskBytes);
  return { kind: 'image', imageId: image.id, copiedFrom: null, ...rest };
}

/** Now, and not at the first start: so others can't get them, and they are shown. */
function assignSeedAddresses(tx: Repositories, vm: VmRow): void {
  if (vm.boot.kind !== 'image' || !vm.boot.seed) return;
  const { seed } = vm.boot;
  const names = tx.vnics.ofVm(vm.id).map(({ name }) => name);
  assertSeedSound(seed, names);
  const vnics = assignAddresses(tx, vm);
  const known = [
    ...seed.addresses.map(({ address }) => address),
    ...vnics.flatMap((vnic) => vnic.assignedAddress ?? []),
  ];
  assertGatewaysReachable(seed, [...new Set(known)]);
}

/** Bad: a VM of cluster A on a host of cluster B. */
export function assertHostInCluster(
  host: Pick<HostRow, 'name' | 'clusterId'>,
  cluster: { readonly id: string; readonly name: string },
): void {
  if (host.clusterId === cluster.id) return;
  throw new AppError('RULE_BROKEN', `The host "${host.name}" is not in the cluster "${cluster.name}"`, {
    rule: 'O2',
    field: 'host',
    remedy: note("Choose a host of the VM's cluster."),
  });
}
