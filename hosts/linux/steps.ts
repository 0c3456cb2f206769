import type { BridgeChange } from '../../engine/ports/changes';
import type { PortOption } from '../../engine/ports/port-option';
import { batchWord, bridgeName, isBridgeName } from './names';
import { LINK_LOCAL_MASK, PORT_LINK_LOCAL_MASK } from './ip-json';
import { plainWords } from './port-options';
import { firstSealText, sealText, unsealText } from './seal';

/**
 * The three batches that all changes consist of, in the order in which they run. `before`: the link is created and marked. `seal`:
 * IPv6 off, nft. `after`: up. So nothing of ours is ever unmarked, or up and unsealed.
 */
export const LANES = ['before', 'seal', 'after'] as const;
export type Lane = (typeof LANES)[number];

/**
 * A line of `ip -batch`. If ip's error matches `fineIf`, the desired result already exists. `undo` is the line that undoes the
 * earlier lines of the same change, if this one fails.
 */
export interface IpLine {
  readonly text: string;
  readonly fineIf?: RegExp;
  readonly undo?: string;
}

/** What one change adds to each batch. */
export interface Steps {
  readonly before: readonly IpLine[];
  /** Interfaces on which IPv6 is disabled. */
  readonly quiet: readonly string[];
  /** nft text that removes chains. It runs before that of all other changes of the round, because a name can be reused. */
  readonly unseal: string;
  readonly nft: string;
  /** A shorter text to try first, which nft refuses if `nft` is needed. */
  readonly nftFirst?: string;
  readonly after: readonly IpLine[];
}

/** Every change of a bridge except deleting, which uses link groups (delete.ts). */
export type BatchedChange = Exclude<BridgeChange, { kind: 'bridge.delete' }>;

const NOTHING: Steps = { before: [], quiet: [], unseal: '', nft: '', after: [] };
const GONE = /Cannot find device|does not exist|No such device/;

/**
 * The steps of a change.
 * @throws AppError BAD_INPUT for names that ip or nft would interpret differently
 */
export function stepsOf(change: BatchedChange, table: string): Steps {
  switch (change.kind) {
    case 'bridge.create':
      return createSteps(change, table);
    case 'bridge.seal':
      return sealSteps(change, table);
    case 'bridge.release':
      // The mark last: an unsealed bridge that is still ours is found and sealed again.
      return { ...NOTHING, unseal: unsealText(table, change.bridge), after: [set(change.bridge, 'alias ""')] };
    case 'bridge.rename':
      return renameSteps(change.from, change.to, table);
    case 'bridge.mark':
      return { ...NOTHING, before: [set(change.bridge, `alias ${batchWord(change.alias)}`)] };
    case 'bridge.mtu':
      // A device that grows past IPV6_MIN_MTU gets IPv6 again with the host's default: disable it again.
      return { ...NOTHING, before: [set(change.bridge, `mtu ${change.mtu}`)], quiet: [bridgeName(change.bridge)] };
    case 'bridge.mac':
      return { ...NOTHING, before: [set(change.bridge, `address ${batchWord(change.mac)}`)] };
    case 'bridge.up':
      return { ...NOTHING, after: [set(change.bridge, change.up ? 'up' : 'down')] };
    case 'bridge.options':
      return { ...NOTHING, before: optionLines(change.bridge) };
    case 'address.remove': {
      const text = `address del ${batchWord(change.address)} dev ${batchWord(change.port ?? change.bridge)}`;
      return { ...NOTHING, before: [{ text, fineIf: /Cannot assign requested address|Address not found/ }] };
    }
    case 'port.add':
      return { ...NOTHING, after: [set(change.port, `master ${batchWord(change.bridge)}`), deafen(change.port)] };
    case 'port.remove':
      return { ...NOTHING, before: [{ ...set(change.port, 'nomaster'), fineIf: GONE }] };
    case 'port.quiet':
      return { ...NOTHING, quiet: [batchWord(change.port)], after: [deafen(change.port)] };
    case 'port.options':
      return { ...NOTHING, after: plainLines(change.port, change.options) };
    case 'seal.remove':
      return { ...NOTHING, unseal: unsealText(table, change.bridge) };
  }
}

/** The first and the last batch that a change takes part in. */
export function lanesOf({ before, quiet, unseal, nft, after }: Steps): { first: number; last: number } {
  const used = [before.length > 0, quiet.length > 0 || unseal !== '' || nft !== '', after.length > 0];
  return { first: used.indexOf(true), last: used.lastIndexOf(true) };
}

