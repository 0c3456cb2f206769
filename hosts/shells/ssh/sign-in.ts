import { readFile } from 'node:fs/promises';
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import { AppError, type SshHow, type HostSecrets } from '../../../contract';
import { loadSsh2 } from './load-ssh2';
import type { Hop } from './config';

/**
 * The ways to sign in on a hop, in the order in which they are tried.
 * @throws AppError FORBIDDEN when a secret is missing or wrong, or there is no way at all; BAD_INPUT for a key file that is none
 */
export async function signInMethods(
  hop: Hop,
  how: Pick<SshHow, 'auth' | 'key'>,
  secrets: HostSecrets | null,
): Promise<AnyAuthMethod[]> {
  const { user: username } = hop;
  const passwords = passwordMethods(username, secrets?.password);
  switch (how.auth) {
    case 'key':
      return [{ type: 'publickey', username, key: await readKey(how.key ?? '', secrets?.passphrase) }];
    case 'agent':
      return [{ type: 'agent', username, agent: requireAgent(hop) }];
    case 'password':
      if (passwords.length === 0)
        throw new AppError('FORBIDDEN', `The password of ${username}@${hop.host} is not known`, {
          field: 'password',
          hint: 'It is kept in memory only. Give it again: `atoll host unlock NAME`.',
        });
      return passwords;
    case 'default': {
      const agent: AnyAuthMethod[] = hop.agent === null ? [] : [{ type: 'agent', username, agent: hop.agent }];
      const keys = await readableKeys(hop, secrets?.passphrase);
      const methods = [...agent, ...keys.map((key) => ({ type: 'publickey', username, key }) as const), ...passwords];
      if (methods.length > 0) return methods;
      throw new AppError('FORBIDDEN', `There is no key, agent or password to sign in to ${hop.host} with`, {
        hint: 'Give --key FILE, --agent or --password-stdin.',
      });
    }
  }
}

/**
 * Key, agent and password are about the host itself; a jump host is signed in to as ssh would, with the same key file if one
 * was given.
 */
export function jumpMethods(hop: Hop, how: Pick<SshHow, 'key'>, secrets: HostSecrets | null): Promise<AnyAuthMethod[]> {
  const identityFiles = [...(how.key === null ? [] : [how.key]), ...hop.identityFiles];
  return signInMethods({ ...hop, identityFiles }, { auth: 'default', key: null }, secrets);
}

/** Some servers take a password only in answer to their own question. */
function passwordMethods(username: string, password: string | undefined): AnyAuthMethod[] {
  if (password === undefined) return [];
  return [
    { type: 'password', username, password },
    {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map(({ echo }) => (echo === true ? '' : password))),
    },
  ];
}

function requireAgent({ agent }: Hop): string {
  if (agent !== null) return agent;
  throw new AppError('FORBIDDEN', 'The engine knows no SSH agent', {
    hint: 'SSH_AUTH_SOCK was not set when it started. End the engine (`atoll stop`) and start it from a terminal that has an agent.',
  });
}

async function readKey(path: string, passphrase: string | undefined): Promise<ParsedKey> {
  const text = await readFile(path).catch((cause: Error) => {
    throw new AppError('BAD_INPUT', `The key file ${path} can't be read: ${cause.message}`, { field: 'key', cause });
  });
  const { utils } = await loadSsh2();
  const key = utils.parseKey(text, passphrase);
  if (!(key instanceof Error)) {
    if (key.isPrivateKey()) return key;
    throw new AppError('BAD_INPUT', `${path} is a public key`, { field: 'key', hint: 'Give the private one.' });
  }
  if (!/encrypted|passphrase|decrypt|integrity|bad key/i.test(key.message))
    throw new AppError('BAD_INPUT', `${path} is not a private key that can be read: ${key.message}`, { field: 'key' });
  throw new AppError(
    'FORBIDDEN',
    passphrase === undefined ? `The key ${path} needs its passphrase` : `The passphrase of the key ${path} is wrong`,
    { field: 'passphrase', hint: 'Give it with `atoll host unlock NAME`, or use an agent.' },
  );
}

/** Key files that ssh would try. One that is not there, or locked, is passed over, as ssh does without a terminal. */
async function readableKeys(hop: Hop, passphrase: string | undefined): Promise<ParsedKey[]> {
  const keys = await Promise.all(
    hop.identityFiles.map((path) =>
      readKey(path, passphrase).catch((error: unknown) => {
        if (error instanceof AppError) return null;
        throw error;
      }),
    ),
  );
  return keys.filter((key) => key !== null);
}
