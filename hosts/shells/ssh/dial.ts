import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ServerHostKeyAlgorithm } from 'ssh2';
import { AppError, type ConfirmedKey, keyPlaceText, note, run, shellCommand, sshArgv } from '../../../contract';
import type { Hop } from './config';
import { loadSsh2 } from './load-ssh2';
import { type HostKey, type KeyPlace, type KeyVerdict, type KnownHosts, hostKey } from './host-keys';
import { PULSE_MS, watchPulse } from './keepalive';

const READY_TIMEOUT_MS = 20_000;

/** A host key that is not confirmed, or differs from the confirmed one. */
export interface KeyQuestion {
  readonly hop: Hop;
  readonly key: HostKey;
  readonly verdict: Exclude<KeyVerdict, 'known'>;
  /** Whether the hop is the host itself, not a jump host. */
  readonly isLast: boolean;
}

export interface DialOptions {
  readonly known: KnownHosts;
  /** Keys confirmed by the user, each for one hop, where it counts only while no key is known. */
  readonly confirmed: readonly ConfirmedKey[];
  /** Whether a confirmed key is stored as known. Only for an added host: inspecting one changes nothing. */
  readonly remember: boolean;
  /** The sign-in methods for a hop. Called once `key`, which the hop has proven to own, was accepted. */
  methods(hop: Hop, isLast: boolean, key: HostKey): Promise<AnyAuthMethod[]>;
  readonly signal: AbortSignal;
}

/** Connections to all hops of a route, the last of them to the host. */
export interface Way {
  readonly client: Client;
  /** The host's own key. */
  readonly key: HostKey;
  close(): void;
}

/** Thrown if a host's key has to be confirmed first. */
export class KeyNotTrusted extends AppError {
  constructor(readonly question: KeyQuestion) {
    const { words, remedy } = WORDS[question.verdict](question);
    super('FORBIDDEN', words, { field: 'fingerprint', remedy });
  }
}

const changedWords = (question: KeyQuestion) => ({
  words: `THE HOST KEY OF ${question.hop.host} HAS CHANGED: it now shows ${question.key.type} ${question.key.fingerprint}`,
  remedy: run(
    'hosts.update',
    confirmation(question),
    'Either the host was reinstalled, or someone intercepts the connection. Nothing was sent to it. Confirm the new key only if you know why it changed.',
  ),
});

/** How to confirm the key; the place is left out for the host itself. */
const confirmation = ({ hop, key, isLast }: KeyQuestion): { fingerprint: string; place?: string } => ({
  fingerprint: key.fingerprint,
  ...(isLast ? {} : { place: keyPlaceText(placeOf(hop)) }),
});

const revokedWords = ({ hop, key }: KeyQuestion) => ({
  words: `THE HOST KEY OF ${hop.host} IS REVOKED: ${key.type} ${key.fingerprint}`,
  remedy: note(
    'known_hosts of the home has it marked as @revoked: it may be compromised. Nothing was sent to the host. Give the host a new key.',
  ),
});

const unknownWords = (question: KeyQuestion) => ({
  words: `The host key of ${question.hop.host} is not confirmed: ${question.key.type} ${question.key.fingerprint}`,
  remedy: run(
    'hosts.update',
    confirmation(question),
    'Compare it with the output of ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the host, then confirm it.',
  ),
});

const WORDS = { changed: changedWords, revoked: revokedWords, unknown: unknownWords } as const;

/**
 * Connects from hop to hop. Each hop's key is verified before anything is sent to it.
 * @throws KeyNotTrusted, AppError FORBIDDEN (sign-in refused), HOST_UNREACHABLE, CANCELLED
 */
export async function dial(hops: readonly Hop[], options: DialOptions): Promise<Way> {
  const ssh2 = loadSsh2();
  const clients: Client[] = [];
  const close = (): void => {
    for (const client of [...clients].reverse()) client.destroy();
  };
  try {
    let at: Connected | null = null;
    for (const [index, hop] of hops.entries()) {
      const isLast = index === hops.length - 1;
      // No await between the socket and the client's listeners: a refusal in between would be unhandled.
      const sock: Duplex = at === null ? connect({ host: hop.host, port: hop.port }) : await forward(at.client, hop);
      at = await connectHop(ssh2, { hop, isLast, sock }, options, clients);
    }
    if (at === null) throw new AppError('BAD_INPUT', 'There is no route to the host');
    return { ...at, close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Connected {
  readonly client: Client;
  readonly key: HostKey;
}

interface Leg {
  readonly hop: Hop;
  readonly isLast: boolean;
  readonly sock: Duplex;
}

function connectHop(
  ssh2: ReturnType<typeof loadSsh2>,
  { hop, isLast, sock }: Leg,
  { known, confirmed, remember, signal, methods }: DialOptions,
  clients: Client[],
): Promise<Connected> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      sock.destroy();
      return reject(stopped(hop));
    }
    const client = new ssh2.Client();
    clients.push(client);
    let refused: KeyNotTrusted | null = null;
    let shown: { readonly key: HostKey; readonly isNew: boolean } | null = null;
    let untried: AnyAuthMethod[] | null = null;
    const onAbort = (): void => fail(stopped(hop));
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', onAbort);
      client.destroy();
      reject(refused ?? (error instanceof AppError ? error : notConnected(hop, error)));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    client.on('error', (error: Error & { level?: string }) => {
      // A missing agent, or one with an unusable key, is just one method less: ssh2 continues with the next.
      if (error.level !== 'agent') fail(error);
    });
    client.once('close', () => fail(new Error('it closed the connection')));
    client.once('ready', () => {
      signal.removeEventListener('abort', onAbort);
      // Nagle's algorithm would delay each small script until the answer to the last one: 58 ms instead of 15.
      client.setNoDelay(true);
      watchPulse(sock);
      if (shown === null) return fail(new Error('it showed no host key'));
      const { key, isNew } = shown;
      const write = isNew && remember ? known.learn(place, key) : Promise.resolve();
      write.then(() => resolve({ client, key }), fail);
    });
    const place = placeOf(hop);
    const isConfirmed = ({ fingerprint }: HostKey): boolean =>
      confirmed.some((one) => one.place === keyPlaceText(place) && one.fingerprint === fingerprint);
    const nextMethod = async (): Promise<AnyAuthMethod | false> => {
      if (shown === null) throw new Error('it asked for a login before it showed a host key');
      untried ??= [...(await methods(hop, isLast, shown.key))];
      return untried.shift() ?? false;
    };
    const types = known.types(place) as ServerHostKeyAlgorithm[];
    client.connect({
      sock,
      username: hop.user,
      // The type says synchronous, but it can wait: it gets a callback.
      authHandler: (_left, _partial, next) => {
        nextMethod().then((method) => next(method as AnyAuthMethod), fail);
      },
      readyTimeout: READY_TIMEOUT_MS,
      // Its own keepalive counts only answers to its requests, which queue behind other traffic (keepalive.ts).
      keepaliveInterval: PULSE_MS,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
      // Always by this list: by default ssh2 also accepts ssh-rsa, which signs with SHA-1.
      algorithms: { serverHostKey: preferring(types) },
      hostVerifier: (blob: Buffer): boolean => {
        const key = hostKey(blob);
        const verdict = known.verdict(place, key);
        if (verdict === 'known' || (verdict === 'unknown' && isConfirmed(key))) {
          shown = { key, isNew: verdict === 'unknown' };
          return true;
        }
        refused = new KeyNotTrusted({ hop, key, verdict, isLast });
        return false;
      },
    });
  });
}

