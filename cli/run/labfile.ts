import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { given, writeNew } from './shared';
import { textOf } from '../../english/text-of';

/** As in contract/model/labfile.ts, which is not loaded here to keep the start fast. */
const MAX_BYTES = 8 * 1024 * 1024;

/** `atoll export [DATACENTER] [--out FILE]` */
export const exportLab: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const dataCenter = input.maybeArg('DATACENTER');
  const answer = await client.labfile.export(dataCenter === undefined ? {} : { dataCenter });
  const file = input.text('out');
  if (file !== undefined) await writeNew(file, answer.text);
  out.answer({ ...answer, file: file ?? null }, () =>
    file === undefined
      ? out.raw(answer.text)
      : out.line(`The data center ${answer.dataCenter} was written to ${file}.`),
  );
};

/** `atoll apply FILE` */
export const applyLab: Run = async (context) => {
  const content = await readLab(context);
  const folder = await folderOf(context.input.arg('FILE'));
  const allowFiles = context.input.flag('allow-files');
  await changing((client, dryRun) =>
    client.labfile.apply({ text: content, ...given({ folder }), allowFiles, dryRun }),
  ).run(context, { done: ({ plan }) => plan.map(textOf) });
};

/** The real path of a file; input from a pipe has none. */
async function folderOf(file: string): Promise<string | undefined> {
  if (file === '-') return undefined;
  return realpath(file).then(dirname, () => undefined);
}

/** The text of the lab file FILE. Read no further than its limit: a device or a pipe may have no end. */
export async function readLab({ input }: Pick<Context, 'input'>): Promise<string> {
  const file = input.arg('FILE');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      const bytes = Buffer.from(chunk as Buffer);
      size += bytes.length;
      if (size > MAX_BYTES) throw tooLarge(file);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(file, error as NodeJS.ErrnoException);
  }
  return decoded(file, Buffer.concat(chunks));
}

/** Another encoding would be read as other names. A byte order mark is no part of the text. */
function decoded(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('BAD_INPUT', `${file === '-' ? 'Standard input' : file} is not text in UTF-8.`, {
      field: 'FILE',
      remedy: note('Convert it, for example: iconv -f ISO-8859-1 -t UTF-8 OLD >NEW'),
    });
  }
}

const tooLarge = (file: string): AppError =>
  new AppError('BAD_INPUT', `${file === '-' ? 'Standard input' : file} has more than ${MAX_BYTES / 1024 / 1024} MiB.`, {
    field: 'FILE',
    remedy: note('Split it by data centers.'),
  });

function unreadable(file: string, { code }: NodeJS.ErrnoException): AppError {
  const options = {
    field: 'FILE',
    remedy: note('Give the path of a file that atoll export wrote, or - for standard input.'),
  };
  return new AppError(
    code === 'ENOENT' ? 'NOT_FOUND' : 'BAD_INPUT',
    `${file} can't be read (${code ?? 'unknown'}).`,
    options,
  );
}
