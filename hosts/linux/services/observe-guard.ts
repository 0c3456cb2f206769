import { AppError } from '../../../contract';
import type { ObservedServices, RogueServer } from '../../../engine/ports/services';
import { isObject, readNft } from '../lenient-json';
import { PROBE_PREFIX } from '../names';
import { GUARD_RULES } from './guard-script';

/** What nft has about other servers on the bridges of ours. */
export interface SeenGuard {
  readonly rogues: readonly RogueServer[];
  /** The ports on which the packets of others are dropped; null: the rules that drop them are not in place. */
  readonly ports: ReadonlySet<string> | null;
}

type Item = ReturnType<typeof readNft>[number];

const KINDS: ReadonlyMap<unknown, RogueServer['kind']> = new Map([
  ['senders', 'dhcp'],
  ['senders6', 'dhcp'],
  ['routers', 'router'],
]);

/** Parses `rogues` and the table that `write_guard` writes. Null: it was not listed, or not whole; that says nothing. */
export function readGuard(text: string): SeenGuard | null {
  const json = text.split('\n').find((line) => line.startsWith('rogues '));
  if (json === undefined) return null;
  // Without a table nft prints nothing.
  const items = json.length <= 'rogues '.length ? [] : itemsOf(json.slice('rogues '.length));
  if (items === null) return null;
  const rules = items.flatMap(({ rule }) => (isObject(rule) && 'comment' in rule ? [rule['comment']] : []));
  const isWhole = items.some(({ chain }) => isReceived(chain)) && rules.join() === GUARD_RULES.join();
  const guarded = items.find(({ set }) => isObject(set) && set['name'] === 'guarded')?.['set'];
  return {
    rogues: items.flatMap(roguesOf),
    ports: isWhole ? new Set(elementsOf(guarded).filter((name) => typeof name === 'string')) : null,
  };
}

/** A truncated list is none: an observation does not fail for it. */
function itemsOf(json: string): readonly Item[] | null {
  try {
    return readNft(json);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

const isReceived = (chain: unknown): boolean =>
  isObject(chain) && chain['name'] === 'received' && chain['hook'] === 'prerouting' && chain['prio'] === -300;

const elementsOf = (set: unknown): unknown[] =>
  isObject(set) && Array.isArray(set['elem']) ? (set['elem'] as unknown[]) : [];

function roguesOf({ set }: Item): RogueServer[] {
  const kind = isObject(set) ? KINDS.get(set['name']) : undefined;
  if (kind === undefined) return [];
  return elementsOf(set).flatMap((element) => {
    const elem = isObject(element) && isObject(element['elem']) ? element['elem'] : null;
    const value = isObject(elem?.['val']) ? elem['val'] : isObject(element) ? element : {};
    const [port, mac, address] = Array.isArray(value['concat']) ? (value['concat'] as unknown[]) : [];
    return typeof port === 'string' && typeof mac === 'string' && typeof address === 'string'
      ? [{ kind, port, mac, address }]
      : [];
  });
}

/**
 * Whether the other ports of a server's bridge are guarded, and no port of a bridge that is not: libvirt uses the names of taps again.
 * `masters`: the bridge of each port; `guarded`: the bridges that are to be guarded.
 */
export function guardOf(
  seen: SeenGuard | null,
  server: { readonly name: string; readonly master: string | null },
  { masters, guarded }: { readonly masters: ReadonlyMap<string, string | null>; readonly guarded: ReadonlySet<string> },
): ObservedServices['guard'] {
  if (seen === null) return null;
  const { ports } = seen;
  if (ports === null) return 'off';
  const others = [...masters].filter(
    ([name, master]) => master === server.master && name !== server.name && !name.startsWith(PROBE_PREFIX),
  );
  const isStale = (name: string): boolean => !guarded.has(masters.get(name) ?? '') && masters.has(name);
  return others.every(([name]) => ports.has(name)) && ![...ports].some(isStale) ? 'on' : 'ports';
}
