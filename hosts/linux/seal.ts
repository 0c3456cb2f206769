import { AppError } from '../../contract';
import type { SealState } from '../../engine/ports/observed';
import { readNft } from './lenient-json';
import { bridgeName, isBridgeName } from './names';

/** The two directions through a bridge's own stack; each has its chain. */
const SIDES = ['ingress', 'egress'] as const;
type Side = (typeof SIDES)[number];
const PREFIX: Record<Side, string> = { ingress: 'in_', egress: 'out_' };

/** Both seal chains of one bridge, as found. */
export interface BridgeSeal {
  readonly ingress: SealState;
  readonly egress: SealState;
}

/** The store's netdev table. The end of a version 7 UUID is its random part; the beginning is the time. */
export function sealTable(storeId: string): string {
  if (!/^[0-9a-f-]{36}$/.test(storeId)) throw new AppError('BAD_INPUT', 'The database id is not a UUID');
  return `atoll_${storeId.slice(-12)}`;
}

/**
 * nft text that seals a bridge: frames to (ingress) and from (egress) the host's own stack are dropped; those between its ports are
 * bridged as before. Each chain is written as add, flush, delete, add: a chain left from a former bridge of that name makes a plain
 * `add` fail on kernels that bind chains to the device's index (6.12), a rule that someone added to it prevents its deletion, and
 * in one transaction a live bridge is never open. The table already exists. Ends with a newline, which nft requires.
 * @throws AppError BAD_INPUT for a name that is not safe
 */
export function sealText(table: string, bridge: string): string {
  return chainsOf(table, bridge)
    .map(({ chain, hook }) => `${removeChain(chain)}add chain ${chain} { ${hook} }\n`)
    .join('');
}

/**
 * The same for a bridge that has no chains, such as a new one. `create` is refused if a chain of that name is left, of whatever kind (`add` would
 * reuse one with its rules); normally none is left, and nft has an eighth to read and half to do. After a transaction that deletes anything nft
 * takes 10 ms to end: closing its socket waits for an RCU grace period (nft_rcv_nl_event).
 */
export function firstSealText(table: string, bridge: string): string {
  return chainsOf(table, bridge)
    .map(({ chain, hook }) => `create chain ${chain} { ${hook} }\n`)
    .join('');
}

/** nft text that removes both chains, whether they exist or not. */
export function unsealText(table: string, bridge: string): string {
  return chainsOf(table, bridge)
    .map(({ chain }) => removeChain(chain))
    .join('');
}

/** Creates the table, or activates one that someone set dormant (`flags dormant`). */
export const tableText = (table: string): string => `add table netdev ${table}\n`;

function chainsOf(table: string, bridge: string): Array<{ chain: string; hook: string }> {
  const name = bridgeName(bridge);
  return SIDES.map((side) => ({
    chain: `netdev ${table} ${PREFIX[side]}${name}`,
    hook: `type filter hook ${side} device "${name}" priority 0; policy drop;`,
  }));
}

const removeChain = (chain: string): string => `add chain ${chain}\nflush chain ${chain}\ndelete chain ${chain}\n`;

interface NftChain {
  readonly table: string;
  readonly name: string;
  readonly dev?: string | readonly string[];
  readonly type?: string;
  readonly hook?: string;
  readonly policy?: string;
}
interface NftItem {
  readonly table?: { readonly name: string; readonly flags?: string | readonly string[] };
  readonly chain?: NftChain;
  readonly rule?: { readonly table: string; readonly chain: string };
}

/**
 * Parses `nft -j list table netdev TABLE`. By the bridge's name in the chain's name: a chain that is attached to another device,
 * has another policy, or contains a rule is `wrong`.
 */
export function readSeals(json: string, table: string): Map<string, BridgeSeal> {
  const items = readNft(json) as readonly NftItem[];
  const ruled = new Set(items.flatMap(({ rule }) => (rule?.table === table ? [rule.chain] : [])));
  const asleep = items.some((item) => item.table?.name === table && [item.table.flags].flat().includes('dormant'));
  const seals = new Map<string, { ingress: SealState; egress: SealState }>();
  for (const { chain } of items) {
    if (chain?.table !== table || typeof chain.name !== 'string') continue;
    for (const side of SIDES) {
      const bridge = chain.name.slice(PREFIX[side].length);
      if (!chain.name.startsWith(PREFIX[side]) || !isBridgeName(bridge)) continue;
      const seal = seals.get(bridge) ?? { ingress: 'missing', egress: 'missing' };
      seal[side] = !asleep && !ruled.has(chain.name) && isWhole(chain, side, bridge) ? 'ok' : 'wrong';
      seals.set(bridge, seal);
    }
  }
  return seals;
}

function isWhole(chain: NftChain, side: Side, bridge: string): boolean {
  return chain.dev === bridge && chain.type === 'filter' && chain.hook === side && chain.policy === 'drop';
}
