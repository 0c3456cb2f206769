import { randomBytes } from 'node:crypto';
import type { Channel } from './channel';
import { UntilMarker, frameText, type Work } from './frame';

/** What a frame came to; null exit: the sh went before it was over. */
export interface Answer {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A frame that is under way. */
export interface Running {
  /** Finds what it started (kill.ts). */
  readonly word: string;
  readonly answer: Promise<Answer>;
}

/** One sh that is kept and fed: a script costs it about a millisecond, where a new one costs sshd ten. One frame at a time. */
export class KeptSh {
  private current: {
    readonly out: UntilMarker;
    readonly err: UntilMarker;
    resolve(answer: Answer): void;
  } | null = null;
  private gone = false;

  constructor(private readonly channel: Channel) {
    channel.stdout.on('data', (bytes: Buffer) => this.hear('out', bytes));
    channel.stderr.on('data', (bytes: Buffer) => this.hear('err', bytes));
    // The end of the channel tells it; a write into a channel that went is no more than that.
    channel.stdin.on('error', () => channel.close());
    void channel.ended.then(() => this.end());
  }

  get alive(): boolean {
    return !this.gone;
  }

  /** Runs a frame. Must not be called while another one runs. */
  run(work: Work, stdin: string | Uint8Array | undefined): Running {
    if (this.current) throw new Error('a kept sh was given two frames at once');
    const word = randomBytes(16).toString('hex');
    const text = frameText(work, stdin, word);
    const answer = new Promise<Answer>((resolve) => {
      this.current = { out: new UntilMarker(word), err: new UntilMarker(word), resolve };
    });
    if (this.gone) this.end();
    else this.channel.stdin.write(text);
    return { word, answer };
  }

  close(): void {
    this.channel.close();
  }

  private hear(which: 'out' | 'err', bytes: Buffer): void {
    const { current } = this;
    if (!current) return;
    current[which].push(bytes);
    const { result: out } = current.out;
    const { result: err } = current.err;
    if (!out || !err) return;
    this.current = null;
    current.resolve({ exit: Number(out.rest), stdout: out.body.toString(), stderr: err.body.toString() });
  }

  private end(): void {
    this.gone = true;
    const { current } = this;
    this.current = null;
    current?.resolve({ exit: null, stdout: current.out.sofar.toString(), stderr: current.err.sofar.toString() });
  }
}
