import type { NetState } from './net-state';

/**
 * The links that the connection to a host runs over: the one with the address, those below it (ports, the VLAN's parent, a bond's
 * NICs) and above it. `address` null: it runs over none.
 */
export function carriers({ links }: NetState, address: string | null): Set<string> {
  const found = new Set<string>();
  if (address === null) return found;
  const open = [...links.values()].filter((link) => link.addresses.some((own) => own.split('/')[0] === address));
  for (let link = open.pop(); link; link = open.pop()) {
    if (found.has(link.name)) continue;
    found.add(link.name);
    const { name, master, vlan } = link;
    for (const each of links.values())
      if (each.name === master || each.name === vlan?.parent || (each.master === name && each.kind !== 'tap'))
        open.push(each);
  }
  return found;
}
