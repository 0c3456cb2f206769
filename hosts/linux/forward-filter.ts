import type { Log } from '../../engine/ports/log';
import type { RunResult, Shell } from '../shell';
import { PROBE_PREFIX } from './names';
import type { ObservedNetwork } from './observe-parse';
import { sealTable } from './seal';
import { portOwner } from './services/names';
import { endOwner } from './stretch/names';

const LINK_LOCAL = '01:80:c2:00:00:00-01:80:c2:00:00:0f';
/** Names that are safe in nft text; an interface with another name is never allowed. */
const SAFE = /^[0-9A-Za-z_.:-]{1,15}$/;

/**
 * nft text of the filter between bridge ports: taps can reach each other, the network's own server (`servers`) and
 * its tunnel end (`ends`), which no other port but a tap reaches, and
 * otherwise only `others` and the live probe can forward. So a NIC that someone adds to a sealed bridge forwards no frame, not even in the milliseconds until it is removed again.
 * It matches by port type, not by a list of taps, so that a VM that starts while no engine runs is connected. Frames to link-local
 * groups never go from any port into the host's stack, even before a tap's option is set. Replaces the previous filter in one
 * transaction.
 */
export function filterText(
  table: string,
  others: readonly string[],
  servers: readonly string[] = [],
  ends: readonly string[] = [],
): string {
  const chain = `bridge ${table} forward`;
  const local = `bridge ${table} local`;
  const set = `bridge ${table} others`;
  const ports = `bridge ${table} servers`;
  const tunnels = `bridge ${table} ends`;
  const elements = (set: string, names: readonly string[]): string[] => {
    const quoted = names.filter((name) => SAFE.test(name)).map((name) => `"${name}"`);
    return quoted.length > 0 ? [`add element ${set} { ${quoted.join(', ')} }`] : [];
  };
  const lines = [
    `add table bridge ${table}`,
    `add set ${set} { type ifname; }`,
    `flush set ${set}`,
    ...elements(set, others),
    `add set ${ports} { type ifname; }`,
    `flush set ${ports}`,
    ...elements(ports, servers),
    `add set ${tunnels} { type ifname; }`,
    `flush set ${tunnels}`,
    ...elements(tunnels, ends),
    `add chain ${chain} { type filter hook forward priority 0; policy drop; }`,
    `flush chain ${chain}`,
    `add rule ${chain} meta iifkind "tun" meta oifkind "tun" accept`,
    ...['iifname', 'oifname'].map((key) => `add rule ${chain} ${key} "${PROBE_PREFIX}*" accept`),
    `add rule ${chain} iifname @others oifname @others accept`,
    `add rule ${chain} iifname @others meta oifkind "tun" accept`,
    `add rule ${chain} meta iifkind "tun" oifname @others accept`,
    `add rule ${chain} iifname @servers meta oifkind "tun" accept`,
    `add rule ${chain} meta iifkind "tun" oifname @servers accept`,
    `add rule ${chain} iifname @ends meta oifkind "tun" accept`,
    `add rule ${chain} meta iifkind "tun" oifname @ends accept`,
    `add chain ${local} { type filter hook input priority 0; policy accept; }`,
    `flush chain ${local}`,
    `add rule ${local} ether daddr ${LINK_LOCAL} drop`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Ports that may forward although they are not taps: those of bridges that are not sealed by us. */
export function othersOf(network: Pick<ObservedNetwork, 'bridges' | 'nics'>, storeId: string): string[] {
  const sealed = new Set(network.bridges.filter(({ owner }) => owner?.storeId === storeId).map(({ name }) => name));
  return (
    network.nics
      .filter(({ master, kind }) => master !== null && !sealed.has(master) && kind !== 'tap' && kind !== 'tun')
      // A server's port, or a tunnel end, that someone moved to another bridge serves nobody there.
      .filter(({ alias }) => portOwner(alias ?? null) === null && endOwner(alias ?? null) === null)
      .map(({ name }) => name)
      .sort()
  );
}

/** The ports of this store's DHCP and DNS servers in sealed bridges. */
export const serversOf = (network: Pick<ObservedNetwork, 'bridges' | 'nics'>, storeId: string): string[] =>
  ownPorts(network, storeId, 'veth', portOwner);

/** The tunnel ends of this store in sealed bridges. */
export const endsOf = (network: Pick<ObservedNetwork, 'bridges' | 'nics'>, storeId: string): string[] =>
  ownPorts(network, storeId, 'vxlan', endOwner);

/** Ports of a kind whose mark names the network of the bridge that they are in. */
function ownPorts(
  network: Pick<ObservedNetwork, 'bridges' | 'nics'>,
  storeId: string,
  wanted: string,
  ownerOf: typeof portOwner,
): string[] {
  const sealed = new Map(
    network.bridges.flatMap(({ name, owner }) => (owner?.storeId === storeId ? [[name, owner.networkId]] : [])),
  );
  return network.nics
    .filter(({ master, kind, alias }) => {
      const owner = ownerOf(alias ?? null);
      return kind === wanted && owner?.storeId === storeId && sealed.get(master ?? '') === owner.networkId;
    })
    .map(({ name }) => name)
    .sort();
}

/** A part of the observation's script: lists the filter in the table $1; nothing if $1 is empty, or no filter is there. */
export const LOOK_AT_FILTER = `
look_at_filter() { [ -z "$1" ] || nft -s list table bridge "$1" 2>/dev/null; }
`;

/** Writes the filter that is on stdin, and lists it. $1: its table. */
const WRITE_AND_LIST = `
nft -f - && nft -s list table bridge "$1"
`;

/**
 * Maintains the filter in a lab, whose network namespace is Atoll's alone: on a shared host a default drop between the ports of all
 * bridges would cut off other bridges.
 */
export class ForwardFilter {
  private readonly table: string;
  /** nft's listing of the intact filter, and the ports that it was written for. */
  private whole: { readonly listing: string; readonly others: string } | null = null;
  private touched = true;
  /** It was written again for the same ports, and has not been observed intact since. */
  private rewritten = false;

  constructor(
    private readonly shell: Shell,
    private readonly storeId: string,
    private readonly log: Pick<Log, 'warn'>,
  ) {
    this.table = sealTable(storeId);
  }

  /** Handles a line of `nft -j monitor`: someone changed the filter, possibly Atoll. */
  hear(line: string): void {
    if (line.includes('"family": "bridge"') && line.includes(`"${this.table}"`)) this.touched = true;
  }

  /** Forgets the state of an earlier start of the lab. */
  forget(): void {
    this.whole = null;
    this.touched = true;
    this.rewritten = false;
  }

  /** An observation begins. Returns the table that it lists for `keep`, null for none; later changes are for the next observation. */
  begin(): string | null {
    if (!this.touched || !this.whole) return null;
    this.touched = false;
    return this.table;
  }

  /** The observation did not get as far as `keep`. */
  fail(): void {
    this.touched = true;
  }

  /** Writes the filter, unless it is already correct for the observed ports. `listing` is that of the observation; null: it has none. */
  async keep(
    network: Pick<ObservedNetwork, 'bridges' | 'nics'>,
    signal: AbortSignal,
    listing: string | null = null,
  ): Promise<void> {
    const others = othersOf(network, this.storeId);
    const servers = serversOf(network, this.storeId);
    const ends = endsOf(network, this.storeId);
    const key = [...others, '', ...servers, '', ...ends].join(' ');
    const text = filterText(this.table, others, servers, ends);
    if (this.whole?.others === key) return this.keepAsIs(text, this.whole.listing, listing, signal);
    await this.write(text, key, signal);
  }

  /**
   * For the same ports the filter comes out as before: the observation after nft's notice of this change lists and compares it. If it does
   * not, its new listing counts.
   */
  private async keepAsIs(text: string, whole: string, listing: string | null, signal: AbortSignal): Promise<void> {
    const isChanged = listing !== null && listing !== whole;
    if (isChanged && this.rewritten) return this.write(text, this.whole?.others ?? '', signal);
    if (listing !== null) this.rewritten = isChanged;
    if (!isChanged) return;
    this.touched = true;
    this.report(await this.shell.run(['nft', '-f', '-'], { stdin: text, signal, okExits: 'any' }));
  }

  private async write(text: string, key: string, signal: AbortSignal): Promise<void> {
    this.rewritten = false;
    const options = { stdin: text, signal, okExits: 'any' } as const;
    const result = await this.shell.script(WRITE_AND_LIST, [this.table], options);
    if (this.report(result)) this.whole = { listing: result.stdout, others: key };
  }

  /** A kernel without nf_tables for bridges has no filter; drift is then repaired as on any other host. */
  private report({ exit, stderr }: RunResult): boolean {
    if (exit !== 0) this.log.warn({ host: this.shell.name, stderr: stderr.slice(0, 300) }, 'no filter between ports');
    return exit === 0;
  }
}
