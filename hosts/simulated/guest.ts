import type { Machine } from './machine';
import { leaseFor, serverOn } from './services';
import type { SimVm, SimVnic } from './state';

/** A vNIC as the simulated guest sees it. `address` has a prefix length. */
export interface GuestNic {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  /** The bridge that its frames reach; null if the link is down at either end. */
  readonly bridge: string | null;
}

/** The NICs of a running guest, in order. */
export function guestNics(machine: Machine, vm: SimVm): GuestNic[] {
  return (vm.live?.vnics ?? []).map((vnic, index) => ({
    name: `eth${index}`,
    mac: vnic.mac,
    address: addressOf(machine, vm, vnic.mac, bridgeOf(machine, vnic)),
    bridge: bridgeOf(machine, vnic),
  }));
}

function bridgeOf(machine: Machine, vnic: SimVnic): string | null {
  const master = machine.state.links.get(vnic.tap)?.master ?? null;
  return vnic.linked && master !== null && machine.state.bridges.get(master)?.up ? master : null;
}

/** The address that Atoll assigned, else its lease, else a link-local one derived from the MAC, as in the tiny guest. */
function addressOf(machine: Machine, vm: SimVm, mac: string, bridge: string | null): string {
  const { boot } = vm.spec;
  if (boot.kind === 'tiny' || boot.kind === 'image') {
    const given = boot.addresses.find((one) => one.mac === mac);
    if (given) return given.address;
  }
  const lease = leaseFor(machine.state, bridge, mac);
  if (lease !== null) return lease;
  const [high, low] = mac
    .split(':')
    .slice(-2)
    .map((byte) => Number.parseInt(byte, 16));
  return `169.254.${Math.min(254, Math.max(1, high ?? 1))}.${low ?? 0}/16`;
}

/** The 32-bit number of a dotted IPv4 address; null for anything else. */
export function ipv4(text: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const bytes = text.split('.').map(Number);
  return bytes.some((byte) => byte > 255) ? null : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Whether `address` is in the network of `nic` ("10.0.0.1/24"). */
function sameNetwork(nic: string, address: number): boolean {
  const [own, length] = nic.split('/');
  const base = ipv4(own ?? '');
  const size = 2 ** (32 - Number(length));
  return base !== null && Math.floor(base / size) === Math.floor(address / size);
}

export type Echo = 'answers' | 'silent' | 'no route';

/**
 * The result of a ping from `vm` to `address` on THIS host: a reply if a running, linked guest with that address is on the same
 * bridge. Beside its DHCP and DNS server nothing else is on an isolated network, so nothing else answers.
 */
export function ping(machine: Machine, vm: SimVm, address: number): Echo {
  const nics = guestNics(machine, vm);
  if (nics.some((nic) => ipv4(nic.address.split('/')[0] ?? '') === address)) return 'answers';
  const ways = nics.filter((nic) => sameNetwork(nic.address, address));
  if (ways.length === 0) return 'no route';
  // Guests use the first matching route, like a kernel's equal routes.
  const bridge = ways[0]!.bridge;
  if (bridge === null) return 'silent';
  if (ipv4(serverOn(machine.state, bridge)?.spec.ipv4?.address.split('/')[0] ?? '') === address) return 'answers';
  for (const other of machine.state.vms.values()) {
    if (other === vm || other.state !== 'up') continue;
    const receives = guestNics(machine, other).some(
      (nic) => nic.bridge === bridge && ipv4(nic.address.split('/')[0] ?? '') === address,
    );
    if (receives) return 'answers';
  }
  return 'silent';
}
