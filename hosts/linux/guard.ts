import { shellWord, note } from '../../contract';
import type { BridgeChange, ChangeGroup, CommandFailure } from '../../engine/ports/changes';
import { ownerOf } from '../mark';
import type { Shell } from '../shell';
import { readLinkLists } from './ip-json';
import { batchWord } from './names';

/** The alias that a bridge carries now; undefined when there is no such interface. */
type Aliases = ReadonlyMap<string, string | null>;

/**
 * Looks at the marks again, right before anything is changed: between the look that a plan stands on and now somebody may
 * have put a bridge of his own in the place of ours.
 * @returns for each group the reason to leave it alone, or null
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
    const stranger = touched(group).find((name) => !mayTouch(group, name, aliases, storeId));
    return stranger === undefined ? null : notOurs(stranger);
  });
}

/** The bridges that a group changes as they stand. Those that it makes or renames to are not there yet. */
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
      case 'bridge.delete': // delete.ts looks itself
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

/** What is gone can't be harmed: the change itself says so. A mark that was lost is as the plan saw it. */
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
    message: `${name} does not carry this store's mark any more, and was left alone`,
    remedy: note(`Look at it on the host: ip -d link show ${shellWord(name)}`),
    command: null,
    exit: null,
    stderr: null,
  };
}
