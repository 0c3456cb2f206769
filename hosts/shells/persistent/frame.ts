import { FRAME_BYTES, Gathered, TRAILER_BYTES } from '../limits';
import { commandLine } from './quote';

/** The work for a persistent sh: a command, or a constant script with its arguments. */
export type Work =
  | { readonly kind: 'run'; readonly argv: readonly string[] }
  | { readonly kind: 'script'; readonly script: string; readonly args: readonly string[] };

/** The variable that identifies all processes that a frame started, however far removed (kill.ts). */
export const RUN_MARK = 'ATOLL_RUN';

/**
 * The text that makes a persistent sh run `work` and report its end. `word` is random, so that nothing that the work reads or
 * prints can look like it.
 * - Script and stdin are here-documents with quoted ends: nothing in them is interpreted, and neither can consume what follows it.
 * (`sh -c` would end at 128 KiB, MAX_ARG_STRLEN.)
 * - All of it is one compound command. A shell runs that only once it has read its end, so a truncated frame (the connection was
 * lost) does not run at all, instead of with half of its input.
 * - `exec` in a subshell: a word of data is a program to be found, never a built-in of the persistent sh (`exit`, `cd`).
 * - The two markers, one on each output: everything before them is complete.
 */
export function frameText(work: Work, stdin: string | Uint8Array | undefined, word: string): string {
  const command = work.kind === 'run' ? commandLine(work.argv) : `sh /dev/fd/3 ${commandLine(work.args)}`;
  const script = work.kind === 'script' ? ` 3<<'S${word}'` : '';
  const scriptBody = work.kind === 'script' ? `${endsInNewline(work.script)}S${word}\n` : '';
  const input = inputOf(stdin, word);
  const program = `( export ${RUN_MARK}=${word}; exec ${command} )`;
  // Here-documents come in the order in which the line names them.
  const line =
    input.kind === 'encoded'
      ? `base64 -d <<'E${word}' | ${program}${script}`
      : `${program}${script}${input.redirection}`;
  const bodies = input.kind === 'encoded' ? input.body + scriptBody : scriptBody + input.body;
  return `{ ${line}\n${bodies}printf '\\n${word} %s\\n' "$?"; printf '\\n${word} .\\n' >&2; }\n`;
}

type Input =
  | { readonly kind: 'plain'; readonly redirection: string; readonly body: string }
  | { readonly kind: 'encoded'; readonly body: string };

/** A here-document always ends in a line break, and cannot contain a NUL: other data is sent as base64. */
function inputOf(stdin: string | Uint8Array | undefined, word: string): Input {
  if (stdin === undefined || stdin.length === 0) return { kind: 'plain', redirection: ' </dev/null', body: '' };
  if (typeof stdin === 'string' && stdin.endsWith('\n') && !stdin.includes('\0'))
    return { kind: 'plain', redirection: ` <<'E${word}'`, body: `${stdin}E${word}\n` };
  const lines = Buffer.from(stdin)
    .toString('base64')
    .replaceAll(/.{1,4096}/g, '$&\n');
  return { kind: 'encoded', body: `${lines}E${word}\n` };
}

const endsInNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

/** The error of an output: too long before its marker, or something other than an exit code after it. */
export type FrameFault = 'too_long' | 'no_marker_line';

/**
 * Reads one output of a persistent sh up to the line `word rest`. Each byte is examined about once, even if the host knows the word
 * and abuses it: the marker is searched only in the last bytes, and what follows it has a few bytes at most.
 */
export class UntilMarker {
  private readonly output = new Gathered();
  private readonly marker: Buffer;
  /** Where the marker starts (-1: not seen yet). */
  private at = -1;
  private trailer = '';
  private found: { readonly body: Buffer; readonly rest: string } | null = null;
  private broken: FrameFault | null = null;

  constructor(
    word: string,
    private readonly most = FRAME_BYTES,
  ) {
    this.marker = Buffer.from(`\n${word} `);
  }

  /** The output before the marker, and the marker's argument; null until it has arrived. */
  get result(): { readonly body: Buffer; readonly rest: string } | null {
    return this.found;
  }

  /** Set as soon as the output can't become a result. */
  get fault(): FrameFault | null {
    return this.broken;
  }

  /** The output so far, if it ended without its marker. */
  get sofar(): Buffer {
    return this.output.bytes();
  }

  push(chunk: Buffer): void {
    if (this.found || this.broken) return;
    if (this.at >= 0) return this.finish(chunk);
    const before = this.output.length;
    const begin = Math.max(0, before - this.marker.length + 1);
    this.output.add(chunk);
    const index = this.output.bytes(begin).indexOf(this.marker);
    if (index >= 0) {
      this.at = begin + index;
      this.finish(chunk.subarray(this.at + this.marker.length - before));
    } else if (before + chunk.length > this.most) this.broken = 'too_long';
  }

  private finish(chunk: Buffer): void {
    if (this.at > this.most) {
      this.broken = 'too_long';
      return;
    }
    const piece = chunk.toString('latin1', 0, TRAILER_BYTES + 1);
    const end = piece.indexOf('\n');
    this.trailer += end < 0 ? piece : piece.slice(0, end);
    if (this.trailer.length > TRAILER_BYTES) this.broken = 'no_marker_line';
    else if (end >= 0) this.found = { body: this.output.bytes(0, this.at), rest: this.trailer };
  }
}
