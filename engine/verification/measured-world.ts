import { addressesOf, isIpv4, isRunning, joinedHosts } from '../../contract';
import { ipv4Number, ipv4Text, subnet4 } from '../../contract/model/subnet';
import { knownGuest } from '../guests/guest-rows';
import { islandId } from '../islands/islands';
import { jointsOf, pairId } from '../islands/joints';
import type { Repositories } from '../ports/store';

/** A NIC of a VM as live verification sees it: where it is, and by what it is asked. */
export interface LiveNic {
  readonly mac: string;
  readonly networkId: string;
  /** The island that it is active on, by its bridge; null: none. */
  readonly island: string | null;
  /** The bridges that exchange frames with that one; the same text for all of them. */
  readonly span: string | null;
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

/** A bridge, at which a probe can ask. A stretched network has several that are one island: those of one `span`. */
export interface LiveIsland {
  readonly id: string;
  readonly span: string;
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
  /** The active VMs of a span, each with the NIC that is there. */
  members(span: string): ReadonlyArray<{ readonly vm: LiveVm; readonly nic: LiveNic }>;
  /** An address for the probe in the subnet of a guest's address, that no known guest has; null: there is none. */
  own(address: string): string | null;
}

export function liveWorld(db: Repositories): LiveWorld {
  const islands = new Map<string, LiveIsland>();
  const hosts = new Map(db.hosts.list().map((host) => [host.id, host]));
  const pairs = new Map(db.tunnelPairs.list().map((pair) => [pairId(pair), pair]));
  const joints = jointsOf((id) => pairs.get(id));
  for (const network of db.networks.list()) {
    const { id: networkId, bridge, mtu } = network;
    const attachments = db.attachments.ofNetwork(network.id);
    const stretch = network.stretch ?? undefined;
    const groups = joinedHosts(
      attachments.map(({ hostId }) => hostId),
      (one, other) => joints.joins(stretch, one, other),
    );
    const spanOf = new Map(groups.flatMap((group) => group.map((hostId) => [hostId, group[0] ?? hostId] as const)));
    for (const { hostId, nic } of attachments) {
      const name = `${network.name} on ${hosts.get(hostId)?.name ?? hostId}`;
      islands.set(islandId(networkId, hostId), {
        id: islandId(networkId, hostId),
        span: islandId(networkId, spanOf.get(hostId) ?? hostId),
        networkId,
        hostId,
        name,
        bridge,
        mtu,
        nic,
      });
    }
  }
  const vms = new Map(db.vms.list().map((row) => [row.id, liveVm(db, islands, row)]));
  const members = new Map<string, Array<{ vm: LiveVm; nic: LiveNic }>>();
  const used = new Set<string>();
  for (const vm of vms.values())
    for (const nic of vm.nics) {
      for (const address of nic.addresses) used.add(bare(address));
      if (nic.span === null) continue;
      const present = members.get(nic.span);
      if (present) present.push({ vm, nic });
      else members.set(nic.span, [{ vm, nic }]);
    }
  return { vms, islands, members: (span) => members.get(span) ?? [], own: (address) => ownAddress(address, used) };
}

function liveVm(
  db: Repositories,
  islands: ReadonlyMap<string, LiveIsland>,
  row: ReturnType<Repositories['vms']['list']>[number],
): LiveVm {
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
      const span = island === null ? null : (islands.get(island)?.span ?? island);
      return [{ mac, networkId, island, span, addresses: own.slice(0, MOST_ADDRESSES) }];
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
