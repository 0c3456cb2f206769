import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { HostSecrets } from '../contract';
import { AppError } from '../contract/app-error';
import { canAsk } from './ask';
import type { Input } from './input';
import { printable } from './text/escape';

/** What --password-stdin and --passphrase-stdin give: the first lines of stdin, in that order. Null: neither was asked for. */
export async function secretsFrom(input: Input): Promise<HostSecrets | null> {
  const names = [
    ...(input.flag('password-stdin') ? (['password'] as const) : []),
    ...(input.flag('passphrase-stdin') ? (['passphrase'] as const) : []),
  ];
  if (names.length === 0) return null;
  const lines = (await readAll()).split('\n').map((line) => line.replace(/\r$/, ''));
  const secrets: { password?: string; passphrase?: string } = {};
  for (const [at, name] of names.entries()) {
    const line = lines[at] ?? '';
    if (line === '')
      throw new AppError('BAD_INPUT', `There is no ${name} on stdin.`, {
        field: `${name}-stdin`,
        hint: 'Pipe it in, one line.',
      });
    secrets[name] = line;
  }
  return secrets;
}

/** Asks a person for both, unseen; an empty answer leaves one out. Null: there is no terminal, or nothing was said. */
export async function secretsAsked(host: string): Promise<HostSecrets | null> {
  if (!canAsk()) return null;
  const password = await askUnseen(`Password of ${host} (empty: none): `);
  const passphrase = await askUnseen('Passphrase of its key file (empty: none): ');
  if (password === '' && passphrase === '') return null;
  return { ...(password === '' ? {} : { password }), ...(passphrase === '' ? {} : { passphrase }) };
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

/** readline echoes what is typed to its output: here to nobody. */
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
