import { z } from 'zod';

/**
 * What crosses between the desktop's shell (main/) and the screens, beside the engine's port: a few messages, all of them here.
 * In a browser there is no shell, and the screens do without: a path is typed, a link is followed.
 */
export const SHELL = {
  /** page → main: asks for a port to the engine; main answers with `port`, which carries it. */
  connect: 'atoll:connect',
  port: 'atoll:engine-port',
  /** page → main, answered: lets a person choose a file (`FileRequest`); the answer is its path, or null. */
  pickFile: 'atoll:pick-file',
  /** main → page: `ShellNews`. */
  news: 'atoll:news',
} as const;

/** What a file is wanted for; the dialog's title and filters follow from it. */
export const FileUse = z.enum(['disk', 'iso', 'image', 'kernel', 'initrd', 'key', 'backup']);
export type FileUse = z.infer<typeof FileUse>;

/** `save`: the name of a file to be made, instead of one that is there. */
export const FileRequest = z.strictObject({
  use: FileUse,
  save: z
    .string()
    .min(1)
    .max(200)
    .refine((name) => !/[\p{Cc}/\\]/u.test(name), 'must be a name without a path')
    .optional(),
});
export type FileRequest = z.infer<typeof FileRequest>;

/** What the shell tells the page. `engine`: its process ended and is started again, or is back, or can't be started. */
export const ShellNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('engine'), state: z.enum(['running', 'restarting', 'failed']), words: z.string() }),
  z.object({ kind: z.literal('go'), to: z.string() }),
]);
export type ShellNews = z.infer<typeof ShellNews>;

/** What preload puts on `window.atoll`. News and the port come as messages of the window. */
export interface DesktopBridge {
  connect(): void;
  pickFile(wish: FileRequest): Promise<string | null>;
}

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** The screens that may be named from outside: by a link, a notification, a menu. */
const PLACES = [
  /^\/$/,
  /^\/(?:networks|hosts|vms|activity|doctor|backups|welcome)$/,
  new RegExp(`^/(?:networks|hosts|vms)/${ID}$`),
  new RegExp(`^/vms/${ID}/(?:console|screen)$`),
];
const WORDS = /^[\w .:@/-]{0,200}$/;
/** Filters and picked things. Nothing that opens a form: a link from outside shows, it does not begin to do. */
const FILTERS = new Set(['q', 'at', 'tab', 'job', 'severity', 'host', 'network', 'state']);

/** What an address is read against: with a scheme that has rules of its own some can be read that can't be with this one. */
const BASE = 'https://atoll.invalid';

/** The address of a known screen within the app, or null for anything else. */
export function placeOf(address: string): string | null {
  if (address.length > 1_000 || !address.startsWith('/') || !URL.canParse(address, BASE)) return null;
  const { pathname, searchParams, host } = new URL(address, BASE);
  if (host !== new URL(BASE).host || !PLACES.some((place) => place.test(pathname))) return null;
  const kept = [...searchParams].filter(([name, value]) => FILTERS.has(name) && WORDS.test(value));
  if (kept.length !== searchParams.size) return null;
  const query = new URLSearchParams(kept).toString();
  return query === '' ? pathname : `${pathname}?${query}`;
}

/** Where a link `atoll://...` leads: `atoll://networks/ID` and `atoll://app/networks/ID` to the same screen; null: nowhere. */
export function placeOfLink(link: string): string | null {
  const found = /^atoll:\/\/(?:app(?=\/|$|\?))?(.*)$/i.exec(link.trim());
  if (found === null || /[\s\\#@]|%(?:00|0a|0d|2f|5c|2e)/i.test(link)) return null;
  const rest = found[1] ?? '';
  return placeOf(rest.startsWith('/') ? rest : `/${rest}`);
}
