import { AppError } from '../../contract';
import type { Shell } from '../shell';
import { isObject, readList } from './lenient-json';

/** The fields that are read of `tc -j qdisc show` (tc(8)). */
interface Qdisc {
  readonly kind: string;
  readonly dev: string;
}

/** The fields that are read of `tc -j filter show`. */
interface Filter {
  readonly kind?: string;
  readonly options?: { readonly actions?: readonly Action[] };
}

interface Action {
  readonly kind: string;
  readonly to_dev?: string;
  readonly mirred_action?: string;
}

/** Where filters are attached, by tc's name; `root` are those of the device's own queue. */
const PLACES = [['ingress'], ['egress'], []] as const;

/** Devices with a hook for programs that see each incoming or outgoing frame. */
export function devicesWithHooks(qdiscs: string): Set<string> {
  const list = parsed<Qdisc>(qdiscs).filter(({ kind }) => kind === 'clsact' || kind === 'ingress');
  return new Set(list.flatMap(({ dev }) => (typeof dev === 'string' ? [dev] : [])));
}

/** Whether any action of the whole machine redirects or copies frames, by `tc -j actions list action mirred`. */
export const hasMirred = (actions: string): boolean =>
  parsed<{ actions?: readonly Action[] }>(actions).some((part) => (part.actions?.length ?? 0) > 0);

/** Observing this many devices already takes minutes. */
const MOST_DEVICES = 5_000;

/** The redirects in a device's filters: to which device, or by an opaque program. */
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
 * Devices that traffic control redirects frames from or to, past every bridge and seal, each with its description. Also empty if
 * the host has no tc: such rules were then added by another tool.
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
  // A queue's filters can't be listed in general; if nothing is redirected at all, none of them does.
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

/** tc prints an empty object for some items that it skips, and nothing at all if there are none. */
const parsed = <T>(json: string): T[] => readList(json, 'tc').filter(isObject) as T[];
