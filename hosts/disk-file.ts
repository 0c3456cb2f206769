import { AppError, type DiskFormat, note } from '../contract';
import { diskFormatIn, qcow2Header } from './disk-header';
import type { Shell } from './shell';

/** A disk file to check. */
export interface DiskFileQuestion {
  readonly path: string;
  /** The known format, which is then not probed. Omitted: the user has just named the file. */
  readonly format?: DiskFormat | undefined;
  /** Whether the user has just named the file: then a symbolic link is refused. Default: true if the format is not known. */
  readonly isNamed?: boolean;
  /** Whether it may name a backing file: an overlay of Atoll's, whose base every user of the file gives explicitly. */
  readonly isOverlay?: boolean;
  /** The file's name in messages: its kind, and a path to show instead of its own. */
  readonly what?: string;
  readonly shown?: string;
  /** The input field that names it. */
  readonly field?: string;
}

export interface DiskFileFacts {
  readonly format: DiskFormat;
  /** The virtual size in bytes. */
  readonly virtualBytes: number;
}

/** How many bytes of a file QEMU reads to detect its format (BLOCK_PROBE_BUF_SIZE). */
const HEADER_BYTES = 512;
const TIMEOUT_MS = 20_000;

/**
 * $1: `strict` or `known`; $2...: paths. Prints a line for each file: its type, its size, and its first bytes in hex; for a
 * symbolic link its target in hex. Reads nothing but these bytes: `qemu-img info` opens the files that some formats name (vmdk, and
 * qcow2 in older versions). If the file is replaced by a FIFO or a link in the meantime, it is not followed (`nonblock`,
 * `nofollow`).
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
 * Checks files that VMs will use as disks, on the host that has them. Refuses everything that would make QEMU open another file or
 * connect to anything: backing files, external data files, and all formats except plain qcow2 and raw. Also refuses anything but a
 * regular file, and a symbolic link where the user names the file: the user must name the target. This is the only check for every
 * source (an image, a disk of a VM, a pack of a moved VM). It follows nothing itself.
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
    for (const [i, question] of asked.entries()) facts.set(question, evaluate(shell, question, lines[i] ?? ''));
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
  if (!facts) throw new Error('the check of a disk gave no answer');
  return facts;
}

function evaluate({ name }: Pick<Shell, 'name'>, question: DiskFileQuestion, line: string): DiskFileFacts {
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
      if (size === '0') throw refuse('BAD_INPUT', 'is empty', 'Use a qcow2 or raw disk image.');
      if (bytes.length !== Math.min(Number(size), HEADER_BYTES))
        throw refuse('BAD_INPUT', 'changed while it was checked', 'Stop what writes to it, and try again.');
      return evaluateHeader(question, Number(size), bytes, refuse);
    case 'link': {
      const target = bytes.toString().trim();
      const hint = target === '' ? 'Enter the path of a file.' : `Name that file itself: ${target}`;
      throw refuse('BAD_INPUT', target === '' ? 'is a link to nothing' : `is a symbolic link to ${target}`, hint);
    }
    case 'other':
      throw refuse('BAD_INPUT', 'is not a regular file', 'Enter the path of a qcow2 or raw file.');
    case 'absent':
      throw refuse('BAD_INPUT', `does not exist, or can't be read on ${name}`, 'Enter the path of a readable file.');
    case 'unreadable':
      throw refuse(
        'FORBIDDEN',
        `can't be read on ${name}`,
        'Check its permissions, or enter the path of another file.',
      );
    default:
      throw refuse(
        'BAD_INPUT',
        `could not be checked on ${name}`,
        'Check the file there; the host gave no usable answer.',
      );
  }
}

const CONVERT = 'Convert it first: qemu-img convert -O qcow2 OLD NEW';

function evaluateHeader(
  { format, isOverlay = false }: DiskFileQuestion,
  bytes: number,
  header: Buffer,
  refuse: (code: 'BAD_INPUT' | 'NOT_SUPPORTED', why: string, hint: string) => AppError,
): DiskFileFacts {
  const found = format ?? diskFormatIn(header);
  // A raw file has no header, whatever a guest wrote there.
  if (found === 'raw') return { format: found, virtualBytes: bytes };
  if (found !== 'qcow2') throw refuse('NOT_SUPPORTED', `has the format ${found}`, CONVERT);
  const qcow2 = qcow2Header(header);
  if (qcow2 === null) throw refuse('BAD_INPUT', 'is not a qcow2 file', 'Check the file, or enter its actual format.');
  const { hasBackingFile, hasDataFile, isEncrypted, hasUnknownFeatures, virtualBytes } = qcow2;
  // A file of known format had a valid header before, but QEMU, and a guest that broke out of it, can write a header.
  const flatten = format === undefined ? `Flatten it first: ${FLATTEN}` : REWRITTEN;
  if (hasDataFile) throw refuse('BAD_INPUT', 'depends on another file: its data file', flatten);
  if (hasBackingFile && !isOverlay) throw refuse('BAD_INPUT', 'depends on another file: its backing file', flatten);
  if (isEncrypted) throw refuse('NOT_SUPPORTED', 'is encrypted', CONVERT);
  if (hasUnknownFeatures) throw refuse('NOT_SUPPORTED', 'uses features of qcow2 that Atoll does not know', CONVERT);
  return { format: found, virtualBytes };
}

const FLATTEN = 'qemu-img convert -O qcow2 OLD NEW';
const REWRITTEN = `If this is not intended, its header was rewritten: replace the disk with a copy that you trust. Otherwise flatten it: ${FLATTEN}`;
