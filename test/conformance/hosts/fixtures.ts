import { randomUUID } from 'node:crypto';
import { type WantedHost, specFor } from '../../../engine/plan/model/wanted';
import { plan } from '../../../engine/plan/plan';
import type { BridgeSpec, Change, ChangeGroup, GroupOutcome } from '../../../engine/ports/changes';
import type { HostDriver, HostNotice, VmSpec, VnicSpec } from '../../../engine/ports/host-driver';
import type { ObservedBridge, ObservedHost, ObservedVm } from '../../../engine/ports/observed';
import type { Bed } from './kind';

/** A signal that is never aborted. */
export const go = new AbortController().signal;

let numbered = 0;

/** A network of its own for each call: a bridge name that no other test uses. */
export function newSpec(bed: Bed, mtu = 1500): BridgeSpec {
  numbered += 1;
  return specFor(bed.storeId, bed.hostId, { id: randomUUID(), bridge: `cf-net${numbered}`, mtu });
}

export const groupOf = (spec: BridgeSpec, ...changes: Change[]): ChangeGroup => ({
  networkId: spec.networkId,
  bridge: spec.bridge,
  changes,
});

export const creation = (spec: BridgeSpec): ChangeGroup => groupOf(spec, { kind: 'bridge.create', spec });

/** Applies groups and fails the test unless each succeeds. */
export async function applied(host: HostDriver, ...groups: ChangeGroup[]): Promise<void> {
  const outcomes = await host.apply(groups, go);
  const failures = outcomes.filter((outcome): outcome is Extract<GroupOutcome, { ok: false }> => !outcome.ok);
  if (outcomes.length !== groups.length) throw new Error(`${groups.length} groups had ${outcomes.length} outcomes`);
  if (failures.length > 0)
    throw new Error(failures.map(({ failure }) => `${failure.message} (${failure.stderr})`).join('\n'));
}

/** Creates bridges and returns their specs. */
export async function made(bed: Bed, count = 1): Promise<BridgeSpec[]> {
  const specs = Array.from({ length: count }, () => newSpec(bed));
  await applied(bed.host, ...specs.map(creation));
  return specs;
}

export const bridgeIn = (observed: ObservedHost, name: string): ObservedBridge | undefined =>
  observed.bridges.find((bridge) => bridge.name === name);

export async function seenBridge(bed: Bed, name: string): Promise<ObservedBridge | undefined> {
  return bridgeIn(await bed.host.observe(go), name);
}

export async function seenVm(host: HostDriver, id: string): Promise<ObservedVm | undefined> {
  return (await host.observe(go)).vms?.find((vm) => vm.id === id);
}

/** The expected state of a spec's bridge. */
export function sealed(bed: Bed, spec: BridgeSpec): Omit<ObservedBridge, 'ports'> {
  return {
    name: spec.bridge,
    mac: spec.mac,
    mtu: spec.mtu,
    up: true,
    alias: spec.alias,
    owner: { storeId: bed.storeId, networkId: spec.networkId },
    addresses: [],
    ipv6Disabled: true,
    stp: false,
    forwardDelay: 0,
    multicastSnooping: false,
    vlanFiltering: false,
    sealIngress: 'ok',
    sealEgress: 'ok',
  };
}

/** Our objects on the host, in a stable order: for comparisons with an earlier state. */
export async function snapshot(bed: Bed): Promise<object> {
  const { bridges, nics, orphanSeals } = await bed.host.observe(go);
  const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
  return {
    bridges: bridges.map((bridge) => ({ ...bridge, ports: [...bridge.ports].sort(byName) })).sort(byName),
    nics: [...nics].sort(byName),
    orphanSeals: [...orphanSeals].sort(),
  };
}

/** The engine's plan for the desired state, on the host's current state. */
export async function planFor(bed: Bed, wanted: WantedHost): Promise<ReturnType<typeof plan>> {
  return plan(wanted, await bed.host.observe(go));
}

/** The host's notices until the signal is aborted. */
export async function watched(host: HostDriver): Promise<{ notices: HostNotice[]; stop: () => void }> {
  const notices: HostNotice[] = [];
  const stop = new AbortController();
  await host.watch((notice) => notices.push(notice), stop.signal);
  return { notices, stop: () => stop.abort() };
}

/** A vNIC on a bridge (null: on none) with a MAC of its own. */
export function newVnic(bridge: string | null): VnicSpec {
  numbered += 1;
  const tail = [numbered >> 8, numbered & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  return { id: randomUUID(), mac: `56:6f:c0:ff:${tail}`, bridge, linked: true, mtu: 1500 };
}

/** A tiny VM whose vNICs have addresses 10.99.0.N/24. */
export function tinyVm(name: string, vnics: readonly VnicSpec[], lastByte = 1): VmSpec {
  const addresses = vnics.map((vnic, index) => ({ mac: vnic.mac, address: `10.99.${index}.${lastByte}/24` }));
  return { id: randomUUID(), name, memoryMiB: 192, cpus: 1, boot: { kind: 'tiny', addresses }, vnics };
}
