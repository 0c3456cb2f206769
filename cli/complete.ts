import { connectEngine, type AtollClient } from '../app/client';
import { resolveHome } from '../app/home';
import { COMMANDS } from './commands/all';
import { printable } from './text/escape';
import { type CommandSpec, optionsOf } from './spec';
import type { Completion } from './option-spec';

/** The timeout while the user waits for completion. */
const PATIENCE_MS = 1500;

/** What is allowed at the cursor. */
export type Place =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'names'; readonly of: Completion }
  | { readonly kind: 'nothing' };

const startsWith = (words: readonly string[], path: readonly string[]) => path.every((word, i) => words[i] === word);

/** Determines what the last of `words` (possibly empty) can be. Pure. */
export function placeOf(words: readonly string[]): Place {
  const typed = words.slice(0, -1);
  const spec = COMMANDS.filter(({ path }) => startsWith(typed, path)).sort((a, b) => b.path.length - a.path.length)[0];
  if (!spec) return { kind: 'words', words: nextWords(typed) };
  const current = words.at(-1) ?? '';
  const rest = typed.slice(spec.path.length);
  const pending = optionsOf(spec).find(({ name, type }) => type !== 'flag' && rest.at(-1) === `--${name}`);
  if (pending) return pending.complete === undefined ? { kind: 'nothing' } : { kind: 'names', of: pending.complete };
  if (current.startsWith('-')) return { kind: 'words', words: optionsOf(spec).map(({ name }) => `--${name}`) };
  return argumentAt(spec, rest);
}

function nextWords(typed: readonly string[]): string[] {
  const next = COMMANDS.filter(({ path }) => path.length > typed.length && startsWith(path, typed)).map(
    ({ path }) => path[typed.length] ?? '',
  );
  return [...new Set(next)];
}

function argumentAt(spec: CommandSpec, rest: readonly string[]): Place {
  const valued = new Set(
    optionsOf(spec)
      .filter(({ type }) => type !== 'flag')
      .map(({ name }) => `--${name}`),
  );
  const given = rest.filter((word, i) => !word.startsWith('-') && !valued.has(rest[i - 1] ?? '')).length;
  const args = spec.args ?? [];
  const arg = args[Math.min(given, args.length - 1)];
  if (!arg || (given >= args.length && !arg.many))
    return { kind: 'words', words: optionsOf(spec).map(({ name }) => `--${name}`) };
  return arg.complete === undefined ? { kind: 'nothing' } : { kind: 'names', of: arg.complete };
}

const named = (rows: ReadonlyArray<{ name: string }>) => rows.map(({ name }) => name);

/** The names that exist now. */
const LISTS: Record<Extract<Completion, string>, (client: AtollClient) => Promise<string[]>> = {
  dataCenter: async (client) => named(await client.dataCenters.list()),
  cluster: async (client) => named(await client.clusters.list({})),
  host: async (client) => named(await client.hosts.list({})),
  lab: async (client) => (await client.labs.list()).map(({ host, id }) => host ?? id),
  network: async (client) => named(await client.networks.list({})),
  vm: async (client) => named(await client.vms.list({})),
  image: async (client) => named(await client.images.list()),
  snapshot: async (client) => named(await client.snapshots.list({})),
  promise: async (client) => (await client.promises.list({})).map(({ sentence }) => sentence),
  job: async (client) => (await client.jobs.list({ limit: 20 })).map(({ id }) => id),
  scenario: async (client) => (await client.demo.scenarios()).map(({ id }) => id),
  // No candidates: the shell offers files automatically.
  backup: async (client) => (await client.backups.list()).backups.map(({ name }) => name),
  file: () => Promise.resolve([]),
};

/** The candidates for the last word. Asks a running engine for names, but starts none. */
export async function complete(words: readonly string[]): Promise<string[]> {
  const place = placeOf(words);
  const current = words.at(-1) ?? '';
  // A name that can't be shown unescaped can't be typed either.
  const fits = (word: string) => word.startsWith(current) && printable(word) === word;
  if (place.kind === 'nothing') return [];
  if (place.kind === 'words') return place.words.filter(fits);
  if (typeof place.of !== 'string') return place.of.filter(fits);
  const home = words.indexOf('--home');
  const connection = await connectEngine(resolveHome(home >= 0 ? words[home + 1] : undefined));
  if (!connection) return [];
  const giveUp = setTimeout(() => connection.close(), PATIENCE_MS);
  try {
    return (await LISTS[place.of](connection.client)).filter(fits);
  } finally {
    clearTimeout(giveUp);
    connection.close();
  }
}
