import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { readLinks } from './ip-json';

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

/** The points of `checkHooks`, with those put right whose bridge, or a port of it, has such a rule. */
export async function withRedirects(
  shell: Shell,
  targets: readonly CheckTarget[],
  points: readonly CheckPoint[][],
  signal: AbortSignal,
): Promise<CheckPoint[][]> {
  const rules = await shell.run(['nft', '-j', 'list', 'ruleset', 'netdev'], { signal, okExits: 'any' });
  const found = rules.exit === 0 ? readRedirects(rules.stdout) : new Map<string, string>();
  if (found.size === 0) return [...points];
  const links = readLinks((await shell.run(['ip', '-j', '-d', 'link'], { signal })).stdout);
  return targets.map(({ bridge }, i) => {
    const devices = [bridge, ...links.filter((link) => link.master === bridge).map((link) => link.ifname)];
    const hits = devices.flatMap((name) => (found.has(name) ? [`${name} (nft table ${found.get(name) ?? ''})`] : []));
    const own = points[i] ?? [];
    if (hits.length === 0) return own;
    const evidence = `rules that Atoll did not write send frames past the bridge: ${hits.join(', ')}`;
    return own.map((point): CheckPoint => (point.id === 'hooks' ? { ...point, ok: false, evidence } : point));
  });
}
