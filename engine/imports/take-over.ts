import { AppError, type Network, type Vm, BondMode, say } from '../../contract';
import type { Core } from '../context';
import type { Outcome, Scope } from '../core/scope';
import { subjectsOf } from '../hosts/adding';
import { assertHostStateAllows } from '../hosts/rules';
import { activeHostsOf } from '../networks/attaching';
import { presentNetwork } from '../networks/present';
import { BOND, setupOwner } from '../plan/model/marks';
import { netStateOf } from '../plan/regular/net-state';
import type { ObservedBridge, ObservedHost, ObservedVm } from '../ports/observed';
import type { HostRow } from '../ports/store';
import { presentVm } from '../vms/present';
import { type AddedNetwork, addImportedNetwork } from './add-network';
import { addImportedVm, addVnicsOfKnown, networksByBridge } from './add-vm';
import { storeOf, whyNotBridge, whyNotVm } from './candidates';
import { importJob } from './import-job';
import { isImportRunning } from './import-handler';
import { assertHostObserved, assertVmsIncluded, assertNoImportRunning } from './rules';
import {
  nothingOfStore,
  assertNoOtherTakeOver,
  assertNoConflicts,
  assertOtherStoreGone,
  assertStoreNamed,
} from './take-over-rules';

interface Input {
  readonly host: string;
  readonly from?: string | undefined;
  readonly dryRun: boolean;
}

/** What only the host knows, queried before the transaction. */
export interface Asked {
  readonly seen: ObservedHost | null;
  /** Seconds since the other store's engine last observed the host. */
  readonly lastSeen: number | null;
  /** Why each VM can't be taken over; only those that can't. */
  readonly refusedVms: ReadonlyMap<string, string>;
}

/** Stores other than this one with a mark on the host. */
export function storesOn(seen: ObservedHost, storeId: string): string[] {
  const links = [...netStateOf(seen).links.values()].flatMap(({ alias }) => setupOwner(alias)?.storeId ?? []);
  const bridges = seen.bridges.flatMap((bridge) => storeOf(bridge) ?? []);
  const vms = (seen.vms ?? []).flatMap(({ owner }) => owner ?? []);
  return [...new Set([...bridges, ...links, ...vms])].filter((id) => id !== storeId).sort();
}

const PATIENCE_MS = 60_000;
/** A check reads a VM's definition and the headers of its disks. */
const PATIENCE_PER_VM_MS = 5_000;

/** Queries the host for what the handler needs, and refuses if nothing can be taken over. */
export async function askForTakeOver(core: Core, input: Input): Promise<Asked> {
  const host = core.refs.host(input.host);
  assertHostStateAllows(host, 'takeOver');
  const actor = core.actors.get(host.id);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  // The last observation may be a minute old; the take-over is based on this one.
  const seen = await actor.exclusive(signal, (inner) => actor.driver.observe(inner));
  const from = fromOf(core, host, input, seen);
  const lastSeen = await actor.driver.lastSeen(from, signal);
  const refusedVms = new Map<string, string>();
  for (const { id } of (seen.vms ?? []).filter(({ owner }) => owner === from)) {
    const why = await actor.driver.vms.whyNotAdopted(id, AbortSignal.timeout(PATIENCE_PER_VM_MS));
    if (why !== null) refusedVms.set(id, why);
  }
  return { seen, lastSeen, refusedVms };
}

function fromOf({ store }: Pick<Core, 'store'>, host: HostRow, { from, dryRun }: Input, seen: ObservedHost): string {
  const open = store.takeOvers.get(host.id)?.storeId;
  const there = [...new Set([...storesOn(seen, store.storeId), ...(open === undefined ? [] : [open])])];
  if (there.length > 0) assertStoreNamed(host, from, there, dryRun);
  const chosen = from ?? there[0];
  if (chosen === undefined || !there.includes(chosen)) throw nothingOfStore(host, from, there);
  assertNoOtherTakeOver(host, chosen, open);
  return chosen;
}

type Taken = AddedNetwork & { readonly bridge: ObservedBridge };

