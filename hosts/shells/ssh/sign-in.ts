import { readFile } from 'node:fs/promises';
import type { AnyAuthMethod, BaseAgent, ParsedKey, PublicKeyEntry } from 'ssh2';
import { AppError, type SshHow, type HostSecrets, note, run } from '../../../contract';
import { loadSsh2 } from './load-ssh2';
import type { Hop } from './config';

/**
 * The sign-in methods for a hop, in the order in which they are tried.
 * @throws AppError FORBIDDEN if a secret is missing or wrong, or there is no method at all; BAD_INPUT for an invalid key file
 */
export async function signInMethods(
  hop: Hop,
  how: Pick<SshHow, 'auth' | 'key'>,
  secrets: HostSecrets | null,
): Promise<AnyAuthMethod[]> {
  const { user: username } = hop;
  switch (how.auth) {
    case 'key':
      return [await keyMethod(hop, how.key ?? '', secrets?.passphrase)];
    case 'agent':
      return [{ type: 'agent', username, agent: await chosenKeys(hop, requireAgent(hop)) }];
    case 'password':
      if (secrets?.password === undefined)
        throw new AppError('FORBIDDEN', `The password of ${username}@${hop.host} is not known`, {
          field: 'password',
          remedy: run(
            'hosts.unlock',
            {},
            'Atoll stores it for one address, user and host key; without a keychain, only while the engine runs.',
          ),
        });
      return passwordMethods(username, secrets.password);
    case 'default': {
      const agent: AnyAuthMethod[] =
        hop.agent === null ? [] : [{ type: 'agent', username, agent: await chosenKeys(hop, hop.agent) }];
      const { keys, locked } = await readableKeys(hop, secrets?.passphrase);
      const methods = [...agent, ...keys.map((key) => ({ type: 'publickey', username, key }) as const)];
      if (methods.length > 0) return methods;
      if (locked) throw locked;
      throw new AppError('FORBIDDEN', `There is no key or agent for signing in to ${hop.host}`, {
        remedy: note(
          'Use --key FILE, --agent, or --password-stdin (for the host itself; a jump host needs a key or the agent).',
        ),
      });
    }
  }
}

/**
 * Key, agent and password are for the host itself; jump hosts use ssh's methods, with the same key file if one was given. They get
 * no password: a passphrase opens the key file on this computer and is never sent.
 */
export function jumpMethods(
  hop: Hop,
  how: Pick<SshHow, 'key'>,
  passphrase: string | undefined,
): Promise<AnyAuthMethod[]> {
  const identityFiles = [...(how.key === null ? [] : [how.key]), ...hop.identityFiles];
  const secrets = passphrase === undefined ? null : { passphrase };
  return signInMethods({ ...hop, identityFiles }, { auth: 'default', key: null }, secrets);
}

/** A locked key file can be unlocked in the agent, as with ssh. */
async function keyMethod(hop: Hop, path: string, passphrase: string | undefined): Promise<AnyAuthMethod> {
  const { user: username } = hop;
  try {
    return { type: 'publickey', username, key: await readKey(path, passphrase) };
  } catch (error) {
    const isLocked = error instanceof AppError && error.code === 'FORBIDDEN' && passphrase === undefined;
    if (!isLocked || hop.agent === null || (await publicParts([path])).size === 0) throw error;
    return {
      type: 'agent',
      username,
      agent: await chosenKeys({ identityFiles: [path], identitiesOnly: true }, hop.agent),
    };
  }
}

/**
 * The agent's keys, those of the key files first and, if the config says so, no others: sshd disconnects after a few unknown keys
 * (MaxAuthTries).
 */
