import { createReadStream } from 'node:fs';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';

/** A file that the user names, for a command to read. */
export interface InputFile {
  readonly file: string;
  /** The argument or option that names it. */
  readonly field: string;
  readonly mostBytes: number;
  /** What to do if it can't be read. */
  readonly hint: string;
  readonly ifTooLarge: string;
}

/**
 * The text of a file, or with `-` of standard input. It is read no further than its limit, since a device or a pipe may have no end, and as
 * UTF-8 only: another encoding would be read as other names. A byte order mark is no part of the text.
 */
export async function readInput({ file, field, mostBytes, hint, ifTooLarge }: InputFile): Promise<string> {
  const shown = file === '-' ? 'Standard input' : file;
  const refused = (why: string, remedy: string): AppError =>
    new AppError('BAD_INPUT', `${shown} ${why}.`, { field, remedy: note(remedy) });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      const bytes = Buffer.from(chunk as Buffer);
      size += bytes.length;
      if (size > mostBytes) throw refused(`has more than ${mostBytes / 1024 / 1024} MiB`, ifTooLarge);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const words = `${shown} can't be read (${code ?? 'unknown'}).`;
    throw new AppError(code === 'ENOENT' ? 'NOT_FOUND' : 'BAD_INPUT', words, { field, remedy: note(hint) });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw refused('is not text in UTF-8', 'Convert it, for example: iconv -f ISO-8859-1 -t UTF-8 OLD >NEW');
  }
}