/** `hosts.takeOver`: writes rows for all that the other store has on the host, in one transaction; the job replaces the marks. */
export function takeOverHandler(
  scope: Scope,
  core: Pick<Core, 'store'>,
  input: Input,
  { seen, lastSeen, refusedVms }: Asked,
): Outcome<{ from: string; vms: Vm[]; networks: Network[] }> & { host: HostRow } {
  const { tx } = scope;
  const host = scope.refs.host(input.host);
  assertHostStateAllows(host, 'takeOver');
  assertNoImportRunning(host, isImportRunning(scope, host));
  assertHostObserved(host, seen);
  const from = fromOf(core, host, input, seen);
  assertOtherStoreGone(host, from, lastSeen);
  const problems: string[] = [];
  const each = <T, R>(things: readonly T[], take: (thing: T) => R): R[] =>
    things.flatMap((thing) => {
      try {
        return [take(thing)];
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        problems.push(error.message);
        return [];
      }
    });
  takeBonds(scope, host, seen, from);
  const bridges = seen.bridges.filter((bridge) => storeOf(bridge) === from);
  const networks = each(bridges, (bridge) => takeNetwork(scope, host, bridge, seen, from));
  const theirs = (seen.vms ?? []).filter(({ owner }) => owner === from);
  const vms = each(theirs, (vm) => takeVm(scope, host, vm, from, refusedVms.get(vm.id) ?? null));
  assertNoConflicts(host, problems);
  tx.takeOvers.put({ hostId: host.id, storeId: from });
  const known = addVnicsOfKnown(tx, host, seen, networksByBridge(tx, host.id));
  const rows = networks.map(({ row, added, bridge }) => ({
    ...{ row, added, kept: bridge.owner?.kept === true },
    vmIds: usersOf(seen, bridge.name).map(({ id }) => id),
  }));
  const hosts = [host, ...rows.flatMap(({ row }) => (row.isIsolated ? activeHostsOf(tx, row.id) : []))];
  const job = importJob({ host, vms: vms.map(({ vm }) => vm), known: known.vmIds, networks: rows, hosts, from });
  return {
    host,
    output: {
      from,
      vms: vms.map(({ vm }) => presentVm(tx, vm)),
      networks: networks.map(({ row }) => presentNetwork(tx, row)),
    },
    job: { ...job, subjects: subjectsOf(host) },
    hosts: hosts.map(({ id }) => id),
    lines: [
      say('preview.take_over.store', { store: from, host: host.name }),
      ...networks.map(({ row, bridge }) =>
        say('preview.take_over.bridge', {
          bridge: bridge.name,
          network: row.name,
          isIsolated: bridge.owner !== null,
        }),
      ),
      ...vms.map(({ vm }) => say('preview.take_over.vm', { vm: vm.name })),
      ...known.lines,
      say('preview.take_over.rest', { store: from }),
    ],
  };
}

function takeNetwork(scope: Scope, host: HostRow, bridge: ObservedBridge, seen: ObservedHost, from: string): Taken {
  const why = whyNotBridge(bridge, seen, from);
  if (why !== null) throw new AppError('RULE_BROKEN', `the bridge ${bridge.name}: ${why}`);
  if (bridge.owner !== null) {
    const others = usersOf(seen, bridge.name).filter((vm) => !vm.ours && vm.owner !== from);
    assertVmsIncluded(bridge.name, others);
  }
  const added = addImportedNetwork(scope, host, bridge, seen, undefined);
  // Atoll created it, so it is managed and marked like one of this store.
  if (bridge.owner === null)
    scope.tx.attachments.update({ networkId: added.row.id, hostId: host.id }, { imported: null });
  return { ...added, bridge };
}

function takeVm(scope: Scope, host: HostRow, vm: ObservedVm, from: string, refused: string | null) {
  const why = whyNotVm(scope.tx, vm, from) ?? refused;
  if (why !== null) throw new AppError('RULE_BROKEN', `the VM "${vm.name}": ${why}`);
  return addImportedVm(scope, host, vm, vm.name);
}

/** Bonds that the other store created belong to this store, with their current NICs. */
function takeBonds({ tx }: Scope, host: HostRow, seen: ObservedHost, from: string): void {
  const links = [...netStateOf(seen).links.values()];
  const known = tx.hostBonds.ofHost(host.id);
  const taken = links.flatMap(({ name, alias, bondMode }) => {
    const owner = setupOwner(alias);
    const mode = BondMode.safeParse(bondMode);
    const isTheirs = owner?.storeId === from && owner.what === BOND && mode.success;
    if (!isTheirs || known.some((bond) => bond.name === name)) return [];
    const nics = links.filter(({ master }) => master === name).map((link) => link.name);
    return [{ hostId: host.id, name, mode: mode.data, nics }];
  });
  if (taken.length > 0) tx.hostBonds.replace(host.id, [...known, ...taken]);
}

const usersOf = (seen: ObservedHost, bridge: string): ObservedVm[] =>
  (seen.vms ?? []).filter((vm) => vm.vnics.some((vnic) => vnic.bridge === bridge));