async function chosenKeys(
  { identityFiles, identitiesOnly }: Pick<Hop, 'identityFiles' | 'identitiesOnly'>,
  socket: string,
): Promise<BaseAgent> {
  const { createAgent } = loadSsh2();
  const ours = await publicParts(identityFiles);
  const agent = createAgent(socket);
  const all = agent.getIdentities.bind(agent);
  const isOurs = (key: AgentKey): boolean =>
    typeof key === 'object' && 'getPublicSSH' in key && ours.has(key.getPublicSSH().toString('base64'));
  agent.getIdentities = (done) =>
    all((error, keys = []) => {
      const others = identitiesOnly ? [] : keys.filter((key) => !isOurs(key));
      done(error, [...keys.filter(isOurs), ...others]);
    });
  return agent;
}

type AgentKey = ParsedKey | PublicKeyEntry | string | Buffer;

/** The public parts of key files, as far as available without a passphrase: a file can be a public key itself, or have one beside it. */
async function publicParts(files: readonly string[]): Promise<Set<string>> {
  const { utils } = loadSsh2();
  const parts = await Promise.all(
    files
      .flatMap((file) => [file, `${file}.pub`])
      .map(async (file) => {
        const key = utils.parseKey(await readFile(file).catch(() => ''));
        return key instanceof Error ? [] : [key.getPublicSSH().toString('base64')];
      }),
  );
  return new Set(parts.flat());
}

/**
 * Some servers accept a password only as an answer to their own prompt. This answers the first prompt that is alone and not echoed;
 * any other (a code, a new password) gets no answer.
 */
function passwordMethods(username: string, password: string): AnyAuthMethod[] {
  let answered = false;
  return [
    { type: 'password', username, password },
    {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        const isForIt = prompts.length === 1 && prompts[0]?.echo === false && !answered;
        answered ||= isForIt;
        finish(isForIt ? [password] : []);
      },
    },
  ];
}

function requireAgent({ agent }: Hop): string {
  if (agent !== null) return agent;
  throw new AppError('FORBIDDEN', 'The engine knows no SSH agent', {
    remedy: run(
      'system.stop',
      {},
      'SSH_AUTH_SOCK was not set when the engine started. Stop the engine, then start it from a terminal that has an agent.',
    ),
  });
}

async function readKey(path: string, passphrase: string | undefined): Promise<ParsedKey> {
  const text = await readFile(path).catch((cause: Error) => {
    throw new AppError('BAD_INPUT', `The key file ${path} can't be read: ${cause.message}`, { field: 'key', cause });
  });
  const { utils } = loadSsh2();
  const key = utils.parseKey(text, passphrase);
  if (!(key instanceof Error)) {
    if (key.isPrivateKey()) return key;
    throw new AppError('BAD_INPUT', `${path} is a public key`, { field: 'key', remedy: note('Use the private key.') });
  }
  if (!/encrypted|passphrase|decrypt|integrity|bad key/i.test(key.message))
    throw new AppError('BAD_INPUT', `${path} is not a readable private key: ${key.message}`, { field: 'key' });
  throw new AppError(
    'FORBIDDEN',
    passphrase === undefined ? `The key ${path} needs its passphrase` : `The passphrase of the key ${path} is wrong`,
    { field: 'passphrase', remedy: run('hosts.unlock', {}, 'Enter it, or use an agent.') },
  );
}

interface Readable {
  readonly keys: readonly ParsedKey[];
  /** Why the first existing but locked key could not be read. */
  readonly locked: AppError | null;
}

/** Key files that ssh would try. A missing or locked one is skipped, as ssh does without a terminal. */
async function readableKeys(hop: Hop, passphrase: string | undefined): Promise<Readable> {
  const found = await Promise.all(
    hop.identityFiles.map((path) =>
      readKey(path, passphrase).catch((error: unknown) => {
        if (error instanceof AppError) return error;
        throw error;
      }),
    ),
  );
  const keys = found.flatMap((key) => (key instanceof AppError ? [] : [key]));
  const locked = found.find((key): key is AppError => key instanceof AppError && key.code === 'FORBIDDEN');
  return { keys, locked: locked ?? null };
}
