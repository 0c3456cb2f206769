import { z } from 'zod';

export { SHELL } from './shell-channels';

/** The purpose of a file; it determines the dialog's title and filters. */
export const FileUse = z.enum(['disk', 'iso', 'image', 'appliance', 'kernel', 'initrd', 'key', 'backup']);
export type FileUse = z.infer<typeof FileUse>;

/** `save`: the name of a new file, instead of an existing one. */
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

/** Messages from the shell to the page. `engine`: its process ended and is restarting, or is back, or can't be started. */
export const ShellNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('engine'), state: z.enum(['running', 'restarting', 'failed']), words: z.string() }),
  z.object({ kind: z.literal('go'), to: z.string() }),
]);
export type ShellNews = z.infer<typeof ShellNews>;

/** What preload exposes as `window.atoll`. News and the port arrive as messages of the window. */
export interface DesktopBridge {
  connect(): void;
  pickFile(request: FileRequest): Promise<string | null>;
}

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** The screens that can be opened from outside: by a link, a notification, a menu. */
const PLACES = [
  /^\/$/,
  /^\/(?:networks|hosts|vms|activity|doctor|backups|welcome)$/,
  new RegExp(`^/(?:networks|hosts|vms)/${ID}$`),
  new RegExp(`^/vms/${ID}/(?:console|screen)$`),
];
const WORDS = /^[\w .:@/-]{0,200}$/;
/** Filters and selections. Nothing that opens a form: an external link shows, but starts nothing. */
const FILTERS = new Set(['q', 'at', 'tab', 'job', 'severity', 'host', 'network', 'state']);

/** The base for parsing an address: schemes with special rules accept some addresses that this one does not. */
const BASE = 'https://atoll.invalid';

/** The path of a known screen within the app, or null for anything else. */
export function placeOf(address: string): string | null {
  if (address.length > 1_000 || !address.startsWith('/') || !URL.canParse(address, BASE)) return null;
  const { pathname, searchParams, host } = new URL(address, BASE);
  if (host !== new URL(BASE).host || !PLACES.some((place) => place.test(pathname))) return null;
  const kept = [...searchParams].filter(([name, value]) => FILTERS.has(name) && WORDS.test(value));
  if (kept.length !== searchParams.size) return null;
  const query = new URLSearchParams(kept).toString();
  return query === '' ? pathname : `${pathname}?${query}`;
}

/** The target of a link `atoll://...`: `atoll://networks/ID` and `atoll://app/networks/ID` open the same screen; null: none. */
export function placeOfLink(link: string): string | null {
  const found = /^atoll:\/\/(?:app(?=\/|$|\?))?(.*)$/i.exec(link.trim());
  if (found === null || /[\s\\#@]|%(?:00|0a|0d|2f|5c|2e)/i.test(link)) return null;
  const rest = found[1] ?? '';
  return placeOf(rest.startsWith('/') ? rest : `/${rest}`);
}
