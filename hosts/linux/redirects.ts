import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { type IpLink, readLinks } from './ip-json';
import { isObject, readNft } from './lenient-json';
import { tcRedirects } from './traffic-control';

interface NftItem {
  readonly chain?: { readonly table: string; readonly dev?: string | readonly string[] };
  readonly rule?: { readonly table: string; readonly expr: ReadonlyArray<Record<string, unknown>> };
}

/** Chains and rules of known form; other items have neither. */
function readItems(json: string): NftItem[] {
  return readNft(json).flatMap(({ chain, rule }): NftItem[] => {
    if (isObject(chain) && typeof chain['table'] === 'string') return [{ chain } as unknown as NftItem];
    if (!isObject(rule) || typeof rule['table'] !== 'string') return [];
    const expr = [rule['expr'] ?? []].flat().filter(isObject);
    return [{ rule: { table: rule['table'], expr } }];
  });
}

/** The devices that a statement sends frames to: a name, those of a map in the rule, or any (`*`) where only the kernel knows. */
function targetsOf(to: unknown): string[] {
  if (typeof to === 'string') return [to.startsWith('@') ? '*' : to];
  const map = isObject(to) ? to['map'] : undefined;
  const data = isObject(map) ? map['data'] : undefined;
  const pairs = isObject(data) ? data['set'] : undefined;
  if (!Array.isArray(pairs)) return ['*'];
  return pairs.map((pair: unknown) => (Array.isArray(pair) && typeof pair[1] === 'string' ? pair[1] : '*'));
}

/**
 * Devices whose frames a rule redirects, or that are the target of one, past every bridge and seal (`fwd` and `dup` of the netdev
 * family), each with the table; `vnet*` and `*` are all whose names begin like that. By table, not by chain: a chain can jump to the
 * one with the rule.
 */
export function readRedirects(json: string): Map<string, string> {
  const items = readItems(json);
  const found = new Map<string, string>();
  const tables = new Set<string>();
  for (const { rule } of items) {
    for (const { fwd, dup } of rule?.expr ?? []) {
      const statement = fwd ?? dup;
      if (!rule || statement === undefined) continue;
      tables.add(rule.table);
      const { dev, addr } = isObject(statement) ? statement : {};
      for (const to of targetsOf(dev ?? addr)) found.set(to, rule.table);
    }
  }
  for (const { chain } of items) {
    if (!chain || !tables.has(chain.table)) continue;
    for (const dev of [chain.dev ?? []].flat()) found.set(dev, chain.table);
  }
  return found;
}

/** What is found of a device. A hook of a newer kernel is on all devices of a pattern such as `vnet*` (nft(8)). */
const foundOf = (found: ReadonlyMap<string, string>, device: string): string | undefined =>
  found.get(device) ?? [...found].find(([name]) => name.endsWith('*') && device.startsWith(name.slice(0, -1)))?.[1];

/** Devices with a VLAN or similar stacked on them: it receives their tagged frames before a bridge does, and can send some. */
export const stackedOn = (links: readonly IpLink[]): Map<string, string> =>
  new Map(
    links.flatMap(({ ifname, link, linkinfo, link_netnsid: elsewhere }) => {
      const kind = linkinfo?.info_kind ?? 'interface';
      // The other end of a veth is listed there too.
      return link === undefined || elsewhere !== undefined || kind === 'veth'
        ? []
        : [[link, `${kind} ${ifname} on it`]];
    }),
  );

/**
 * Whether a rule of the bridge family takes frames out of bridges: `meta broute` passes them to the host's own stack as if no
 * bridge existed, and `queue` passes them to a program. Rules that name only interfaces other than `own` do not concern us.
 */
export function leavesBridges(json: string, own: ReadonlySet<string>): string | null {
  for (const { rule } of readItems(json)) {
    if (!rule?.expr.some((each) => 'queue' in each || isBroute(each))) continue;
    const named = rule.expr.flatMap(interfacesOf);
    if (named.length === 0 || named.some((name) => own.has(name) || name.includes('*'))) return rule.table;
  }
  return null;
}

interface Expression {
  readonly mangle?: { readonly key?: { readonly meta?: { readonly key?: string } }; readonly value?: unknown };
  readonly match?: {
    readonly op: string;
    readonly left?: { readonly meta?: { readonly key?: string } };
    readonly right?: unknown;
  };
}

const isBroute = ({ mangle }: Expression): boolean => mangle?.key?.meta?.key === 'broute' && mangle.value !== 0;

/** The interfaces that a match accepts, if it names any. */
function interfacesOf({ match }: Expression): string[] {
  if (match?.op !== '==' || !/^(ii|oi|ibr|obr)(f)?name$/.test(match.left?.meta?.key ?? '')) return [];
  const { right } = match;
  const set = (right as { set?: unknown } | undefined)?.set;
  return [set ?? right].flat().map((name) => (typeof name === 'string' && !name.startsWith('@') ? name : '*'));
}

/**
 * The points of `checkHooks`, corrected for each bridge that has such a rule (itself or on a port), or a traffic control filter or
 * XDP program that could do the same.
 */
export async function withRedirects(
  shell: Shell,
  targets: readonly CheckTarget[],
  points: readonly CheckPoint[][],
  signal: AbortSignal,
): Promise<CheckPoint[][]> {
  const rules = await shell.run(['nft', '-j', 'list', 'ruleset', 'netdev'], { signal, okExits: 'any' });
  const links = readLinks((await shell.run(['ip', '-j', '-d', 'link'], { signal })).stdout);
  const bridges = new Set(targets.map(({ bridge }) => bridge));
  const own = links.filter(
    ({ ifname, master }) => bridges.has(ifname) || (master !== undefined && bridges.has(master)),
  );
  const found = await tcRedirects(
    shell,
    own.map(({ ifname }) => ifname),
    signal,
  );
  if (rules.exit === 0) for (const [dev, table] of readRedirects(rules.stdout)) found.set(dev, `nft table ${table}`);
  for (const { ifname, xdp } of own) if (xdp !== undefined) found.set(ifname, 'an XDP program');
  // On the bridge itself it is behind the seal.
  const ports = new Set(own.flatMap(({ ifname, master }) => (master === undefined ? [] : [ifname])));
  for (const [dev, what] of stackedOn(links)) if (ports.has(dev)) found.set(dev, what);
  const bridging = await shell.run(['nft', '-j', 'list', 'ruleset', 'bridge'], { signal, okExits: 'any' });
  const leaves = bridging.exit === 0 ? leavesBridges(bridging.stdout, new Set(own.map(({ ifname }) => ifname))) : null;
  if (leaves !== null) for (const bridge of bridges) found.set(bridge, `nft table ${leaves} of the bridge family`);
  if (found.size === 0) return [...points];
  const byBridge = new Map<string, IpLink[]>();
  for (const link of own) {
    for (const bridge of new Set([link.ifname, ...(link.master === undefined ? [] : [link.master])])) {
      const known = byBridge.get(bridge);
      if (known) known.push(link);
      else byBridge.set(bridge, [link]);
    }
  }
  return targets.map(({ bridge }, i) => {
    const devices = byBridge.get(bridge) ?? [];
    const hits = devices.flatMap(({ ifname }) => {
      const what = foundOf(found, ifname);
      return what === undefined ? [] : [`${ifname} (${what})`];
    });
    const before = points[i] ?? [];
    if (hits.length === 0) return before;
    const evidence = `rules or programs that Atoll did not create can divert frames past the bridge: ${hits.join(', ')}`;
    return before.map((point): CheckPoint => (point.id === 'hooks' ? { ...point, ok: false, evidence } : point));
  });
}
