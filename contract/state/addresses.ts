import type { AddressSource, GuestAddress } from '../model/guest';
import type { Vm } from '../model/vm';

/** What is observed comes before what was assigned, the guest's own report first. */
const ORDER: readonly AddressSource[] = ['agent', 'wire', 'lease', 'assigned'];

/**
 * The known addresses of a VM, each once, with the best source: those of its guest, and those that Atoll assigned to its vNICs. In
 * the order of vNICs; addresses of other NICs (of a bridge inside the guest, for example) last.
 */
export function addressesOf({ vnics, guest }: Pick<Vm, 'vnics' | 'guest'>): GuestAddress[] {
  const assigned = vnics.flatMap(({ mac, assignedAddress: address }): GuestAddress[] =>
    address === null ? [] : [{ mac, address, source: 'assigned', seenAt: null }],
  );
  const places = new Map(vnics.map(({ mac }, place) => [mac, place]));
  const placeOf = ({ mac }: GuestAddress): number => places.get(mac) ?? vnics.length;
  const rank = ({ source }: GuestAddress): number => ORDER.indexOf(source);
  const found = new Map<string, GuestAddress>();
  for (const each of [...(guest?.addresses ?? []), ...assigned].sort((a, b) => rank(a) - rank(b))) {
    const key = `${each.mac} ${bare(each.address)}`;
    if (!found.has(key)) found.set(key, each);
  }
  return [...found.values()].sort((a, b) => placeOf(a) - placeOf(b));
}

const bare = (address: string): string => address.replace(/\/.*/, '').toLowerCase();

/** Whether an address is one that a guest makes itself, which names no place in a network (RFC 3927, RFC 4291). */
export const isLinkLocal = (address: string): boolean => /^(169\.254\.|fe[89ab])/i.test(address);

/** The addresses to show where there is little room: link-local ones only if a vNIC has no other; with their sources. */
export function mainAddressesOf(vm: Pick<Vm, 'vnics' | 'guest'>): GuestAddress[] {
  const ofVnics = new Set(vm.vnics.map(({ mac }) => mac));
  const all = addressesOf(vm).filter(({ mac }) => ofVnics.has(mac));
  const hasOther = new Set(all.filter(({ address }) => !isLinkLocal(address)).map(({ mac }) => mac));
  return all.filter(({ mac, address }) => !hasOther.has(mac) || !isLinkLocal(address));
}