/** The name of its key in known_hosts; an alias has no port there (ssh_config(5), HostKeyAlias). */
export const placeOf = ({ host, port, keyAlias }: Hop): KeyPlace =>
  keyAlias === null ? { host, port } : { host: keyAlias, port: 22 };

/** Algorithms that make the host show a key of a known type first; RSA keys sign in three ways. */
function preferring(types: readonly ServerHostKeyAlgorithm[]): ServerHostKeyAlgorithm[] {
  const all: ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const known = new Set(types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])));
  return [...all.filter((one) => known.has(one)), ...all.filter((one) => !known.has(one))];
}

function forward(client: Client, { host, port }: Hop): Promise<Duplex> {
  return new Promise((resolve, reject) =>
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) =>
      error
        ? reject(new AppError('HOST_UNREACHABLE', `The jump host does not reach ${host}:${port}: ${error.message}`))
        : resolve(channel),
    ),
  );
}

const stopped = (hop: Hop): AppError => new AppError('CANCELLED', `Connecting to ${hop.host} was cancelled`);

/** ssh2 reports in `level` where it failed. */
function notConnected(hop: Hop, error: Error & { level?: string; code?: string }): AppError {
  if (error.level === 'client-authentication')
    return new AppError('FORBIDDEN', `${hop.host} rejected the login of ${hop.user}`, {
      field: 'user',
      remedy: run('hosts.unlock', {}, 'Check user, key and password.'),
      cause: error,
    });
  if (/no matching host key format/i.test(error.message))
    return new AppError('NOT_SUPPORTED', `${hop.host} has no host key that can be trusted: ${error.message}`, {
      remedy: note(
        'It signs by SHA-1 (ssh-rsa) or DSA only. Update its sshd, or give it an ed25519 key: ssh-keygen -A.',
      ),
      cause: error,
    });
  if (/too many authentication failures/i.test(error.message))
    return new AppError('FORBIDDEN', `${hop.host} disconnected ${hop.user} after too many keys`, {
      field: 'key',
      remedy: note(
        'Name the key that it accepts: --key FILE, or IdentityFile and "IdentitiesOnly yes" in ~/.ssh/config.',
      ),
      cause: error,
    });
  return notReached(hop, error);
}

/** What a failed connection means, by the system's code, and what to do about it. */
const REACHING: Readonly<Record<string, (hop: Hop) => readonly [words: string, hint: string]>> = {
  ECONNREFUSED: (hop) => [
    `nothing listens on port ${hop.port}`,
    `Is sshd running there, on this port? Test it: ${shellCommand(sshArgv(hop))}`,
  ],
  ENOTFOUND: ({ host }) => [
    'its name is unknown',
    `Check the spelling, or use its IP address. Test it: getent hosts ${host}`,
  ],
  EHOSTUNREACH: ({ host }) => [
    'there is no route to it',
    `Is it switched on, and in this network? Test it: ping ${host}`,
  ],
  ETIMEDOUT: (hop) => [
    'no reply in time',
    `Is it switched on, and does a firewall let port ${hop.port} through? Test it: ${shellCommand(sshArgv(hop))}`,
  ],
};
const ALIKE: Readonly<Record<string, string>> = { EAI_AGAIN: 'ENOTFOUND', ENETUNREACH: 'EHOSTUNREACH' };

function notReached(hop: Hop, error: Error & { code?: string }): AppError {
  const code = error.code ?? '';
  const known = REACHING[ALIKE[code] ?? code]?.(hop);
  const [words, hint] = known ?? [error.message, null];
  return new AppError('HOST_UNREACHABLE', `${hop.host}:${hop.port} does not answer: ${words}`, {
    field: 'address',
    remedy: hint === null ? null : note(hint),
    cause: error,
  });
}
