import { AppError, type DiskFormat, note } from '../contract';
import { diskFormatIn, qcow2Header } from './disk-header';
import type { Shell } from './shell';

/** A disk file to check. */
export interface DiskFileQuestion {
  readonly path: string;
  /** As known from before; it is never probed then. Left out: a person has just named the file. */
  readonly format?: DiskFormat | undefined;
  /** Whether a person has just named it: a symbolic link is refused then. Left out: it is so where the format is not known. */
  readonly isNamed?: boolean;
  /** Whether it may name a backing file: an overlay of Atoll's, whose base every user of the file gives explicitly. */
  readonly isOverlay?: boolean;
  /** What messages call it: its kind, and a path instead of its own. */
  readonly what?: string;
  readonly shown?: string;
  /** The input that names it. */
  readonly field?: string;
}

export interface DiskFileFacts {
  readonly format: DiskFormat;
  /** Bytes that the guest sees. */
  readonly virtualBytes: number;
}

/** How much of a file QEMU looks at to tell its format (BLOCK_PROBE_BUF_SIZE). */
const HEADER_BYTES = 512;
const TIMEOUT_MS = 20_000;

/**
 * $1: `strict` or `known`; $2...: paths. A line for each: what it is, its size, and its first bytes in hex; for a symbolic link what it
 * leads to, in hex. Nothing but these bytes is read: `qemu-img info` opens the files that some formats name (vmdk, and in older
 * versions qcow2). Neither a FIFO that took the file's place meanwhile nor a link is followed (`nonblock`, `nofollow`).
 */
const READ_HEADERS = `
LC_ALL=C; export LC_ALL
mode=$1; shift
hex() { od -An -v -tx1 | tr -d ' \\n'; }
for path; do
  follow=,nofollow
  if [ -L "$path" ]; then
    if [ "$mode" = strict ]; then
      printf 'link 0 '; readlink -f -- "$path" | head -c 4096 | hex; echo
      continue
    fi
    follow=
  fi
  if [ -f "$path" ]; then
    size=$(stat -L -c %s -- "$path") && case $size in *[!0-9]* | '') false ;; esac &&
      head=$(timeout 10 dd if="$path" bs=${HEADER_BYTES} count=1 iflag=nonblock,fullblock$follow status=none | hex) &&
      { [ -n "$head" ] || [ "$size" = 0 ]; } && printf 'file %s %s\\n' "$size" "$head" || echo 'unreadable 0 '
  elif [ -e "$path" ]; then echo 'other 0 '
  else echo 'absent 0 '
  fi
done
`;

/**
 * Checks files that VMs are to have as disks, on the host that has them. What would make QEMU open any other file, or connect to
 * anything, is refused: backing files, external data files, and all formats but plain qcow2 and raw. So is what is not a regular
 * file, and a symbolic link where a person names the file: what it leads to is for the person to name.
 * The one check for every way in (an image, a disk of a VM, a pack of a moved VM). It follows nothing itself.
 * @throws AppError BAD_INPUT, FORBIDDEN or NOT_SUPPORTED that names the file; anything that is not understood is refused
 */
export async function checkDiskFiles(
  shell: Pick<Shell, 'name' | 'script'>,
  questions: readonly DiskFileQuestion[],
  signal?: AbortSignal,
): Promise<DiskFileFacts[]> {
  const facts = new Map<DiskFileQuestion, DiskFileFacts>();
  for (const mode of ['strict', 'known'] as const) {
    const asked = questions.filter(({ format, isNamed = format === undefined }) => isNamed === (mode === 'strict'));
    if (asked.length === 0) continue;
    const args = [mode, ...asked.map(({ path }) => path)];
    const options = { timeoutMs: TIMEOUT_MS * asked.length, ...(signal ? { signal } : {}) };
    const { stdout } = await shell.script(READ_HEADERS, args, options);
    const lines = stdout.split('\n');
    for (const [i, question] of asked.entries()) facts.set(question, judge(shell, question, lines[i] ?? ''));
  }
  return questions.map((question) => facts.get(question) as DiskFileFacts);
}

