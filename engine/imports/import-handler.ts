import type { Network, Vm } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { subjectsOf } from '../hosts/adding';
import { assertHostStateAllows } from '../hosts/rules';
import { presentNetwork } from '../networks/present';
import { activeHostsOf } from '../networks/attaching';
import type { ObservedBridge, ObservedHost, ObservedVm } from '../ports/observed';
import type { HostRow } from '../ports/store';
import { presentVm } from '../vms/present';
import { addImportedNetwork } from './add-network';
import { addImportedVm, addVnicsOfKnown, networksByBridge } from './add-vm';
import { bridgesBeside, vmsBeside, whyNotBridge, whyNotVm } from './candidates';
import { IMPORT_JOB, TAKE_OVER_JOB, importJob } from './import-job';
import {
  ambiguous,
  notFound,
  assertImportable,
  assertHostObserved,
  assertVmsIncluded,
  assertNoImportRunning,
  assertNotEmpty,
} from './rules';

interface Input {
  readonly host: string;
  readonly vms: readonly string[];
  readonly bridges: readonly string[];
  readonly withVms: boolean;
  readonly name?: string | undefined;
}

/** `hosts.import`: checks the whole desired state against the last observation of the host; the job observes it again. */
export function importHandler(
  scope: Scope,
  storeId: string,
  input: Input,
  seenOf: (hostId: string) => ObservedHost | null,
): Outcome<{ vms: Vm[]; networks: Network[] }> & { host: HostRow } {
  const { tx } = scope;
  const host = scope.refs.host(input.host);
  assertHostStateAllows(host, 'import');
  assertNotEmpty(input, host);
  assertNoImportRunning(host, isImportRunning(scope, host));
  const seen = seenOf(host.id);
  assertHostObserved(host, seen);
  const bridges = chosenBridges(scope, storeId, host, seen, input.bridges);
  const vms = chosenVms(scope, host, seen, input, bridges);
  // Networks first: the NICs of the VMs refer to them.
  const networks = bridges.map((bridge) => {
    const added = addImportedNetwork(scope, host, bridge, seen, input.vms.length === 0 ? input.name : undefined);
    return { ...added, bridge: bridge.name };
  });
  const imported = vms.map((vm) =>
    addImportedVm(
      scope,
      host,
      vm,
      (input.bridges.length === 0 && input.vms.length === 1 ? input.name : undefined) ?? vm.name,
    ),
  );
  const known = addVnicsOfKnown(tx, host, seen, networksByBridge(tx, host.id));
  const rows = networks.map(({ row, added, bridge }) => {
    const users = (seen.vms ?? []).filter((vm) => usesBridge(vm, bridge)).map(({ id }) => id);
    return { row, added, vmIds: users };
  });
  const hosts = [host, ...networks.flatMap(({ row }) => (row.isIsolated ? activeHostsOf(tx, row.id) : []))];
  const job = importJob({ host, vms: imported.map(({ vm }) => vm), known: known.vmIds, networks: rows, hosts });
  const lines = [
    ...networks.flatMap((network) => network.lines),
    ...imported.flatMap((each) => each.lines),
    ...known.lines,
  ];
  return {
    host,
    output: {
      vms: imported.map(({ vm }) => presentVm(tx, vm)),
      networks: networks.map(({ row }) => presentNetwork(tx, row)),
    },
    job: { ...job, subjects: subjectsOf(host) },
    hosts: networks.length === 0 ? [] : hosts.map(({ id }) => id),
    lines,
  };
}

/** Whether an import or a take-over of the host is unfinished. */
export const isImportRunning = ({ tx }: Scope, host: HostRow): boolean =>
  tx.jobs
    .inState(['queued', 'running', 'interrupted'])
    .some(({ kind, subjects }) => (kind === IMPORT_JOB || kind === TAKE_OVER_JOB) && subjects.hostId === host.id);

/** Whether a VM has a NIC on the bridge, running or not. */
const usesBridge = (vm: ObservedVm, bridge: string): boolean => vm.vnics.some((vnic) => vnic.bridge === bridge);

function chosenBridges(
  { tx }: Scope,
  storeId: string,
  host: HostRow,
  seen: ObservedHost,
  names: readonly string[],
): ObservedBridge[] {
  const beside = bridgesBeside(tx, storeId, host, seen);
  return [...new Set(names)].map((name) => {
    const found = beside.find((bridge) => bridge.name === name);
    if (!found)
      throw notFound(
        host,
        'bridges',
        name,
        beside.map((bridge) => bridge.name),
      );
    assertImportable(`The bridge ${name}`, whyNotBridge(found, seen), 'bridges');
    return found;
  });
}

/** The named VMs, and with `withVms` those on the bridges. Without it a bridge that is to be sealed must have no other VMs. */
function chosenVms(
  { tx }: Scope,
  host: HostRow,
  seen: ObservedHost,
  input: Input,
  bridges: readonly ObservedBridge[],
): ObservedVm[] {
  const beside = vmsBeside(tx, seen);
  const chosen = new Map(input.vms.map((ref) => findVm(host, beside, ref)).map((vm) => [vm.id, vm]));
  for (const { name } of bridges) {
    const users = beside.filter((vm) => usesBridge(vm, name) && !chosen.has(vm.id));
    if (input.withVms) for (const vm of users) chosen.set(vm.id, vm);
    else if (!hasNic(name, seen)) assertVmsIncluded(name, users);
  }
  for (const vm of chosen.values()) assertImportable(`The VM "${vm.name}"`, whyNotVm(tx, vm), 'vms');
  return [...chosen.values()];
}

const hasNic = (bridge: string, seen: ObservedHost): boolean =>
  seen.nics.some(({ master, kind }) => master === bridge && kind !== 'tun' && kind !== 'tap');

function findVm(host: HostRow, beside: readonly ObservedVm[], ref: string): ObservedVm {
  const byId = beside.find(({ id }) => id === ref);
  if (byId) return byId;
  const named = beside.filter(({ name }) => name === ref);
  if (named.length > 1) throw ambiguous(ref, named);
  const [only] = named;
  if (!only)
    throw notFound(
      host,
      'vms',
      ref,
      beside.map(({ name }) => name),
    );
  return only;
}
