import { AppError, type Network, type SkippedImport, type Vm, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { subjectsOf } from '../hosts/adding';
import { assertHostStateAllows } from '../hosts/rules';
import { presentNetwork } from '../networks/present';
import { activeHostsOf } from '../networks/attaching';
import type { ObservedBridge, ObservedHost, ObservedVm } from '../ports/observed';
import type { HostRow } from '../ports/store';
import { presentVm } from '../vms/present';
import { assertVnicsFit } from '../vms/rules';
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
  takenMac,
} from './rules';

interface Input {
  readonly host: string;
  readonly vms: readonly string[];
  readonly bridges: readonly string[];
  readonly withVms: boolean;
  readonly name?: string | undefined;
  readonly skip: boolean;
}

/** Does `take` for each object; what is refused is left out and noted if the import may skip, and else refuses the whole. */
type Each = <T extends { readonly name: string }, R>(
  kind: SkippedImport['kind'],
  things: readonly T[],
  take: (thing: T) => R,
) => R[];

function eachOr(skipped: SkippedImport[] | null): Each {
  return (kind, things, take) =>
    things.flatMap((thing) => {
      try {
        return [take(thing)];
      } catch (error) {
        if (skipped === null || !(error instanceof AppError)) throw error;
        skipped.push({ kind, name: thing.name, why: error.message });
        return [];
      }
    });
}

/** `hosts.import`: checks the whole desired state against the last observation of the host; the job observes it again. */
export function importHandler(
  scope: Scope,
  storeId: string,
  input: Input,
  seenOf: (hostId: string) => ObservedHost | null,
): Outcome<{ vms: Vm[]; networks: Network[]; skipped: SkippedImport[] }> & { host: HostRow } {
  const { tx } = scope;
  const host = scope.refs.host(input.host);
  assertHostStateAllows(host, 'import');
  assertNotEmpty(input, host);
  assertNoImportRunning(host, isImportRunning(scope, host));
  const seen = seenOf(host.id);
  assertHostObserved(host, seen);
  const skipped: SkippedImport[] = [];
  const each = eachOr(input.skip ? skipped : null);
  const asked = chosenBridges(scope, storeId, host, seen, input.bridges, each);
  const vms = chosenVms(scope, host, seen, input, asked, each);
  const bridges = each('bridge', asked, (bridge) => {
    if (!hasNic(bridge.name, seen)) assertVmsIncluded(bridge.name, strangersOn(tx, seen, bridge.name, vms));
    return bridge;
  });
  // Networks first: the NICs of the VMs refer to them.
  const networks = each('bridge', bridges, (bridge) => {
    const added = addImportedNetwork(scope, host, bridge, seen, input.vms.length === 0 ? input.name : undefined);
    return { ...added, bridge: bridge.name, name: added.row.name };
  });
  const name = input.bridges.length === 0 && input.vms.length === 1 ? input.name : undefined;
  const imported = vms.map((vm) => addImportedVm(scope, host, vm, name));
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
    ...skipped.map(({ why }) => say('preview.import.skipped', { why })),
  ];
  return {
    host,
    output: {
      vms: imported.map(({ vm }) => presentVm(tx, vm)),
      networks: networks.map(({ row }) => presentNetwork(tx, row)),
      skipped,
    },
    ...(imported.length + networks.length + known.vmIds.length === 0
      ? {}
      : { job: { ...job, subjects: subjectsOf(host) } }),
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
  each: Each,
): ObservedBridge[] {
  const beside = bridgesBeside(tx, storeId, host, seen);
  const asked = [...new Set(names)].map((name) => ({ name }));
  return each('bridge', asked, ({ name }) => {
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

/** The named VMs, and with `withVms` those on the bridges. */
function chosenVms(
  { tx }: Scope,
  host: HostRow,
  seen: ObservedHost,
  input: Input,
  bridges: readonly ObservedBridge[],
  each: Each,
): ObservedVm[] {
  const beside = vmsBeside(tx, seen);
  const asked = each(
    'vm',
    input.vms.map((name) => ({ name })),
    ({ name }) => findVm(host, beside, name),
  );
  const chosen = new Map(asked.map((vm) => [vm.id, vm]));
  const users = input.withVms ? beside.filter((vm) => bridges.some(({ name }) => usesBridge(vm, name))) : [];
  for (const vm of users) chosen.set(vm.id, vm);
  const managed = new Set([...tx.networks.ofHost(host.id).map(({ bridge }) => bridge), ...bridges.map((b) => b.name)]);
  const macs = new Map<string, string>();
  return each('vm', [...chosen.values()], (vm) => {
    assertImportable(`The VM "${vm.name}"`, whyNotVm(tx, vm), 'vms');
    assertNicsFree(tx, vm, managed, macs);
    return vm;
  });
}

/** Bad: a copy of a VM with its MAC addresses, imported with it; `macs` are those of the VMs before it. */
function assertNicsFree(
  tx: Scope['tx'],
  vm: ObservedVm,
  bridges: ReadonlySet<string>,
  macs: Map<string, string>,
): void {
  const nics = vm.vnics.filter((nic) => nic.elsewhere === undefined && nic.bridge !== null && bridges.has(nic.bridge));
  assertVnicsFit(vm, nics.length);
  for (const { mac } of nics) {
    const row = tx.vnics.byMac(mac);
    const holder = row ? (tx.vms.get(row.vmId)?.name ?? row.vmId) : macs.get(mac);
    if (holder !== undefined) throw takenMac(vm.name, mac, holder);
  }
  for (const { mac } of nics) macs.set(mac, vm.name);
}

/** VMs on a bridge that stay unmanaged; a bridge that is to be sealed must have none. */
const strangersOn = (
  tx: Scope['tx'],
  seen: ObservedHost,
  bridge: string,
  chosen: readonly ObservedVm[],
): ObservedVm[] => vmsBeside(tx, seen).filter((vm) => usesBridge(vm, bridge) && !chosen.includes(vm));

const hasNic = (bridge: string, seen: ObservedHost): boolean =>
  seen.nics.some(({ master, kind }) => master === bridge && kind !== 'tun' && kind !== 'tap');

function findVm(host: HostRow, beside: readonly ObservedVm[], ref: string): ObservedVm {
  const byId = beside.find(({ id }) => id === ref);
  if (byId) return byId;
  const titled = beside.filter(({ name }) => name === ref);
  const named = titled.length > 0 ? titled : beside.filter(({ domain }) => domain === ref);
  if (named.length > 1) throw ambiguous(ref, named);
  const [only] = named;
  if (!only)
    throw notFound(
      host,
      'vms',
      ref,
      beside.flatMap(({ name, domain }) => (domain === undefined ? [name] : [name, domain])),
    );
  return only;
}