/** The same for one file. */
export async function checkDiskFile(
  shell: Pick<Shell, 'name' | 'script'>,
  question: DiskFileQuestion,
  signal?: AbortSignal,
): Promise<DiskFileFacts> {
  const [facts] = await checkDiskFiles(shell, [question], signal);
  if (!facts) throw new Error('a check of a disk has no answer');
  return facts;
}

function judge({ name }: Pick<Shell, 'name'>, question: DiskFileQuestion, line: string): DiskFileFacts {
  const { path, what = 'disk', shown = path, field } = question;
  const refuse = (code: 'BAD_INPUT' | 'FORBIDDEN' | 'NOT_SUPPORTED', why: string, hint: string): AppError =>
    new AppError(code, `The ${what} ${shown} ${why}`, {
      remedy: note(hint),
      ...(field === undefined ? {} : { field }),
    });
  const [, kind, size = '', hex = ''] =
    /^(file|link|unreadable|other|absent) (\d{1,16}) ((?:[0-9a-f]{2})*)$/.exec(line) ?? [];
  const bytes = Buffer.from(hex, 'hex');
  switch (kind) {
    case 'file':
      if (size === '0') throw refuse('BAD_INPUT', 'is empty', 'Give a qcow2 or raw disk image.');
      if (bytes.length !== Math.min(Number(size), HEADER_BYTES))
        throw refuse('BAD_INPUT', 'changed while it was checked', 'Stop what writes to it, and try again.');
      return judgeHeader(question, Number(size), bytes, refuse);
    case 'link': {
      const target = bytes.toString().trim();
      const hint = target === '' ? 'Give the path of a file.' : `Name that file itself: ${target}`;
      throw refuse('BAD_INPUT', target === '' ? 'is a link to nothing' : `is a symbolic link to ${target}`, hint);
    }
    case 'other':
      throw refuse('BAD_INPUT', 'is not a regular file', 'Give the path of a qcow2 or raw file.');
    case 'absent':
      throw refuse('BAD_INPUT', `is not there, or can't be read on ${name}`, 'Give the path of a readable file.');
    case 'unreadable':
      throw refuse('FORBIDDEN', `can't be read on ${name}`, 'Check its permissions, or give the path of another file.');
    default:
      throw refuse(
        'BAD_INPUT',
        `could not be checked on ${name}`,
        'Check the file there; the host gave no usable answer.',
      );
  }
}

const CONVERT = 'Convert it first: qemu-img convert -O qcow2 OLD NEW';

function judgeHeader(
  { format, isOverlay = false }: DiskFileQuestion,
  bytes: number,
  header: Buffer,
  refuse: (code: 'BAD_INPUT' | 'NOT_SUPPORTED', why: string, hint: string) => AppError,
): DiskFileFacts {
  const found = format ?? diskFormatIn(header);
  // Nothing in a raw file is read as a header, whatever a guest wrote there.
  if (found === 'raw') return { format: found, virtualBytes: bytes };
  if (found !== 'qcow2') throw refuse('NOT_SUPPORTED', `has the format ${found}`, CONVERT);
  const qcow2 = qcow2Header(header);
  if (qcow2 === null) throw refuse('BAD_INPUT', 'is not a qcow2 file', 'Check the file, or give its right format.');
  const { hasBackingFile, hasDataFile, isEncrypted, hasUnknownFeatures, virtualBytes } = qcow2;
  // One whose format was known had a sound header before; QEMU, and whoever breaks out of it, can write a header.
  const flatten = format === undefined ? `Flatten it first: ${FLATTEN}` : REWRITTEN;
  if (hasDataFile) throw refuse('BAD_INPUT', 'depends on another file: its data file', flatten);
  if (hasBackingFile && !isOverlay) throw refuse('BAD_INPUT', 'depends on another file: its backing file', flatten);
  if (isEncrypted) throw refuse('NOT_SUPPORTED', 'is encrypted', CONVERT);
  if (hasUnknownFeatures) throw refuse('NOT_SUPPORTED', 'uses features of qcow2 that Atoll does not know', CONVERT);
  return { format: found, virtualBytes };
}

const FLATTEN = 'qemu-img convert -O qcow2 OLD NEW';
const REWRITTEN = `If nobody made it so on purpose, its header was rewritten: replace the disk by a copy that you trust. Otherwise flatten it: ${FLATTEN}`;
