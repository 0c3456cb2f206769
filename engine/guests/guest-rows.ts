import { type AddressSource, type Guest, type GuestAddress, isRunning, MAX_GUEST_ADDRESSES } from '../../contract';
import type { Repositories, VmRow } from '../ports/store';

/** An address without its source. */
export type SeenAddress = Omit<GuestAddress, 'source' | 'seenAt'>;

/** What is known of the guest that runs now: a row keeps what was known of an earlier run until something newer is known. */
export function knownGuest({ state, startedAt, guest }: Pick<VmRow, 'state' | 'startedAt' | 'guest'>): Guest | null {
  if (guest === null || startedAt === null || !isRunning(state)) return null;
  const addresses = guest.addresses.filter(({ seenAt }) => seenAt !== null && seenAt >= startedAt);
  if (guest.at >= startedAt) return { ...guest, addresses };
  return addresses.length === 0 ? null : { ...guest, agent: false, hostname: null, os: null, addresses };
}

/**
 * Records the addresses of a VM's guest that one source knows now, in place of those that it knew before. Writes only what changed,
 * or is seen again after a while.
 */
export function keepAddresses(
  tx: Repositories,
  vmId: string,
  { source, addresses, at }: { source: AddressSource; addresses: readonly SeenAddress[]; at: string },
): void {
  const vm = tx.vms.get(vmId);
  if (!vm) return;
  const known = knownGuest(vm) ?? { agent: false, hostname: null, os: null, addresses: [], at };
  keepGuest(tx, vmId, { ...known, addresses: withAddresses(known, { source, addresses, at }) });
}

/** The addresses of a guest with those of one source replaced. */
export function withAddresses(
  known: Pick<Guest, 'addresses'> | null,
  { source, addresses, at }: { source: AddressSource; addresses: readonly SeenAddress[]; at: string },
): GuestAddress[] {
  const others = (known?.addresses ?? []).filter((each) => each.source !== source);
  return [...addresses.slice(0, MAX_GUEST_ADDRESSES).map((each) => ({ ...each, source, seenAt: at })), ...others];
}

/** How old what is known may become before the same is written again: each write is sent to every open screen. */
const SAME_MS = 60_000;

/** Records what is known of a VM's guest. */
export function keepGuest(tx: Repositories, vmId: string, guest: Guest): void {
  const vm = tx.vms.get(vmId);
  if (!vm) return;
  const was = knownGuest(vm);
  if (was && isSame(was, guest) && latest(guest) - latest(was) < SAME_MS) return;
  tx.vms.update(vmId, { guest });
}

const latest = ({ at, addresses }: Guest): number =>
  Math.max(...[at, ...addresses.flatMap(({ seenAt }) => seenAt ?? [])].map((each) => Date.parse(each)));

const isSame = (a: Guest, b: Guest): boolean => withoutTimes(a) === withoutTimes(b);
const withoutTimes = ({ agent, hostname, os, addresses }: Guest): string =>
  JSON.stringify([agent, hostname, os, addresses.map(({ mac, address, source }) => [mac, address, source])]);
