import { addressesOf, isIpv4, isRunning } from '../../contract';
import { ipv4Number, ipv4Text, subnet4 } from '../../contract/model/subnet';
import { knownGuest } from '../guests/guest-rows';
import { islandId } from '../islands/islands';
import type { Repositories } from '../ports/store';

/** A NIC of a VM as live verification sees it: where it is, and by what it is asked. */
export interface LiveNic {
  readonly mac: string;
  readonly networkId: string;
  /** The island that it is active on; null: none. */
  readonly island: string | null;
  /** IPv4 addresses with prefix length. */
  readonly addresses: readonly string[];
}

export interface LiveVm {
  readonly id: string;
  readonly name: string;
  readonly hostId: string | null;
  readonly runs: boolean;
  /** Its guest agent has answered. */
  readonly agent: boolean;
  readonly nics: readonly LiveNic[];
}

export interface LiveIsland {
  readonly id: string;
  readonly networkId: string;
  readonly hostId: string;
  /** `blue on host1`, for messages. */
  readonly name: string;
  readonly bridge: string;
  readonly mtu: number;
  /** The NIC that connects it to the outside; null: none. */
  readonly nic: string | null;
}

/** What there is to ask, from stored rows. */
export interface LiveWorld {
  readonly vms: ReadonlyMap<string, LiveVm>;
  readonly islands: ReadonlyMap<string, LiveIsland>;
  /** The active VMs of each island, with the NIC that is there. */
  members(island: string): ReadonlyArray<{ readonly vm: LiveVm; readonly nic: LiveNic }>;
  /** An address for the probe in the subnet of a guest's address, that no known guest has; null: there is none. */
  own(address: string): string | null;
}

export function liveWorld(db: Repositories): LiveWorld {
  const islands = new Map<string, LiveIsland>();
  const hosts = new Map(db.hosts.list().map((host) => [host.id, host]));
  for (const network of db.networks.list())
    for (const { hostId, nic } of db.attachments.ofNetwork(network.id)) {
      const { id: networkId, bridge, mtu } = network;
      const name = `${network.name} on ${hosts.get(hostId)?.name ?? hostId}`;
      islands.set(islandId(networkId, hostId), {
        id: islandId(networkId, hostId),
        networkId,
        hostId,
        name,
        bridge,
        mtu,
        nic,
      });
    }
  const vms = new Map(db.vms.list().map((row) => [row.id, liveVm(db, row)]));
  const members = new Map<string, Array<{ vm: LiveVm; nic: LiveNic }>>();
  const used = new Set<string>();
  for (const vm of vms.values())
    for (const nic of vm.nics) {
      for (const address of nic.addresses) used.add(bare(address));
      if (nic.island === null) continue;
      const present = members.get(nic.island);
      if (present) present.push({ vm, nic });
      else members.set(nic.island, [{ vm, nic }]);
    }
  return { vms, islands, members: (island) => members.get(island) ?? [], own: (address) => ownAddress(address, used) };
}

function liveVm(db: Repositories, row: ReturnType<Repositories['vms']['list']>[number]): LiveVm {
  const vnics = db.vnics.ofVm(row.id);
  const guest = knownGuest(row);
  const addresses = addressesOf({ vnics, guest }).filter(({ address }) => isIpv4(address));
  const runs = isRunning(row.state) && row.hostId !== null;
  return {
    id: row.id,
    name: row.name,
    hostId: row.hostId,
    runs,
    agent: guest?.agent ?? false,
    nics: vnics.flatMap(({ mac, networkId, plugged, linked }): LiveNic[] => {
      if (networkId === null) return [];
      const island = runs && plugged && linked ? islandId(networkId, row.hostId) : null;
      const own = addresses.filter((each) => each.mac === mac).map(({ address }) => address);
      return [{ mac, networkId, island, addresses: own.slice(0, MOST_ADDRESSES) }];
    }),
  };
}

/** Addresses of one NIC that are asked. */
const MOST_ADDRESSES = 4;
/** Addresses that are tried for the probe. */
const TRIES = 4096;

export const bare = (address: string): string => address.replace(/\/.*/, '');

/** From the end of the subnet, where fewer guests have theirs. */
function ownAddress(address: string, used: ReadonlySet<string>): string | null {
  const { first, last, prefix } = subnet4(address.includes('/') ? address : `${address}/32`);
  if (!(prefix >= 8 && prefix <= 30)) return null;
  for (let at = last - 1, tries = 0; at > first && tries < TRIES; at -= 1, tries += 1)
    if (!used.has(ipv4Text(at)) && at !== ipv4Number(bare(address))) return `${ipv4Text(at)}/${prefix}`;
  return null;
}
