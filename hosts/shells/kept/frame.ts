import { commandLine } from './quote';

/** What a kept sh is to run: a command, or a constant script of ours with its arguments. */
export type Work =
  | { readonly kind: 'run'; readonly argv: readonly string[] }
  | { readonly kind: 'script'; readonly script: string; readonly args: readonly string[] };

/** The variable by which everything that a frame started is found again, however far its children went (kill.ts). */
export const RUN_MARK = 'ATOLL_RUN';

/**
 * The text that makes a kept sh run `work` and say when it is over. `word` is random, so that nothing which the work reads or
 * prints can look like it.
 *
 * - Script and stdin are here-documents with quoted ends: nothing in them is interpreted, and neither can eat what
 *   follows it. (`sh -c` would end at 128 KiB, MAX_ARG_STRLEN.)
 * - All of it is one compound command. A shell runs that only once it has read its end, so a frame that is cut off half-way
 *   (the connection went) runs not at all, instead of with half of its input.
 * - `exec` in a subshell: a word of data is a program to be found, never a built-in of the kept sh (`exit`, `cd`).
 * - The two markers, one on each output: what is before them is whole.
 */
export function frameText(work: Work, stdin: string | Uint8Array | undefined, word: string): string {
  const command = work.kind === 'run' ? commandLine(work.argv) : `sh /dev/fd/3 ${commandLine(work.args)}`;
  const script = work.kind === 'script' ? ` 3<<'S${word}'` : '';
  const scriptBody = work.kind === 'script' ? `${endsInNewline(work.script)}S${word}\n` : '';
  const input = inputOf(stdin, word);
  const program = `( export ${RUN_MARK}=${word}; exec ${command} )`;
  // Here-documents come in the order in which they are named on the line.
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

/** A here-document always ends in a line break, and has no place for a NUL: what differs goes as base64. */
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

/** Reads one output of a kept sh up to the line `word rest`. */
export class UntilMarker {
  private readonly chunks: Buffer[] = [];
  private readonly marker: Buffer;
  /** Bytes seen, and where the marker begins (-1: not seen yet). */
  private length = 0;
  private at = -1;
  private carry = Buffer.alloc(0);
  private found: { readonly body: Buffer; readonly rest: string } | null = null;

  constructor(word: string) {
    this.marker = Buffer.from(`\n${word} `);
  }

  /** What stood before the marker, and what the marker's line said; null until it has come. */
  get result(): { readonly body: Buffer; readonly rest: string } | null {
    return this.found;
  }

  /** What has come so far, for an output that ended without its marker. */
  get sofar(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Each byte is looked at about once, whatever the size of the output: only the tail is kept for a marker across chunks. */
  push(chunk: Buffer): void {
    if (this.found) return;
    if (this.at < 0) {
      const window = this.carry.length > 0 ? Buffer.concat([this.carry, chunk]) : chunk;
      const index = window.indexOf(this.marker);
      if (index >= 0) this.at = this.length - this.carry.length + index;
      this.carry = Buffer.from(window.subarray(Math.max(0, window.length - this.marker.length + 1)));
    }
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.at >= 0) this.finish();
  }

  private finish(): void {
    const all = Buffer.concat(this.chunks);
    const from = this.at + this.marker.length;
    const end = all.indexOf('\n', from);
    if (end >= 0) this.found = { body: all.subarray(0, this.at), rest: all.toString('latin1', from, end) };
  }
}
