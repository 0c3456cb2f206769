import type { ServicesSpec } from '../../../engine/ports/services';
import { checked, subnet } from './names';

/** The addresses that are tried; a network that has taken all of them is full. */
const TRIES = 4096;

/** The last arguments of the live probe's script: the server's MAC, its IPv4 address, and an unused one for a guest that asks it. */
export function serverArgs(spec: ServicesSpec | undefined): [mac: string, address: string, own: string] {
  if (!spec) return ['', '', ''];
  const mac = checked('mac', spec.mac);
  const free = spec.ipv4 && unusedAddress(spec);
  if (!spec.ipv4 || !free) return [mac, '', ''];
  const { address, length } = subnet('ipv4', spec.ipv4.address);
  return [mac, address, `${free}/${length}`];
}

/** The last address of the subnet that the engine has given to nobody; null: none. */
export function unusedAddress({ ipv4, vnics, names, gateway }: ServicesSpec): string | null {
  if (!ipv4) return null;
  const { address, length } = subnet('ipv4', ipv4.address);
  const size = 2 ** (32 - length);
  const first = Math.floor(bits(address) / size) * size;
  const used = new Set(
    [address, gateway?.ipv4, ...vnics.map((vnic) => vnic.ipv4), ...names.flatMap((name) => name.addresses)].flatMap(
      (each) => (each && !each.includes(':') ? [bits(each)] : []),
    ),
  );
  const pool = ipv4.pool && { from: bits(ipv4.pool.from), to: bits(ipv4.pool.to) };
  for (let at = first + size - 2, tries = 0; at > first && tries < TRIES; at -= 1, tries += 1)
    if (!used.has(at) && !(pool && at >= pool.from && at <= pool.to)) return dotted(at);
  return null;
}

/** The 32 bits of a dotted address. */
export const bits = (address: string): number => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);

export const dotted = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
