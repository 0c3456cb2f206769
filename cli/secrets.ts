import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { HostSecrets } from '../contract';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { canAsk } from './ask';
import type { Input } from './input';
import { printable } from './text/escape';

const FLAGS = {
  'password-stdin': { secret: 'password', words: 'password' },
  'passphrase-stdin': { secret: 'passphrase', words: 'passphrase' },
  'sudo-password-stdin': { secret: 'sudoPassword', words: 'password for sudo' },
} as const;

/**
 * Reads the secrets of --password-stdin, --passphrase-stdin and --sudo-password-stdin: a line of stdin each, in that order. Null:
 * none requested.
 */
export async function secretsFrom(input: Input): Promise<HostSecrets | null> {
  const names = (Object.keys(FLAGS) as Array<keyof typeof FLAGS>).filter((flag) => input.flag(flag));
  if (names.length === 0) return null;
  const lines = (await readAll()).split('\n').map((line) => line.replace(/\r$/, ''));
  const secrets: { -readonly [Name in keyof HostSecrets]: HostSecrets[Name] } = {};
  for (const [at, name] of names.entries()) {
    const line = lines[at] ?? '';
    if (line === '')
      throw new AppError('BAD_INPUT', `There is no ${FLAGS[name].words} on stdin.`, {
        field: name,
        remedy: note('Pipe it in, a line for each option: password, passphrase, password for sudo.'),
      });
    secrets[FLAGS[name].secret] = line;
  }
  return secrets;
}

/** Asks the user for each without echo; an empty answer skips one. Null: no terminal, or no answer. */
export async function secretsAsked(host: string): Promise<HostSecrets | null> {
  if (!canAsk()) return null;
  const password = await askUnseen(`Password of ${host} (empty: none): `);
  const passphrase = await askUnseen('Passphrase of its key file (empty: none): ');
  const sudoPassword = await askUnseen('Password for sudo there (empty: none of its own): ');
  const given = Object.entries({ password, passphrase, sudoPassword }).filter(([, secret]) => secret !== '');
  return given.length === 0 ? null : Object.fromEntries(given);
}

/**
 * The password of a new VM's user, with --password-stdin: asked without echo on a terminal, else the first line of stdin. Null: not
 * requested.
 */
export async function guestPassword(input: Input): Promise<string | null> {
  if (!input.flag('password-stdin')) return null;
  return lineFromStdin('password-stdin', `Password of ${input.text('user') ?? 'the user'} in the guest`);
}

/** A password: asked without echo on a terminal, else the first line of stdin. */
export async function lineFromStdin(field: string, words: string): Promise<string> {
  if (canAsk()) return askUnseen(`${words}: `);
  const password = ((await readAll()).split('\n')[0] ?? '').replace(/\r$/, '');
  if (password !== '') return password;
  throw new AppError('BAD_INPUT', 'There is no password on stdin.', {
    field,
    remedy: note('Pipe it in as one line.'),
  });
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

/** readline echoes input to its output: here to nothing. */
async function askUnseen(question: string): Promise<string> {
  process.stderr.write(printable(question));
  const nobody = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nobody, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      // Ctrl-C and Ctrl-D close it without an answer.
      terminal.once('close', () => reject(new AppError('CANCELLED', 'Nothing was changed.')));
      terminal.question('', resolve);
    });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
