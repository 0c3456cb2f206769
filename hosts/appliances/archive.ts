import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Parser, type ReadEntry } from 'tar';
import { AppError, note } from '../../contract';
import { throwIfCancelled } from '../cancelled';
import { bad } from './bad';

const CHUNK_BYTES = 1_048_576;
/** More than any program writes, and what a name takes that is longer than a header has room for. */
const MAX_MEMBERS = 200;
const MAX_META_BYTES = 65_536;

/** One regular file in an archive; its content has to be read before the next one. */
export interface Member {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

interface Reading {
  readonly path: string;
  readonly signal: AbortSignal;
  /** Gets each chunk of the archive itself, and the bytes read so far. */
  readonly onChunk?: (chunk: Uint8Array, done: number, known: number) => void;
  /** Resolves with `stop` if the rest need not be read. */
  readonly use: (member: Member) => Promise<'stop' | undefined>;
}

/** Opens a regular file for reading; follows no link and waits for no writer. */
export async function openRegular(path: string): Promise<{ readonly file: FileHandle; readonly bytes: number }> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    const isAbsent = cause.code === 'ENOENT';
    throw new AppError(
      isAbsent ? 'NOT_FOUND' : 'FORBIDDEN',
      `${path} ${isAbsent ? 'does not exist' : `can't be read: ${cause.message}`}`,
      {
        field: 'path',
        cause,
        remedy: note('Choose another file, or restore this one.'),
      },
    );
  });
  const found = await file.stat();
  if (found.isFile()) return { file, bytes: found.size };
  await file.close();
  throw new AppError('BAD_INPUT', `${path} is not a regular file`, {
    field: 'path',
    remedy: note('Choose an OVA or OVF file.'),
  });
}

/** Reads the members of an uncompressed tar archive in their order. Anything but regular files at its top is refused. */
export async function readMembers({ path, signal, onChunk, use }: Reading): Promise<void> {
  const { file, bytes } = await openRegular(path);
  try {
    const reader = new MemberReader(path, use);
    for (let done = 0; !reader.stopped;) {
      throwIfCancelled(signal);
      // The parser keeps slices of it.
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) {
        await reader.end();
        return;
      }
      const chunk = buffer.subarray(0, bytesRead);
      done += bytesRead;
      onChunk?.(chunk, done, bytes);
      await reader.write(chunk);
    }
  } finally {
    await file.close();
  }
}

class MemberReader {
  stopped = false;
  private readonly parser: Parser;
  private readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  private busy: Promise<void> = Promise.resolve();
  private readonly names = new Set<string>();

  constructor(
    private readonly path: string,
    private readonly use: Reading['use'],
  ) {
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
    // Awaited with the next chunk.
    this.failed.catch(() => undefined);
    this.parser = new Parser({
      strict: true,
      maxMetaEntrySize: MAX_META_BYTES,
      // One after another: the parser hands over the next entry once it has buffered the end of the one before.
      onReadEntry: (entry) =>
        (this.busy = this.busy
          .then(() => this.read(entry))
          .catch((error: unknown) => {
            this.fail(error);
            entry.resume();
          })),
    });
    this.parser.on('error', (error: Error) => this.fail(bad(path, `it is no sound archive: ${error.message}`)));
    this.parser.on('ignoredEntry', (entry: ReadEntry) => this.fail(this.refused(entry)));
  }

  async write(chunk: Buffer): Promise<void> {
    const goesOn = this.parser.write(chunk);
    // Of two that are settled the first one wins: what is refused is not read to its end.
    await Promise.race([this.failed, goesOn ? Promise.resolve() : once(this.parser, 'drain')]);
  }

  async end(): Promise<void> {
    const ended = once(this.parser, 'end');
    this.parser.end();
    await Promise.race([ended, this.failed]);
    await Promise.race([this.busy, this.failed]);
  }

  private async read(entry: ReadEntry): Promise<void> {
    if (this.stopped || entry.type === 'Directory') return void entry.resume();
    if (entry.type !== 'File' && entry.type !== 'OldFile') throw this.refused(entry);
    const name = entry.path.replace(/^(?:\.\/)+/, '');
    if (!isPlainName(name))
      throw bad(this.path, `its member ${JSON.stringify(entry.path.slice(0, 200))} is not directly in it`);
    if (this.names.has(name)) throw bad(this.path, `it has two members ${JSON.stringify(name)}`);
    this.names.add(name);
    if (this.names.size > MAX_MEMBERS) throw bad(this.path, `it has more than ${MAX_MEMBERS} members`);
    if ((await this.use({ name, bytes: entry.size, content: entry })) === 'stop') this.stopped = true;
    entry.resume();
  }

  private refused({ type, path }: ReadEntry): AppError {
    return bad(this.path, `its member ${JSON.stringify(path.slice(0, 200))} is no regular file (${type})`);
  }
}

/** A file name without a path: what could lead elsewhere is no name. */
export const isPlainName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !/[/\\\p{C}]/u.test(name);
