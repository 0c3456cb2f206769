import { isIPv4, isIPv6 } from 'node:net';
import { AppError, note } from '../../../contract';
import type { TunnelEnd, TunnelPeer, TunnelSpec } from '../../../engine/ports/stretch';
import { batchWord, bridgeName } from '../names';

/** Everything of a tunnel that gets into a script's input passes these. They refuse what could be read as anything else. */
function refuse(what: string, value: unknown, field: string): never {
  throw new AppError('BAD_INPUT', `${JSON.stringify(value)} cannot be ${what}`, {
    field,
    remedy: note('Sync the host.'),
  });
}

const matching =
  (pattern: RegExp, what: string, field: string) =>
  (text: string): string =>
    pattern.test(text) ? text : refuse(what, text, field);

export const namespaceName = matching(/^atoll-[0-9a-f]{12}$/, "the name of a tunnel's namespace", 'namespace');
export const deviceName = matching(/^atw[0-9a-f]{12}$/, 'the name of a WireGuard interface', 'device');
export const endName = matching(/^att[0-9a-f]{6}$/, 'the name of a tunnel end', 'port');
const digest = matching(/^[0-9A-Za-z]{1,128}$/, 'a digest', 'settings');
const mac = matching(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/, 'a MAC address', 'macs');

/** 32 bytes in base64: the last of 43 digits has two bits that are zero. */
// cspell:disable-next-line
const KEY = /^[0-9A-Za-z+/]{42}[AEIMQUYcgkosw048]=$/;
export const isKey = (text: string): boolean => KEY.test(text);
export const keyWord = matching(KEY, 'a public key of WireGuard', 'publicKey');

const whole =
  (from: number, to: number, field: string) =>
  (value: number): number =>
    Number.isInteger(value) && value >= from && value <= to
      ? value
      : refuse(`a number from ${from} to ${to}`, value, field);

export const hostNumber = whole(1, 65_534, 'number');
export const vniNumber = whole(1, 16_777_215, 'vni');
export const portNumber = whole(1, 65_535, 'port');
const mtuNumber = whole(68, 65_535, 'mtu');
export const macWord = mac;

/** `192.0.2.7:51871` or `[2001:db8::7]:51871`. */
export function endpointWord(text: string): string {
  const [, six, four, port] = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([0-9.]{7,15})):([1-9]\d{0,4})$/.exec(text) ?? [];
  const isAddress = six === undefined ? isIPv4(four ?? '') : isIPv6(six);
  return isAddress && Number(port) <= 65_535 ? text : refuse('an address with a port', text, 'endpoint');
}

/** The address of a host inside the tunnel. */
export const tunnelAddress = (number: number): string => `10.255.${number >> 8}.${number & 255}`;

/** The number of the host with that address; null: it is none of the tunnel. */
export function numberOfAddress(address: string): number | null {
  const [, high, low] = /^10\.255\.(\d{1,3})\.(\d{1,3})$/.exec(address) ?? [];
  if (high === undefined || low === undefined || Number(high) > 255 || Number(low) > 255) return null;
  return Number(high) * 256 + Number(low);
}

/** The MAC address of a tunnel end: nobody is ever sent a frame there. */
export const endMac = (number: number, vni: number): string =>
  `0e:${[number >> 8, number & 255, vni >> 16, (vni >> 8) & 255, vni & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;

/** The start of the mark on all tunnel ends of a store. */
export const endMark = (storeId: string): string => `atoll-tunnel:${storeId}:`;

const END_MARK = /^atoll-tunnel:([0-9a-f-]{36}):([0-9a-f-]{36})$/;

/** The store and the network that a tunnel end's mark names; null for any other alias. */
export function endOwner(alias: string | null): { readonly storeId: string; readonly networkId: string } | null {
  const [, storeId, networkId] = (alias === null ? null : END_MARK.exec(alias)) ?? [];
  return storeId === undefined || networkId === undefined ? null : { storeId, networkId };
}

/**
 * The mark on a tunnel end.
 * @throws AppError BAD_INPUT for that of another store
 */
export function endAlias(storeId: string, alias: string): string {
  return endOwner(alias)?.storeId === storeId
    ? batchWord(alias)
    : refuse("the mark of this Atoll's tunnel end", alias, 'alias');
}

/** A peer, checked. */
export function checkedPeer(peer: TunnelPeer): TunnelPeer {
  hostNumber(peer.number);
  keyWord(peer.publicKey);
  if (peer.nextKey !== null) keyWord(peer.nextKey);
  if (peer.endpoint !== null) endpointWord(peer.endpoint);
  for (const vni of peer.vnis) vniNumber(vni);
  return peer;
}

/** An end, checked. */
export function checkedEnd(storeId: string, end: TunnelEnd): TunnelEnd {
  bridgeName(end.bridge);
  vniNumber(end.vni);
  if (endName(end.port) !== `att${end.vni.toString(16).padStart(6, '0')}`)
    refuse('the port of this VNI', end.port, 'port');
  endAlias(storeId, end.alias);
  if (endOwner(end.alias)?.networkId !== end.networkId)
    refuse("the mark of this network's tunnel end", end.alias, 'alias');
  mtuNumber(end.mtu);
  for (const member of end.members) hostNumber(member);
  return end;
}

/**
 * A spec without its ends, checked.
 * @throws AppError BAD_INPUT for a value that a command would read as something else
 */
export function checkedTunnel<T extends Omit<TunnelSpec, 'ends'>>(storeId: string, spec: T): T {
  const digits = storeDigits(storeId);
  if (namespaceName(spec.namespace) !== `atoll-${digits}`)
    refuse("this store's namespace", spec.namespace, 'namespace');
  if (deviceName(spec.device) !== `atw${digits}`) refuse("this store's interface", spec.device, 'device');
  if (spec.alias !== `atoll-wg:${storeId}`) refuse("this store's mark", spec.alias, 'alias');
  hostNumber(spec.number);
  if (spec.port !== null) portNumber(spec.port);
  whole(576, 65_535, 'mtu')(spec.mtu);
  if (spec.key !== null) keyWord(spec.key);
  digest(spec.settings);
  const numbers = new Set<number>([spec.number]);
  const keys = new Set<string>();
  for (const peer of spec.peers.map(checkedPeer)) {
    if (numbers.has(peer.number)) refuse('the number of two hosts', peer.number, 'peers');
    numbers.add(peer.number);
    for (const key of [peer.publicKey, peer.nextKey]) {
      if (key === null) continue;
      if (keys.has(key)) refuse('the key of two hosts', key, 'peers');
      keys.add(key);
    }
  }
  return spec;
}

/** The random digits at the end of a store's id, of which all names of its tunnel are made. */
export const storeDigits = (storeId: string): string => storeId.slice(-12);

/** The namespace and the interface of a store's tunnel, as in its specs. */
export const tunnelNamespace = (storeId: string): string => `atoll-${storeDigits(storeId)}`;
export const tunnelDevice = (storeId: string): string => `atw${storeDigits(storeId)}`;

/** The folder for keys on a host that Atoll shares with others; below its own, which is root's. */
export const sharedKeys = (storeId: string): string => `/var/lib/libvirt/atoll/${storeDigits(storeId)}/tunnel`;
export const sharedKeyFile = (storeId: string): string => keyFile(sharedKeys(storeId), storeId);

/** The file of a store's present key. The next one is beside it. */
export const keyFile = (folder: string, storeId: string): string => `${folder}/atoll-${storeDigits(storeId)}.key`;
