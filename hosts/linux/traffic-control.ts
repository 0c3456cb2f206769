import { AppError } from '../../contract';
import type { Shell } from '../shell';
import { isObject, readList } from './lenient-json';

/** What we read of `tc -j qdisc show` (tc(8)). */
interface Qdisc {
  readonly kind: string;
  readonly dev: string;
}

/** What we read of `tc -j filter show`. */
interface Filter {
  readonly kind?: string;
  readonly options?: { readonly actions?: readonly Action[] };
}

interface Action {
  readonly kind: string;
  readonly to_dev?: string;
  readonly mirred_action?: string;
}

/** Where filters hang, by what tc calls it; `root` are those of the device's own queue. */
const PLACES = [['ingress'], ['egress'], []] as const;

/** Devices with a place for programs that look at each frame as it comes or goes. */
export function devicesWithHooks(qdiscs: string): Set<string> {
  const list = parsed<Qdisc>(qdiscs).filter(({ kind }) => kind === 'clsact' || kind === 'ingress');
  return new Set(list.flatMap(({ dev }) => (typeof dev === 'string' ? [dev] : [])));
}

/** Whether any action of the whole machine sends or copies frames elsewhere, by `tc -j actions list action mirred`. */
export const hasMirred = (actions: string): boolean =>
  parsed<{ actions?: readonly Action[] }>(actions).some((part) => (part.actions?.length ?? 0) > 0);

/** A look at this many devices takes minutes already. */
const MOST_DEVICES = 5_000;

/** What of a device's filters leads frames away: to which device, or by a program that nobody can read. */
export function readFilters(filters: string): string[] {
  return parsed<Filter>(filters).flatMap(({ kind, options }) => [
    ...(kind === 'bpf' ? [''] : []),
    ...[options?.actions ?? []]
      .flat()
      .flatMap((action: Action | null) =>
        action?.kind === 'mirred'
          ? [typeof action.to_dev === 'string' ? action.to_dev : '']
          : action?.kind === 'bpf'
            ? ['']
            : [],
      ),
  ]);
}

/**
 * Devices that traffic control takes frames from, or brings them to, past every bridge and seal, each with the words for it. Empty
 * too where the host has no tc: what it knows of such rules was then put there by something else.
 */
export async function tcRedirects(
  shell: Shell,
  own: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const ask = async (...args: string[]): Promise<string> => {
    const { exit, stdout } = await shell.run(['tc', '-j', ...args], { signal, okExits: 'any' });
    return exit === 0 ? stdout : '';
  };
  const found = new Map<string, string>();
  const qdiscs = await ask('qdisc', 'show');
  const hooked = devicesWithHooks(qdiscs);
  // A filter of a queue can't be seen from afar; where nothing is redirected at all, none of them does.
  const suspects = hasMirred(await ask('actions', 'list', 'action', 'mirred'))
    ? new Set(parsed<Qdisc>(qdiscs).flatMap(({ dev }) => (typeof dev === 'string' ? [dev] : [])))
    : new Set(own.filter((dev) => hooked.has(dev)));
  if (suspects.size > MOST_DEVICES)
    throw new AppError('HOST_COMMAND_FAILED', `tc on ${shell.name} lists more than ${MOST_DEVICES} devices`);
  for (const dev of suspects) {
    for (const place of PLACES) {
      for (const to of readFilters(await ask('filter', 'show', 'dev', dev, ...place))) {
        found.set(dev, to === '' ? 'a BPF program of tc' : 'a filter of tc');
        if (to !== '') found.set(to, `a filter of tc on ${dev}`);
      }
    }
  }
  return found;
}

/** tc leaves an empty object for some that it skips, and prints nothing at all where there is nothing. */
const parsed = <T>(json: string): T[] => readList(json, 'tc').filter(isObject) as T[];
