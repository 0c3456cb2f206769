import { randomBytes } from 'node:crypto';
import { Budget, FRAME_BYTES, HOST_BYTES } from '../limits';
import type { Channel } from './channel';
import { UntilMarker, frameText, type Work } from './frame';

/** The result of a frame; null exit: the sh ended first, or `misbehaved`. */
export interface Answer {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** How the host violated the protocol, as in "web1 ..."; null: it did not. */
  readonly misbehaved: string | null;
}

/** A running frame. */
export interface Running {
  /** Identifies its processes (kill.ts). */
  readonly word: string;
  readonly answer: Promise<Answer>;
}

/** Unrequested output: the last output of a background process. */
const UNASKED_BYTES = 64 * 1024;
const EXIT = /^\d{1,3}$/;

/** The limit of a frame, as text. */
const mebibytes = (bytes: number): string => `${Math.ceil(bytes / (1024 * 1024))} MiB`;

interface Frame {
  readonly out: UntilMarker;
  readonly err: UntilMarker;
  readonly most: number;
  /** Bytes of both outputs. */
  seen: number;
  resolve(answer: Answer): void;
}

/** One sh that is kept open: a script takes about a millisecond, while a new one costs sshd ten. One frame at a time. */
export class PersistentSh {
  private current: Frame | null = null;
  private gone = false;
  private unasked = 0;

  /** `budget`: the limit for buffered bytes of all shells of the host. */
  constructor(
    private readonly channel: Channel,
    private readonly budget = new Budget(HOST_BYTES),
  ) {
    channel.stdout.on('data', (bytes: Buffer) => this.hear('out', bytes));
    channel.stderr.on('data', (bytes: Buffer) => this.hear('err', bytes));
    // The end of the channel is reported separately; a failed write to a closed channel adds nothing.
    channel.stdin.on('error', () => channel.close());
    void channel.ended.then(() => this.end(null));
  }

  get alive(): boolean {
    return !this.gone;
  }

  /** Runs a frame. Must not be called while another one runs. `most`: bytes of both outputs. */
  run(work: Work, stdin: string | Uint8Array | undefined, most = FRAME_BYTES): Running {
    if (this.current) throw new Error('a persistent shell was given two frames at once');
    const word = randomBytes(16).toString('hex');
    const text = frameText(work, stdin, word);
    const answer = new Promise<Answer>((resolve) => {
      const [out, err] = [new UntilMarker(word, most), new UntilMarker(word, most)];
      this.current = { out, err, most, seen: 0, resolve };
    });
    if (this.gone) this.end(null);
    else this.channel.stdin.write(text);
    return { word, answer };
  }

  close(): void {
    this.channel.close();
  }

  private hear(which: 'out' | 'err', bytes: Buffer): void {
    if (this.gone) return;
    const { current } = this;
    if (!current) {
      this.unasked += bytes.length;
      if (this.unasked > UNASKED_BYTES) this.breakOff('keeps sending unrequested output');
      return;
    }
    current.seen += bytes.length;
    if (!this.budget.take(bytes.length))
      return this.breakOff(`answers several commands with more than ${mebibytes(HOST_BYTES)} at once`);
    current[which].push(bytes);
    const fault = current[which].fault ?? (current.seen > current.most + 1024 ? 'too_long' : null);
    if (fault === 'too_long')
      return this.breakOff(`sent more than ${mebibytes(current.most)} in answer to one command`);
    if (fault) return this.breakOff('ends an answer incorrectly');
    const { result: out } = current.out;
    const { result: err } = current.err;
    if (!out || !err) return;
    if (!EXIT.test(out.rest)) return this.breakOff('gave no exit code');
    this.settle({ exit: Number(out.rest), stdout: out.body.toString(), stderr: err.body.toString(), misbehaved: null });
  }

  private settle(answer: Answer): void {
    const { current } = this;
    this.current = null;
    if (!current) return;
    this.budget.give(current.seen);
    current.resolve(answer);
  }

  /** Further output of this sh is ignored: its position in the protocol is lost. */
  private breakOff(misbehaved: string): void {
    this.end(misbehaved);
    this.channel.close();
  }

  private end(misbehaved: string | null): void {
    if (this.gone && !this.current) return;
    this.gone = true;
    // The excess is not decoded.
    const said = (output: UntilMarker): string => (misbehaved === null ? output.sofar.toString() : '');
    const { current } = this;
    if (current) this.settle({ exit: null, stdout: said(current.out), stderr: said(current.err), misbehaved });
  }
}
