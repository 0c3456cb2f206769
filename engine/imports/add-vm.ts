import { DEFAULT_HARDWARE, Mac, Name, type PreviewLine, say } from '../../contract';
import type { Scope } from '../core/scope';
import { newId } from '../core/ids';
import type { ObservedHost, ObservedVm, ObservedVnic } from '../ports/observed';
import type { HostRow, NetworkRow, Repositories, VmRow } from '../ports/store';
import { namesakes } from '../vms/add-vm';
import { assertVnicsFit } from '../vms/rules';
import { profileOf } from '../vms/vnic-rows';
import { importedBoot, otherNic } from '../plan/other-nic';
import { importName } from './import-name';
import { badName, takenMac, takenName } from './rules';

/** The state of a VM that does not have Atoll's mark on its host yet. */

/** The networks that a VM's NIC can be on, by the name of their bridge: all that the database has on this host. */
export function networksByBridge(tx: Pick<Repositories, 'networks'>, hostId: string): Map<string, NetworkRow> {
  return new Map(tx.networks.ofHost(hostId).map((network) => [network.bridge, network]));
}

/** The network that a VM's NIC is on; undefined: none, or one that Atoll does not manage. */
const networkOf = (vnic: ObservedVnic, networks: ReadonlyMap<string, NetworkRow>): NetworkRow | undefined =>
  vnic.elsewhere === undefined && vnic.bridge !== null && Mac.safeParse(vnic.mac).success
    ? networks.get(vnic.bridge)
    : undefined;

/** Writes the VM as it is on its host: locked, with a vNIC for each NIC on a network of Atoll. */
export function addImportedVm(
  scope: Scope,
  host: HostRow,
  seen: ObservedVm,
  wanted?: string,
): { vm: VmRow; lines: PreviewLine[] } {
  const { tx, refs } = scope;
  const { dataCenterId } = refs.cluster(host.clusterId);
  const isTaken = (name: string): boolean => namesakes(scope, name, dataCenterId).length > 0;
  const name = wanted ?? importName(seen, isTaken);
  const parsed = Name.safeParse(name);
  if (!parsed.success) throw badName('VM', name, parsed.error.issues[0]?.message ?? 'cannot be imported');
  if (isTaken(name)) throw takenName('VM', name);
  const networks = networksByBridge(tx, host.id);
  const others = seen.vnics.filter((vnic) => !networkOf(vnic, networks)).map(otherNic);
  const vm: VmRow = {
    ...{ id: seen.id, clusterId: host.clusterId, dataCenterId, name, comment: '' },
    ...{ state: 'image_locked', reason: say('reason.vm.importing', {}), hostId: host.id },
    ...{ memoryMiB: seen.memoryMiB, cpus: seen.cpus ?? 1, boot: importedBoot(seen, others) },
    ...{ cdroms: [], hardware: DEFAULT_HARDWARE, autostart: false },
    ...{ guest: null, startedAt: null, createdAt: scope.now },
  };
  tx.vms.insert(vm);
  scope.named?.(vm.id);
  const lines = addVnics(tx, vm, seen.vnics, networks);
  return {
    vm,
    lines: [
      say('preview.import.vm', { vm: name, memoryMiB: vm.memoryMiB, cpus: vm.cpus, state: seen.state }),
      ...(wanted === undefined && name !== seen.name
        ? [say('preview.import.renamed', { vm: name, was: seen.name })]
        : []),
      ...lines,
      ...others.map(({ mac, on }) => say('preview.import.other_nic', { vm: name, mac, on })),
    ],
  };
}

/** Writes a vNIC for each NIC that is on one of the networks and has none yet; returns a line for each. */
export function addVnics(
  tx: Repositories,
  vm: VmRow,
  nics: readonly ObservedVnic[],
  networks: ReadonlyMap<string, NetworkRow>,
): PreviewLine[] {
  return nics.flatMap((nic) => {
    const network = networkOf(nic, networks);
    const holder = network && tx.vnics.byMac(nic.mac);
    if (!network || holder?.vmId === vm.id) return [];
    if (holder) throw takenMac(vm.name, nic.mac, tx.vms.get(holder.vmId)?.name ?? holder.vmId);
    const known = tx.vnics.ofVm(vm.id);
    assertVnicsFit(vm, known.length + 1);
    const name = freeName(known);
    tx.vnics.insert({
      ...{ id: newId(), vmId: vm.id, name, mac: nic.mac, networkId: network.id },
      ...{ profileId: profileOf(tx, network.id), plugged: true, linked: nic.linked, assignedAddress: null },
      position: Math.max(-1, ...known.map(({ position }) => position)) + 1,
    });
    return [say('preview.import.nic', { vm: vm.name, mac: nic.mac, vnic: name, network: network.name })];
  });
}

function freeName(known: ReadonlyArray<{ readonly name: string }>): string {
  const taken = new Set(known.map(({ name }) => name));
  for (let n = 1; ; n += 1) if (!taken.has(`nic${n}`)) return `nic${n}`;
}

/**
 * Adds vNICs to VMs that were imported earlier, for each NIC on a network that is imported now. Returns these VMs, and a line for
 * each vNIC.
 */
export function addVnicsOfKnown(
  tx: Repositories,
  host: HostRow,
  seen: ObservedHost,
  networks: ReadonlyMap<string, NetworkRow>,
): { vmIds: string[]; lines: PreviewLine[] } {
  const found = { vmIds: [] as string[], lines: [] as PreviewLine[] };
  for (const nics of seen.vms ?? []) {
    const vm = nics.ours ? tx.vms.get(nics.id) : undefined;
    if (vm?.hostId !== host.id || vm.boot.kind !== 'imported') continue;
    const lines = addVnics(tx, vm, nics.vnics, networks);
    if (lines.length === 0) continue;
    const macs = new Set(tx.vnics.ofVm(vm.id).map(({ mac }) => mac));
    tx.vms.update(vm.id, { boot: { ...vm.boot, nics: vm.boot.nics.filter(({ mac }) => !macs.has(mac)) } });
    found.vmIds.push(vm.id);
    found.lines.push(...lines);
  }
  return found;
}
