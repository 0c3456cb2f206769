import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { readLinks } from './ip-json';
import { tcRedirects } from './traffic-control';

interface NftItem {
  readonly chain?: { readonly table: string; readonly dev?: string | readonly string[] };
  readonly rule?: { readonly table: string; readonly expr: ReadonlyArray<Record<string, unknown>> };
}

/**
 * Devices whose frames a rule sends on, or to which one sends them, past every bridge and seal (`fwd` and `dup` of the
 * netdev family), each with the table. By table, not by chain: a chain may jump to the one with the rule.
 */
export function readRedirects(json: string): Map<string, string> {
  const items = (JSON.parse(json) as { nftables: NftItem[] }).nftables;
  const found = new Map<string, string>();
  const tables = new Set<string>();
  for (const { rule } of items) {
    for (const { fwd, dup } of rule?.expr ?? []) {
      const statement = fwd ?? dup;
      if (!rule || statement === undefined) continue;
      tables.add(rule.table);
      const { dev, addr } = statement as { dev?: unknown; addr?: unknown };
      for (const to of [dev, addr]) if (typeof to === 'string') found.set(to, rule.table);
    }
  }
  for (const { chain } of items) {
    if (!chain || !tables.has(chain.table)) continue;
    for (const dev of [chain.dev ?? []].flat()) found.set(dev, chain.table);
  }
  return found;
}

/**
 * The points of `checkHooks`, with those put right whose bridge, or a port of it, has such a rule, or a filter of traffic control
 * or an XDP program that could do the same.
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
  if (found.size === 0) return [...points];
  return targets.map(({ bridge }, i) => {
    const devices = own.filter(({ ifname, master }) => ifname === bridge || master === bridge);
    const hits = devices.flatMap(({ ifname }) => (found.has(ifname) ? [`${ifname} (${found.get(ifname) ?? ''})`] : []));
    const before = points[i] ?? [];
    if (hits.length === 0) return before;
    const evidence = `what Atoll did not write can send frames past the bridge: ${hits.join(', ')}`;
    return before.map((point): CheckPoint => (point.id === 'hooks' ? { ...point, ok: false, evidence } : point));
  });
}
