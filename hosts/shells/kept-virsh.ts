import { randomBytes } from 'node:crypto';
import type { Pipe, QuestionOptions, VirshQuestions } from '../shell';
import { Gathered } from './limits';

/**
 * Interactive virsh on pipes: it reads a command a line, and prints its prompt, the line (readline echoes it) and the answer. Without
 * somebody's key bindings, escape sequences for a terminal, line breaks in the echo, or a file with its history. Errors come in the same
 * pipe, in order: it flushes its output before it prints one.
 */
const START = `INPUTRC=/dev/null TERM=dumb COLUMNS=10000 XDG_CACHE_HOME=/dev/null LC_ALL=C
export INPUTRC TERM COLUMNS XDG_CACHE_HOME LC_ALL
exec virsh -q 2>&1`;
const PROMPT = 'virsh # ';

/** Constants and ids: nothing that virsh or readline interpret. */
const COMMAND = /^[A-Za-z0-9-]+(?:;? [A-Za-z0-9-]+)*$/;

/** An answer comes within milliseconds, unless libvirt or the VM is busy. */
const ANSWER_MS = 10_000;
/** More is left to a virsh of its own. */
const ANSWER_BYTES = 4 * 1024 * 1024;

export interface KeptTimes {
  readonly answer: number;
  /** How long an unused one stays open. */
  readonly idle: number;
  /** After one that failed none is started for so long. */
  readonly rest: number;
}

const TIMES: KeptTimes = { answer: ANSWER_MS, idle: 5_000, rest: 10_000 };

/** As many as actions on VMs run at once on a host. Each is asked by one caller at a time: nobody waits for an answer to another. */
const MOST = 4;

/** The virsh processes of a host that stay open. */
export class KeptVirsh implements VirshQuestions {
  private readonly open = new Set<Line>();
  private readonly idle: Line[] = [];
  private opening = 0;
  private restsUntil = -Infinity;
  /** Changes with each `close`. */
  private life = 0;

  constructor(
    private readonly start: (argv: readonly string[]) => Promise<Pipe>,
    private readonly times = TIMES,
  ) {}

  async ask(commands: readonly string[], { signal, starts = false }: QuestionOptions = {}) {
    if (signal?.aborted || commands.length === 0 || !commands.every((command) => COMMAND.test(command))) return null;
    const line = this.free() ?? (starts ? await this.begin() : null);
    if (line === null) return null;
    const answers = await line.ask(commands, this.times.answer, signal);
    if (line.ended) {
      // Cut off by its caller it says nothing of the next one.
      if (!signal?.aborted) this.restsUntil = performance.now() + this.times.rest;
      return answers;
    }
    this.idle.push(line);
    line.expire(this.times.idle);
    return answers;
  }

  /** Ends all; a later question can start one again. */
  close(): void {
    this.life += 1;
    this.restsUntil = -Infinity;
    for (const line of this.open) line.end();
  }

  private free(): Line | null {
    for (let line = this.idle.pop(); line; line = this.idle.pop()) if (!line.ended) return line;
    return null;
  }

  private async begin(): Promise<Line | null> {
    if (this.open.size + this.opening >= MOST || performance.now() < this.restsUntil) return null;
    const { life } = this;
    this.opening += 1;
    try {
      const pipe = await this.start(['sh', '-c', START]).catch(() => null);
      if (pipe === null) return null;
      const line: Line = new Line(pipe, () => this.open.delete(line));
      this.open.add(line);
      if (life === this.life) return line;
      line.end();
      return null;
    } finally {
      this.opening -= 1;
    }
  }
}

interface Question {
  /** What virsh reads. */
  readonly line: string;
  /** What it prints before and after the answer. No answer can contain it: both are unpredictable, and only in two pieces in the line. */
  readonly begin: string;
  readonly end: string;
}

function question(command: string): Question {
  const [a, b, c, d] = Array.from({ length: 4 }, () => randomBytes(8).toString('hex')) as [
    string,
    string,
    string,
    string,
  ];
  return { line: `echo '${a}''${b}'; ${command}; echo '${c}''${d}'\n`, begin: a + b, end: c + d };
}

/** One virsh. Whatever it prints that is not exactly expected ends it, so that no answer is ever taken for another. */
class Line {
  /** Printed since the last answer. */
  private heard = new Gathered();
  private onHeard: ((from: number) => void) | null = null;
  private timer: NodeJS.Timeout | undefined;
  ended = false;

  constructor(
    private readonly pipe: Pipe,
    private readonly onEnd: () => void,
  ) {
    for (const stream of [pipe.stdin, pipe.stdout, pipe.stderr]) stream.on('error', () => this.end());
    pipe.stderr.resume();
    pipe.stdout.on('data', (bytes: Buffer) => this.hear(bytes)).resume();
    void pipe.ended.then(() => this.end());
  }

  /** Null: it failed, and has ended. */
  ask(commands: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<readonly string[] | null> {
    clearTimeout(this.timer);
    const questions = commands.map(question);
    const last = questions.at(-1)?.end ?? '';
    return new Promise((resolve) => {
      const settle = (from: number): void => {
        // It can have come in two pieces.
        if (!this.ended && !this.heard.bytes(Math.max(0, from - last.length)).includes(last)) return;
        this.onHeard = null;
        clearTimeout(this.timer);
        signal?.removeEventListener('abort', stop);
        const answers = this.ended ? null : this.taken(questions);
        if (answers === null) this.end();
        resolve(answers);
      };
      const stop = (): void => this.end();
      this.onHeard = settle;
      this.timer = setTimeout(stop, timeoutMs);
      signal?.addEventListener('abort', stop, { once: true });
      if (this.ended || signal?.aborted) return this.ended ? settle(0) : stop();
      this.pipe.stdin.write(questions.map(({ line }) => line).join(''));
    });
  }

  /** Ends it after a while without questions. */
  expire(afterMs: number): void {
    this.timer = setTimeout(() => this.end(), afterMs);
    this.timer.unref();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.onEnd();
    // One that answers ends with its input, and takes leave of libvirt; one that hangs is closed.
    this.pipe.stdin.end();
    const late = setTimeout(() => this.pipe.close(), LEAVE_MS).unref();
    void this.pipe.ended.then(() => clearTimeout(late));
    this.onHeard?.(0);
  }

  private hear(bytes: Buffer): void {
    if (this.ended) return;
    const from = this.heard.length;
    this.heard.add(bytes);
    if (this.heard.length > ANSWER_BYTES) return this.end();
    if (this.onHeard) this.onHeard(from);
    else if (!this.isAtPrompt()) this.end();
  }

  private isAtPrompt(): boolean {
    return PROMPT.startsWith(this.heard.bytes().toString());
  }

  /** The answers, if nothing else was printed. */
  private taken(questions: readonly Question[]): string[] | null {
    const text = this.heard.bytes().toString();
    const answers: string[] = [];
    let at = 0;
    for (const { line, begin, end } of questions) {
      const before = PROMPT + line + begin;
      const from = at + before.length;
      const to = text.startsWith(before, at) ? text.indexOf(end, from) : -1;
      if (to < 0) return null;
      answers.push(text.slice(from, to));
      at = to + end.length;
    }
    this.heard = new Gathered();
    this.heard.add(Buffer.from(text.slice(at)));
    return this.isAtPrompt() ? answers : null;
  }
}

const LEAVE_MS = 500;
