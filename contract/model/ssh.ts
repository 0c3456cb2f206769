import { z } from 'zod';
import { filePath } from './path';

/** A host for ssh, logs and known_hosts; it can't start like an option. `::1` starts with its colons. */
const HostWord = /^[A-Za-z0-9_:][A-Za-z0-9_.:%-]{0,254}$/;
const UserWord = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;
const Hop =
  /^([A-Za-z0-9_][A-Za-z0-9_.\\-]*\$?@)?(\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(:\d{1,5})?$/;

/** Parses `[user@]host[:port]`; an IPv6 address with a port is in brackets. Null: invalid. */
export function parseSshAddress(text: string): { user: string | null; host: string; port: number | null } | null {
  const found = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^@:]+|[^@]*:[^@]*:[^@]*))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = found?.[2] ?? found?.[3];
  if (!found || host === undefined) return null;
  return { user: found[1] ?? null, host, port: found[4] === undefined ? null : Number(found[4]) };
}

/** What a person types to test in a terminal whether a host can be signed in to. */
export const sshArgv = ({ user, host, port }: NonNullable<ReturnType<typeof parseSshAddress>>): string[] => [
  'ssh',
  ...(port === null || port === 22 ? [] : ['-p', String(port)]),
  user === null ? host : `${user}@${host}`,
];

/** The SHA-256 fingerprint of a host key, as ssh-keygen -l shows it. */
export const Fingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must look like SHA256:... as ssh-keygen -l prints it');

/** The place of a host key: `host:port` of the connection, or the alias under which ssh stores the key; IPv6 in brackets. */
export const KeyPlace = z
  .string()
  .max(300)
  .regex(/^(\[[^\]\s,]+\]|[^\s,:[\]]+):\d{1,5}$/, 'must be HOST:PORT, an IPv6 address in brackets');

/** The place of a host key as text. */
export const keyPlaceText = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`.toLowerCase();

/**
 * A host key as people type it: `[HOST[:PORT]=]SHA256:...`, without a place that of the host itself. Null: no fingerprint in it; a place
 * that is no address stays as it was typed.
 */
export function hostKeyIn(text: string): { readonly place?: string; readonly fingerprint: string } | null {
  const [, typed, fingerprint] = /^(?:(.+)=)?(SHA256:.*)$/.exec(text) ?? [];
  if (fingerprint === undefined) return null;
  if (typed === undefined) return { fingerprint };
  const parsed = parseSshAddress(typed);
  return { place: parsed === null ? typed : keyPlaceText({ host: parsed.host, port: parsed.port ?? 22 }), fingerprint };
}

/** A host key that the user has confirmed for one hop. It is accepted only there, and only while no key is known for that hop. */
export const ConfirmedKey = z.strictObject({ place: KeyPlace, fingerprint: Fingerprint });
export type ConfirmedKey = z.infer<typeof ConfirmedKey>;

/**
 * How a host is reached over SSH. Omitted values come from `~/.ssh/config`, then from ssh's own defaults. `fingerprints` are
 * confirmed keys that are not in known_hosts yet, each for one hop of the route.
 */
export const SshHow = z
  .strictObject({
    kind: z.literal('ssh'),
    address: z.string().regex(HostWord, 'must be a host name, an address, or a name of ~/.ssh/config'),
    user: z.string().regex(UserWord, 'must be a user name').nullable().default(null),
    port: z.int().min(1, 'must be 1 to 65535').max(65535, 'must be 1 to 65535').nullable().default(null),
    jump: z
      .string()
      .max(1000)
      .refine((s) => s.split(',').every((hop) => Hop.test(hop)), 'must be [user@]host[:port], several with commas')
      .nullable()
      .default(null),
    auth: z.enum(['default', 'key', 'agent', 'password']).default('default'),
    key: filePath('key').nullable().default(null),
    sudo: z.boolean().default(false),
    fingerprints: z.array(ConfirmedKey).max(16).default([]),
  })
  .refine(({ auth, key }) => auth !== 'key' || key !== null, { path: ['key'], message: 'give the key file' });
export type SshHow = z.infer<typeof SshHow>;

/** This computer itself as a host. `via`: how an engine that is not root becomes root. */
export const LocalHow = z.strictObject({ kind: z.literal('local'), via: z.enum(['sudo', 'pkexec']).default('sudo') });
export type LocalHow = z.infer<typeof LocalHow>;

const Secret = z
  .string()
  .min(1, 'must not be empty')
  .max(1024)
  .refine((s) => !/[\0\r\n]/.test(s), 'must be one line');

/** Kept by the engine outside of its database, and asked for again when it does not know them. */
export const HostSecrets = z.strictObject({
  /** Of the login. Only sent to the host itself, after its key was verified, and never to a jump host. */
  password: Secret.optional(),
  /** For sudo. Without it sudo gets the login's password, which the host already has. */
  sudoPassword: Secret.optional(),
  /** Of the key file; used on this computer only. */
  passphrase: Secret.optional(),
});
export type HostSecrets = z.infer<typeof HostSecrets>;

/** A host key on the route that is not confirmed, or differs from the confirmed one (`changed`). */
export const HostKeyQuestion = z.object({
  address: z.string(),
  port: z.int(),
  /** The hop to confirm it for. */
  place: KeyPlace,
  /** Whether this is a jump host, not the host itself. */
  jump: z.boolean(),
  type: z.string(),
  fingerprint: Fingerprint,
  changed: z.boolean(),
});
export type HostKeyQuestion = z.infer<typeof HostKeyQuestion>;
