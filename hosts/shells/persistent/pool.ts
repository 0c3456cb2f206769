import { AppError, run } from '../../../contract';
import { CommandError } from '../../command-error';
import type { RunOptions, RunResult } from '../../shell';
import { Budget, HOST_BYTES, HostMisbehaves } from '../limits';
import { DEFAULT_TIMEOUT_MS, cancelled, isOk, timedOut, type Spoken } from '../outcome';
import type { Channel } from './channel';
import type { Work } from './frame';
import { killFrame } from './kill';
import { PersistentSh, type Answer, type Running } from './persistent-sh';

/** The number of concurrent scripts, unless said otherwise: an observation need not wait for a VM start. */
const MOST = 4;
/** A frame whose processes were killed reports that immediately; otherwise it is abandoned with its sh. */
const LAST_WORD_MS = 10_000;

/** The persistent shells of one host, opened on demand. */
export class PersistentShells {
  private readonly all = new Set<PersistentSh>();
  private readonly idle: PersistentSh[] = [];
  private readonly waiting: Array<(sh: PersistentSh | null) => void> = [];
  private opening = 0;
  private readonly budget = new Budget(HOST_BYTES);

  /**
   * `start` returns an sh at its prompt; `lost` tells whether the connection to the host itself is gone. `onMisbehavior` is called
   * if a host sends what no host sends, to close the connection.
   */
  constructor(
    private readonly start: () => Promise<Channel>,
    private readonly lost: () => AppError | null,
    private readonly onMisbehavior: (error: HostMisbehaves) => void = () => undefined,
    private most = MOST,
  ) {}

  /** As Shell.run. */
  async run(work: Work, spoken: Spoken, options: RunOptions = {}): Promise<RunResult> {
    if (options.signal?.aborted) throw cancelled(spoken);
    const sh = await this.take();
    try {
      if (options.signal?.aborted) throw cancelled(spoken);
      return await this.feed(sh, work, spoken, options);
    } finally {
      this.giveBack(sh);
    }
  }

  close(): void {
    for (const sh of this.all) sh.close();
  }

  private async feed(sh: PersistentSh, work: Work, spoken: Spoken, options: RunOptions): Promise<RunResult> {
    const running = sh.run(work, options.stdin, options.maxBytes);
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let ending: 'timeout' | 'cancelled' | null = null;
    const end = (why: 'timeout' | 'cancelled'): void => {
      ending ??= why;
      void this.kill(sh, running);
    };
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    const onAbort = (): void => end('cancelled');
    options.signal?.addEventListener('abort', onAbort, { once: true });
    let answer: Answer;
    try {
      answer = await running.answer;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    }
    if (answer.misbehaved === null && ending === 'cancelled') throw cancelled(spoken);
    if (answer.misbehaved === null && ending === 'timeout') throw timedOut(spoken, timeoutMs, answer.stderr);
    return this.evaluate(answer, spoken, options);
  }

  private evaluate({ exit, stdout, stderr, misbehaved }: Answer, spoken: Spoken, options: RunOptions): RunResult {
    if (misbehaved !== null) {
      const error = new HostMisbehaves(spoken.host, misbehaved);
      this.onMisbehavior(error);
      throw error;
    }
    if (exit === null) {
      const lost = this.lost();
      if (lost) throw lost;
      throw new CommandError(spoken.host, spoken.shown, null, `${stderr}\nthe shell on the host ended in the meantime`);
    }
    if (isOk(exit, options.okExits)) return { exit, stdout, stderr };
    const remedy = exit === 127 ? run('hosts.check', {}, 'Install it there. The check names the package.') : null;
    throw new CommandError(spoken.host, spoken.shown, exit, stderr, remedy);
  }

  /** Over a second channel; if even that does not end the frame, its sh is closed. */
  private async kill(sh: PersistentSh, running: Running): Promise<void> {
    const giveUp = setTimeout(() => sh.close(), LAST_WORD_MS);
    try {
      await killFrame(await this.start(), running.word);
      await running.answer;
    } catch {
      // No second channel: the host is gone, or has no room for one.
      sh.close();
    } finally {
      clearTimeout(giveUp);
    }
  }

  private async take(): Promise<PersistentSh> {
    for (;;) {
      const free = this.idle.pop();
      if (free?.alive) return free;
      if (free) this.all.delete(free);
      else if (this.all.size + this.opening < this.most) {
        const opened = await this.open();
        if (opened) return opened;
      } else {
        const given = await new Promise<PersistentSh | null>((resolve) => this.waiting.push(resolve));
        if (given?.alive) return given;
      }
    }
  }

  /** Null: the host allows no further channel (a low MaxSessions), and the open ones must suffice. */
  private async open(): Promise<PersistentSh | null> {
    this.opening += 1;
    try {
      const sh = new PersistentSh(await this.start(), this.budget);
      this.all.add(sh);
      return sh;
    } catch (error) {
      // Callers that waited for this one to become free must try themselves.
      this.waiting.shift()?.(null);
      const full = error instanceof AppError && error.code === 'NO_CAPACITY';
      if (!full || this.all.size === 0) throw error;
      this.most = this.all.size;
      return null;
    } finally {
      this.opening -= 1;
    }
  }

  private giveBack(sh: PersistentSh): void {
    if (!sh.alive) this.all.delete(sh);
    const next = this.waiting.shift();
    if (next) next(sh.alive ? sh : null);
    else if (sh.alive) this.idle.push(sh);
  }
}