/** Below it the kernel removes IPv6 from the device, its sysctls with it, and refuses `addrgenmode` (addrconf_notify). */
const IPV6_MIN_MTU = 1280;
/**
 * The mask: frames to 01:80:c2:00:00:03 to 0f, of any protocol, are forwarded to the other ports. By default they leave the bridge
 * through its port into the host's stack, past the seal (br_handle_frame), and the host answers. A bridge does not accept bits 0 to
 * 2; of these frames those to 02 reach the host too, and only each port can prevent that.
 */
const OPTIONS = `stp_state 0 forward_delay 0 mcast_snooping 0 group_fwd_mask ${LINK_LOCAL_MASK}`;
/** The bridge itself hands no frames to the host's packet filters. The host's own sysctls may for all bridges (hosts/shared/bridge-filter.ts). */
const NO_FILTERS = 'nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0';
const set = (link: string, words: string): IpLine => ({ text: `link set dev ${batchWord(link)} ${words}` });

/** The kernel disables a port that has just lost its carrier, and forwards again as soon as it has one. */
function plainLines(port: string, options: readonly PortOption[]): IpLine[] {
  const { isDown, switches, state } = plainWords(options);
  const of = (words: string): IpLine => set(port, `type bridge_slave ${words}`);
  return [
    ...(isDown ? [set(port, 'up')] : []),
    ...(switches === '' ? [] : [of(switches)]),
    ...(state === null ? [] : [{ ...of(state), fineIf: /Network is down/ }]),
  ];
}

/** This does not apply to something that is not a port (yet). */
const deafen = (port: string): IpLine => ({
  ...set(port, `type bridge_slave group_fwd_mask ${PORT_LINK_LOCAL_MASK}`),
  fineIf: /Operation not supported|Invalid argument/,
});

/**
 * Four requests: the kernel refuses a forward delay of 0 while STP is still on (br_set_forward_delay, ERANGE), and a kernel without
 * VLANs, or without bridge filters, refuses those options.
 */
function optionLines(bridge: string): IpLine[] {
  return [
    set(bridge, 'type bridge stp_state 0'),
    set(bridge, `type bridge ${OPTIONS}`),
    { ...set(bridge, 'type bridge vlan_filtering 0'), fineIf: /Operation not supported/ },
    { ...set(bridge, `type bridge ${NO_FILTERS}`), fineIf: /Operation not supported|Invalid argument/ },
  ];
}

type Creation = Extract<BridgeChange, { kind: 'bridge.create' }>;
type Seal = Extract<BridgeChange, { kind: 'bridge.seal' }>;

function createSteps({ spec, hasChains = false }: Creation, table: string): Steps {
  const { bridge, mac, mtu, alias } = spec;
  const name = bridgeName(bridge);
  return {
    // The kernel ignores an alias in the request that creates a link (rtnl_create_link), hence the second line.
    before: [
      { text: `link add name ${name} address ${batchWord(mac)} type bridge ${OPTIONS}` },
      { ...set(name, `alias ${batchWord(alias)}`), undo: `link del dev ${name}` },
    ],
    quiet: [name],
    unseal: '',
    nft: sealText(table, name),
    ...(hasChains ? {} : { nftFirst: firstSealText(table, name) }),
    after: [set(name, mtu < IPV6_MIN_MTU ? `mtu ${mtu} up` : `addrgenmode none mtu ${mtu} up`)],
  };
}

function sealSteps({ bridge, isBare = false }: Seal, table: string): Steps {
  const steps = { ...NOTHING, quiet: [bridgeName(bridge)], nft: sealText(table, bridge) };
  return isBare ? { ...steps, nftFirst: firstSealText(table, bridge) } : steps;
}

/** Down first: kernels before 6.2 do not rename what is up, and a bridge that is down can't leak while its chains have the old name. */
function renameSteps(from: string, to: string, table: string): Steps {
  const name = bridgeName(to);
  return {
    before: [set(from, 'down'), { ...set(from, `name ${name}`), undo: set(from, 'up').text }],
    quiet: [],
    unseal: isBridgeName(from) ? unsealText(table, from) : '',
    nft: sealText(table, name),
    after: [set(name, 'up')],
  };
}
