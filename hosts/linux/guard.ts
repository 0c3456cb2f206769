import { shellWord, note } from '../../contract';
import type { BridgeChange, ChangeGroup, CommandFailure } from '../../engine/ports/changes';
import { ownerOf } from '../mark';
import type { Shell } from '../shell';
import { readLinkLists } from './ip-json';
import { batchWord } from './names';

/**
 * The bridges whose marks can be checked by the first batch itself, which saves a round trip; null: `guard` has to check them, because a
 * deletion comes first, or another mark than ours is allowed.
 */
export function checkedByBatch(groups: readonly ChangeGroup<BridgeChange>[]): string[] | null {
  const isSimple = ({ kind }: BridgeChange): boolean => kind !== 'bridge.delete' && kind !== 'bridge.mark';
  return groups.every(({ changes }) => changes.every(isSimple)) ? [...new Set(groups.flatMap(touched))] : null;
}

/** The current alias of a bridge; undefined: no such interface. */
type Aliases = ReadonlyMap<string, string | null>;

/**
 * Checks the marks again immediately before a change: since the observation that a plan is based on, someone can have replaced our
 * bridge with their own.
 * @returns for each group the reason to skip it, or null
 */
export async function guard(
  shell: Shell,
  storeId: string,
  groups: readonly ChangeGroup<BridgeChange>[],
  signal: AbortSignal,
): Promise<Array<CommandFailure | null>> {
  const names = new Set(groups.flatMap((group) => touched(group)));
  if (names.size === 0) return groups.map(() => null);
  const aliases = await aliasesOf(shell, [...names], signal);
  return groups.map((group) => {
    const foreign = touched(group).find((name) => !mayTouch(group, name, aliases, storeId));
    return foreign === undefined ? null : notOurs(foreign);
  });
}

/** The existing bridges that a group changes. Those that it creates, or renames to, do not exist yet. */
function touched(group: ChangeGroup<BridgeChange>): string[] {
  const made = new Set<string>();
  const names: string[] = [];
  for (const change of group.changes) {
    switch (change.kind) {
      case 'bridge.create':
        made.add(change.spec.bridge);
        break;
      case 'bridge.rename':
        if (!made.has(change.from)) names.push(change.from);
        made.add(change.to);
        break;
      case 'bridge.delete': // delete.ts checks itself
      case 'port.quiet':
      case 'seal.remove':
        break;
      case 'bridge.seal':
      case 'bridge.release':
      case 'bridge.mark':
      case 'bridge.mtu':
      case 'bridge.mac':
      case 'bridge.up':
      case 'bridge.options':
      case 'address.remove':
      case 'port.add':
      case 'port.remove':
      case 'port.options':
        if (!made.has(change.bridge)) names.push(change.bridge);
    }
  }
  return names;
}

/** A missing bridge can't be harmed: the change itself reports it. A lost mark is as the plan saw it. */
function mayTouch(group: ChangeGroup<BridgeChange>, name: string, aliases: Aliases, storeId: string): boolean {
  const alias = aliases.get(name);
  if (alias === undefined) return true;
  if (ownerOf(alias)?.storeId === storeId) return true;
  return group.changes.some((change) => change.kind === 'bridge.mark' && change.was === alias);
}

async function aliasesOf(shell: Shell, names: readonly string[], signal: AbortSignal): Promise<Aliases> {
  const stdin = names.map((name) => `link show dev ${batchWord(name)}\n`).join('');
  const { stdout } = await shell.run(['ip', '-j', '-force', '-batch', '-'], { stdin, signal, okExits: 'any' });
  return new Map(readLinkLists(stdout).map((link) => [link.ifname, link.ifalias ?? null]));
}

function notOurs(name: string): CommandFailure {
  return {
    message: `${name} no longer has this Atoll's mark, and was left alone`,
    remedy: note(`Check it on the host: ip -d link show ${shellWord(name)}`),
    command: null,
    exit: null,
    stderr: null,
  };
}
