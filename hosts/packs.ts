import { AppError, note, run } from '../contract';
import type { MoveChoice, VmFile, VmPack, VmPart } from '../engine/ports/host-driver';

/**
 * The limits of a pack. It is assembled from what another host says, and that host can be compromised: a VM is often moved away
 * from exactly that host. So every receiver checks a pack, whichever driver made it.
 */
export const PACK_LIMITS = {
  files: 64,
  /** A complete libvirt definition is about 10 KiB. */
  definitionLength: 1_048_576,
  fileBytes: 64 * 1024 ** 4,
  totalBytes: 128 * 1024 ** 4,
} as const;

/** One plain name of a file directly in the VM's folder: no separator, no control character, no leading dash. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

/** Why a file can't be received under this name; null: it can. */
export const whyNotName = (name: string): string | null =>
  PLAIN_NAME.test(name)
    ? null
    : 'a file of a VM has a plain name of at most 200 letters, digits, ".", "_" or "-", and lies in no folder below';

/** @throws AppError BAD_INPUT for a pack that no intact host would make */
export function requireSoundPack({ definition, files }: VmPack): void {
  if (definition.length > PACK_LIMITS.definitionLength)
    throw unsoundPack(
      `its definition has ${definition.length} characters; the maximum is ${PACK_LIMITS.definitionLength}`,
    );
  if (files.length > PACK_LIMITS.files)
    throw unsoundPack(`it has ${files.length} files; the maximum is ${PACK_LIMITS.files}`);
  const names = new Set<string>();
  for (const file of files) {
    requireSoundFile(file);
    if (names.has(file.name)) throw unsoundPack(`it has two files with the name ${JSON.stringify(file.name)}`);
    names.add(file.name);
  }
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > PACK_LIMITS.totalBytes)
    throw unsoundPack(`its files have ${total} bytes; the maximum is ${PACK_LIMITS.totalBytes}`);
}

/** Nothing is moved that the user did not name, and nothing is left out. */
export const NO_CHOICE: MoveChoice = { carry: [], leave: [] };

/** Invalid: a part that nobody decided about, or that can't be moved and is to be moved. */
export function requireChoice(name: string, parts: readonly VmPart[], { carry, leave }: MoveChoice): void {
  const open = parts.filter(({ id, canCarry }) => !leave.includes(id) && !(canCarry && carry.includes(id)));
  if (open.length === 0) return;
  const all = open.map(({ id, what, canCarry }) => `${what}: ${canCarry ? 'carry or leave' : 'only leave'} ${id}`);
  throw new AppError(
    'RULE_BROKEN',
    `The definition of the VM "${name}" has parts that are moved only with your consent: ${all.join('; ')}`,
    {
      rule: 'MOVE_PARTS',
      field: open.every(({ canCarry }) => !canCarry) ? 'leave' : 'carry',
      remedy: run('vms.additions', { vm: name }, 'Review these parts, then choose to carry or leave each of them.'),
    },
  );
}

function requireSoundFile({ name, bytes, allocated }: VmFile): void {
  const why = whyNotName(name);
  if (why !== null) throw unsoundPack(`it has a file with the name ${JSON.stringify(name)}, and ${why}`);
  if (![bytes, allocated].every((size) => Number.isSafeInteger(size) && size >= 0))
    throw unsoundPack(`the size of ${name} is no number of bytes`);
  if (bytes > PACK_LIMITS.fileBytes)
    throw unsoundPack(`${name} has ${bytes} bytes; the maximum is ${PACK_LIMITS.fileBytes}`);
}

/** Why a pack is refused. */
export function unsoundPack(why: string): AppError {
  return new AppError('BAD_INPUT', `The VM can't be received: ${why}`, {
    rule: 'MOVE',
    field: 'vm',
    remedy: note(
      "Check the files in the VM's folder on its host, and whether that host can still be trusted. The VM stays in place.",
    ),
  });
}

/** The free space that is left for the host's own file system. */
const KEPT_FREE = 64 * 1_048_576;

/** @throws AppError STATE_ILLEGAL for an unexpected VM */
export function receptionOf(receptions: ReadonlyMap<string, Reception>, vmId: string): Reception {
  const found = receptions.get(vmId);
  if (found) return found;
  throw new AppError(
    'STATE_ILLEGAL',
    `The VM ${vmId} is not expected on this host, or the host has reconnected since`,
    {
      rule: 'MOVE',
      field: 'vm',
      remedy: note('Move the VM again.'),
    },
  );
}

/** What a receiver expects of one VM: each file once, and no more bytes than fit. */
export class Reception {
  readonly #open: Map<string, number>;
  #room: number;

  constructor(files: readonly VmFile[], roomBytes: number) {
    this.#open = new Map(files.map(({ name, bytes }) => [name, bytes]));
    this.#room = roomBytes - KEPT_FREE;
  }

  /** The content of an expected file; it ends with an error as soon as it is longer than announced or than fits. */
  take(file: VmFile, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    if (this.#open.get(file.name) !== file.bytes)
      throw new AppError(
        'BAD_INPUT',
        `The file ${JSON.stringify(file.name)} of the VM was not announced, or has already been received`,
        {
          rule: 'MOVE',
          field: 'vm',
          remedy: note('Move the VM again.'),
        },
      );
    this.#open.delete(file.name);
    return this.#bounded(file, content);
  }

  async *#bounded({ name, bytes }: VmFile, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let done = 0;
    const blocks = new WrittenBlocks();
    for await (const chunk of content) {
      done += chunk.length;
      if (done > bytes)
        throw new AppError('HOST_COMMAND_FAILED', `${name} is longer than the ${bytes} bytes that its host reported`, {
          rule: 'MOVE',
          field: 'vm',
          remedy: note('It grows while it is copied, or its host cannot be trusted. The VM stays in place.'),
        });
      this.#room -= blocks.add(chunk);
      if (this.#room < 0)
        throw new AppError('NO_CAPACITY', `${name} needs more space than its host reported, and no more is free`, {
          rule: 'MOVE_ROOM',
          field: 'host',
          remedy: note('Free space on the target host, or choose another.'),
        });
      yield chunk;
    }
  }
}

const BLOCK_BYTES = 1_048_576;
const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** How much space a stream needs if zero blocks become holes. */
class WrittenBlocks {
  #offset = 0;
  #isCounted = false;

  /** The bytes that this chunk adds to the disk. */
  add(chunk: Uint8Array): number {
    let added = 0;
    for (let at = 0; at < chunk.length;) {
      const left = BLOCK_BYTES - (this.#offset % BLOCK_BYTES);
      const part = chunk.subarray(at, at + left);
      if (!this.#isCounted && Buffer.compare(part, ZEROS.subarray(0, part.length)) !== 0) {
        this.#isCounted = true;
        added += BLOCK_BYTES;
      }
      at += part.length;
      this.#offset += part.length;
      if (this.#offset % BLOCK_BYTES === 0) this.#isCounted = false;
    }
    return added;
  }
}
