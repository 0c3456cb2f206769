import { isIPv4, isIPv6 } from 'node:net';
import { AppError, note } from '../../../contract';
import { batchWord, bridgeName } from '../names';

/** A rule for one kind of word that gets into the server's files, its filter or a command. */
interface Rule {
  readonly what: string;
  readonly field: string;
  readonly fits: (text: string) => boolean;
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const isLabel = (text: string): boolean => LABEL.test(text);
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** dnsmasq reads quotation marks, backslashes and `#` in a value as syntax, and cuts blanks off at its ends. */
const OPTION = /^[!$-[\]-~](?:[ !$-[\]-~]{0,253}[!$-[\]-~])?$/;

const RULES = {
  label: { what: 'a DNS label', field: 'name', fits: isLabel },
  domain: {
    what: 'a domain',
    field: 'domain',
    fits: (text) => text.length <= 253 && text.split('.').every(isLabel),
  },
  mac: { what: 'a MAC address', field: 'mac', fits: (text) => MAC.test(text) },
  networkId: { what: 'the id of a network', field: 'networkId', fits: (text) => UUID.test(text) },
  digest: { what: 'a digest', field: 'settings', fits: (text) => /^[0-9A-Za-z]{1,128}$/.test(text) },
  ipv4: { what: 'an IPv4 address', field: 'ipv4', fits: isIPv4 },
  ipv6: { what: 'an IPv6 address', field: 'ipv6', fits: (text) => isIPv6(text) && !text.includes('%') },
  option: { what: 'the value of a DHCP option', field: 'options', fits: (text) => OPTION.test(text) },
} satisfies Record<string, Rule>;

/**
 * Returns a word of the server's files unchanged.
 * @throws AppError BAD_INPUT if it could be read as anything else
 */
export function checked(rule: keyof typeof RULES, text: string): string {
  const { what, field, fits } = RULES[rule];
  if (fits(text)) return text;
  throw new AppError('BAD_INPUT', `${JSON.stringify(text)} cannot be ${what}`, { field });
}

/** An integer within limits, as text. */
export function number(value: number, from: number, to: number, field: string): string {
  if (Number.isInteger(value) && value >= from && value <= to) return String(value);
  throw new AppError('BAD_INPUT', `${field} must be a whole number from ${from} to ${to}, not ${value}`, { field });
}

/** An address with its prefix length, taken apart. */
export function subnet(family: 'ipv4' | 'ipv6', text: string): { readonly address: string; readonly length: number } {
  const [address = '', length = '', more] = text.split('/');
  const longest = family === 'ipv4' ? 30 : 128;
  if (more !== undefined || !/^\d{1,3}$/.test(length))
    throw new AppError('BAD_INPUT', `${JSON.stringify(text)} is not an address with its prefix length`, {
      field: family,
    });
  return { address: checked(family, address), length: Number(number(Number(length), 1, longest, family)) };
}

/**
 * The name of the host's end of a server's port.
 * @throws AppError BAD_INPUT
 */
export const portName = (name: string): string => bridgeName(name);

/** The start of the mark on all servers' ports of a store. */
export const portMark = (storeId: string): string => `atoll-port:${storeId}:`;

/**
 * The mark on a server's port.
 * @throws AppError BAD_INPUT for the mark of another store or another network
 */
export function portAlias(storeId: string, networkId: string, alias: string): string {
  if (alias === `${portMark(storeId)}${checked('networkId', networkId)}:services`) return batchWord(alias);
  throw new AppError('BAD_INPUT', `${JSON.stringify(alias)} is not the mark of this network's server`, {
    field: 'alias',
    remedy: note('Sync the host.'),
  });
}

const MARK = /^atoll-port:([0-9a-f-]{36}):([0-9a-f-]{36}):services$/;

/** The store and the network that a port's mark names; null for any other alias. */
export function portOwner(alias: string | null): { readonly storeId: string; readonly networkId: string } | null {
  const [, storeId, networkId] = (alias === null ? null : MARK.exec(alias)) ?? [];
  return storeId === undefined || networkId === undefined ? null : { storeId, networkId };
}
