import { ipv4Number, ipv4Text, note } from '../../contract';
import type { ObservedLease, ObservedServices, ServicesChange, ServicesSpec } from '../../engine/ports/services';
import { portOwner } from '../linux/services/names';
import { ownerOf } from '../mark';
import { Refused } from './refusal-messages';
import type { SimServer, SimState, SimVm } from './state';

/** Like the Linux driver it starts a server only on a bridge with this store's mark, and never replaces a foreign interface. */
export function changeServices(state: SimState, storeId: string, change: ServicesChange): void {
  if (change.kind === 'services.stop') {
    const link = state.links.get(change.port);
    if (link && link.alias !== change.alias) throw new Refused(`${change.port} no longer has this Atoll's mark`);
    state.links.delete(change.port);
    state.servers.delete(change.port);
    return;
  }
  const { spec } = change;
  if (change.kind === 'services.reload') {
    const server = state.servers.get(spec.port);
    if (!server?.isRunning) throw new Refused(`the server at ${spec.port} does not run`);
    server.spec = { ...spec, settings: server.spec.settings };
    return;
  }
  const owner = ownerOf(state.bridges.get(spec.bridge)?.alias ?? null);
  if (owner?.storeId !== storeId || owner.networkId !== spec.networkId)
    throw new Refused(
      `${spec.bridge} does not have this Atoll's mark`,
      note('Atoll leaves it unchanged: it changes only what it created.'),
    );
  const former = state.links.get(spec.port);
  if (state.bridges.has(spec.port) || (former && !mayReplace(former, spec)))
    throw new Refused(`${spec.port} already exists and was not created by Atoll`);
  state.links.set(spec.port, {
    name: spec.port,
    kind: 'veth',
    mac: `fe${spec.mac.slice(2)}`,
    mtu: spec.mtu,
    up: true,
    master: spec.bridge,
    ipv6Disabled: true,
    alias: spec.alias,
  });
  state.servers.set(spec.port, { spec, isRunning: true, faults: [] });
}

/** Of a former server, or of a database whose bridge we have taken over. */
const mayReplace = (
  { alias = null, master }: { readonly alias?: string | null | undefined; readonly master: string | null },
  spec: ServicesSpec,
): boolean => alias === spec.alias || (portOwner(alias) !== null && master === spec.bridge);

/** The ports with this store's mark. */
export function observeServices(state: SimState, storeId: string, now: number): ObservedServices[] {
  return [...state.links.values()].flatMap(({ name, alias = null, master }) => {
    const owner = portOwner(alias);
    if (owner?.storeId !== storeId || alias === null) return [];
    const server = state.servers.get(name);
    const isRunning = server?.isRunning ?? false;
    return {
      port: name,
      alias,
      networkId: owner.networkId,
      bridge: master,
      isRunning,
      settings: server?.spec.settings ?? null,
      records: server?.spec.records ?? null,
      faults: isRunning ? [...(server?.faults ?? [])] : [],
      leases: server && isRunning ? leasesOf(state, server, master, now) : [],
      guard: server?.spec.guard === true ? 'on' : 'off',
      rogues: [],
    };
  });
}

/** The server that guests on a bridge reach. */
export const serverOn = (state: SimState, bridge: string | null): SimServer | undefined =>
  [...state.servers.values()].find(
    ({ spec, isRunning }) => isRunning && bridge !== null && state.links.get(spec.port)?.master === bridge,
  );

/** What the server on a bridge gives to a vNIC, with prefix length; null: nothing. */
export function leaseFor(state: SimState, bridge: string | null, mac: string): string | null {
  const spec = serverOn(state, bridge)?.spec;
  const address = spec?.dhcp === true ? spec.vnics.find((vnic) => vnic.mac === mac)?.ipv4 : null;
  return address ? `${address}/${spec?.ipv4?.address.split('/')[1] ?? '24'}` : null;
}

/** Whether a guest asks for an address: the engine gave it none. */
export const asksForLease = ({ spec: { boot } }: SimVm, mac: string): boolean =>
  !((boot.kind === 'tiny' || boot.kind === 'image') && boot.addresses.some((one) => one.mac === mac));

/** The leases of running guests. They renew at half of the time. */
function leasesOf(
  state: SimState,
  { spec, unknown = [] }: SimServer,
  bridge: string | null,
  now: number,
): ObservedLease[] {
  if (!spec.dhcp) return [];
  const half = (spec.leaseSeconds * 1000) / 2;
  const expiresAt = (Math.floor(now / half) + 2) * half;
  const ofVms = [...state.vms.values()].flatMap((vm) =>
    (vm.state === 'up' ? (vm.live?.vnics ?? []) : []).flatMap(({ mac, tap, linked }) => {
      if (!linked || state.links.get(tap)?.master !== bridge || !asksForLease(vm, mac)) return [];
      const own = spec.vnics.find((vnic) => vnic.mac === mac);
      // Like dnsmasq it has no MAC address beside a lease of IPv6.
      return [
        ...(own?.ipv4 ? [{ mac, address: own.ipv4, expiresAt }] : []),
        ...(own?.ipv6 ? [{ mac: null, address: own.ipv6, expiresAt }] : []),
      ];
    }),
  );
  const { pool = null } = spec.ipv4 ?? {};
  const [first, last] = pool === null ? [0, -1] : [ipv4Number(pool.from), ipv4Number(pool.to)];
  const free = unknown.slice(0, last - first + 1);
  return [...ofVms, ...free.map((mac, at) => ({ mac, address: ipv4Text(first + at), expiresAt }))];
}

/** The address of a name, as the server on a bridge answers; null: it does not know it. */
export function addressOfName(state: SimState, bridge: string | null, name: string): string | null {
  const spec = serverOn(state, bridge)?.spec;
  if (spec?.dns !== true) return null;
  const label = name.endsWith(`.${spec.domain}`) ? name.slice(0, -spec.domain.length - 1) : name;
  return spec.names.find((one) => one.name === label)?.addresses.find((address) => !address.includes(':')) ?? null;
}
