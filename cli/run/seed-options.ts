import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../../contract/app-error';
import { GuestCidr } from '../../contract/model/guest-address';
import { note } from '../../contract/remedy';
import type { Input } from '../input';

/** The options of first-boot data, all of which need --image. */
export const SEED_OPTIONS = [
  'user',
  'ssh-key',
  'password-stdin',
  'hostname',
  'address',
  'gateway',
  'dns',
  'search-domain',
  'user-data',
  'network-config',
] as const;

/** Larger than any of these files may be; the engine has the exact limits. */
const MAX_BYTES = 1024 * 1024;

function readText(option: string, file: string, remedy: string): string {
  const refused = (why: string, cause?: unknown): AppError =>
    new AppError('BAD_INPUT', `--${option}: ${file} ${why}.`, { field: option, remedy: note(remedy), cause });
  try {
    const found = statSync(file);
    if (!found.isFile()) throw refused('is not a file');
    if (found.size > MAX_BYTES) throw refused('is too large');
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof AppError ? error : refused('cannot be read', error);
  }
}

/** The keys of a public key file, one per line; a private key is refused before it is sent. */
function publicKeys(file: string): string[] {
  const text = readText('ssh-key', file, 'Give the path of a public key, for example ~/.ssh/id_ed25519.pub.');
  if (text.includes('PRIVATE KEY'))
    throw new AppError('BAD_INPUT', `${file} is a private key.`, {
      field: 'ssh-key',
      remedy: note(`Give the public one: ${file}.pub`),
    });
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length > 0) return keys;
  throw new AppError('BAD_INPUT', `${file} has no key in it.`, { field: 'ssh-key' });
}

/** As the vNICs of `vm add` are named. */
const FIRST_VNIC = 'nic1';

/** `10.9.0.2/24`, for the first vNIC, or `nic2=10.9.0.2/24`. */
function vnicAddress(text: string): { vnic: string; address: string } {
  const at = text.lastIndexOf('=');
  const [vnic, address] = at === -1 ? [FIRST_VNIC, text] : [text.slice(0, at), text.slice(at + 1)];
  const checked = GuestCidr.safeParse(address);
  if (checked.success) return { vnic, address };
  const bare = address.includes('/') ? null : `${address}/${address.includes(':') ? 64 : 24}`;
  const isOnlyBare = bare !== null && GuestCidr.safeParse(bare).success;
  throw new AppError(
    'BAD_INPUT',
    isOnlyBare
      ? `--address ${text} has no prefix length.`
      : `--address ${text}: ${checked.error.issues[0]?.message ?? 'is no address'}.`,
    {
      field: 'address',
      remedy: note(
        isOnlyBare
          ? `Add it, for example --address ${text.slice(0, at + 1)}${bare}`
          : 'Give an address with its prefix length, for example --address 10.9.0.2/24 or --address nic2=10.9.0.2/24',
      ),
    },
  );
}

/**
 * First-boot data for an image; null if none of its options is given. With any of them, somebody must be able to log in: a user
 * with a key or a password, or whoever the user-data file names.
 */
export function seedDraft(input: Input, password: string | null) {
  if (!SEED_OPTIONS.some((option) => input.has(option))) return null;
  const user = input.text('user') ?? null;
  const sshKeys = input.list('ssh-key').flatMap((file) => publicKeys(resolve(file)));
  const file = (option: string): string | null => {
    const path = input.text(option);
    return path === undefined ? null : readText(option, resolve(path), 'Give the path of a text file.');
  };
  const userData = file('user-data');
  if (userData === null) {
    const missing = user === null ? 'user' : sshKeys.length === 0 && password === null ? 'ssh-key' : null;
    if (missing !== null)
      throw new AppError('BAD_INPUT', 'First-boot data need --user with --ssh-key or --password-stdin.', {
        field: missing,
        remedy: note('Without a user and a key or password, nobody can log in.'),
      });
  }
  return {
    user,
    sshKeys,
    password,
    hostname: input.text('hostname') ?? null,
    addresses: input.list('address').map(vnicAddress),
    gateways: input.list('gateway'),
    dns: input.list('dns'),
    searchDomains: input.list('search-domain'),
    userData,
    networkConfig: file('network-config'),
  };
}
