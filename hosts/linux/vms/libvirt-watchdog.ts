import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, note } from '../../../contract';
import type { Shell } from '../../shell';

/** Milliseconds. A VM action on a host whose libvirt hangs must fail within 20 s, including the observations before and after it. */
export interface PulseTimes {
  /** Work on VMs runs this long before libvirt is probed, and again after each response. */
  readonly quiet: number;
  /** A working libvirt accepts a connection within this time, also on a busy host. */
  readonly answer: number;
  /** The delay before a hanging libvirt is probed again. */
  readonly again: number;
  /** Aborted work has this long to end its processes. */
  readonly end: number;
}

const TIMES: PulseTimes = { quiet: 2_000, answer: 4_000, again: 5_000, end: 3_000 };

/** One late response can be load; two in a row are not. */
const ASKS = 2;

/** libvirt on a host hangs: it accepts no connection. */
export class LibvirtHangs extends AppError {
  constructor(host: string, seconds: number) {
    super('HOST_COMMAND_FAILED', `libvirt on ${host} does not respond: it accepted no connection within ${seconds} s`, {
      remedy: note(
        'Restart libvirtd on the host (running VMs keep running), then try again. What libvirt had already accepted may still take effect.',
      ),
    });
  }
}

/**
 * Distinguishes a hanging libvirt from a slow one. libvirtd accepts connections even while it saves a guest's memory for minutes,
 * so one that accepts none hangs; virsh has no timeout for that. Each probe has its own stream, because all persistent shells may
 * be waiting for libvirt.
 */
export class LibvirtWatchdog {
  private silent = false;
  private askedAt = -Infinity;
  private asking: Promise<boolean> | null = null;
  private follower: { readonly signal: AbortSignal; recovered(): void } | null = null;

  constructor(
    private readonly shell: Shell,
    private readonly times: PulseTimes = TIMES,
  ) {}

  /** While `signal` is not aborted, a hanging libvirt is probed repeatedly; `recovered` reports that it responds. */
  follow(signal: AbortSignal, recovered: () => void): void {
    this.follower = { signal, recovered };
    if (this.silent) void this.keepAsking(this.follower);
  }

  /** libvirt did not respond to another request. */
  missed(): void {
    this.askedAt = performance.now();
    if (this.silent) return;
    this.silent = true;
    if (this.follower) void this.keepAsking(this.follower);
  }

  /** libvirt sent an event or answered another request. */
  received(): void {
    this.silent = false;
  }

  /** Whether libvirt hangs, as far as that is known without a probe. */
  get hangs(): boolean {
    return this.silent && performance.now() - this.askedAt < this.times.again + 2 * this.times.answer;
  }

  /** Runs work that needs libvirt, and aborts it if libvirt hangs. @throws LibvirtHangs */
  async guard<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.silent && !signal.aborted && !(await this.answersNow())) throw this.hanging();
    const [cut, over] = [new AbortController(), new AbortController()];
    const outcome = work(AbortSignal.any([signal, cut.signal])).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const first = await Promise.race([outcome, this.untilHung(over.signal)]);
    over.abort();
    if (first !== null) return unwrap(first);
    cut.abort();
    // A host command that is cut off ends quickly; one that does not is abandoned.
    const late = await Promise.race([outcome, sleep(this.times.end, null, { ref: false })]);
    if (late !== null && ('value' in late || signal.aborted)) return unwrap(late);
    throw this.hanging();
  }

  /** Resolves when libvirt is found to hang, or when `over` aborts. */
  private async untilHung(over: AbortSignal): Promise<null> {
    while (!over.aborted) {
      await pause(this.times.quiet, over);
      if (over.aborted) break;
      let asks = ASKS;
      while (asks > 0 && !(await this.ask())) asks -= 1;
      if (asks > 0) {
        this.recover();
        continue;
      }
      this.missed();
      break;
    }
    return null;
  }

  /** Probes a libvirt that hung: it can have been restarted in the meantime. */
  private async answersNow(): Promise<boolean> {
    if (await this.ask()) this.recover();
    return !this.silent;
  }

  private async keepAsking(follower: { readonly signal: AbortSignal }): Promise<void> {
    while (this.silent && !follower.signal.aborted) {
      await pause(this.times.again, follower.signal);
      if (this.silent && !follower.signal.aborted && (await this.ask())) this.recover();
    }
  }

  private recover(): void {
    if (!this.silent) return;
    this.silent = false;
    if (this.follower?.signal.aborted === false) this.follower.recovered();
  }

  /** Whether libvirt accepts a connection. If virsh can't be run, or fails immediately, nothing hangs. */
  private ask(): Promise<boolean> {
    this.asking ??= this.connects().finally(() => {
      this.askedAt = performance.now();
      this.asking = null;
    });
    return this.asking;
  }

  private async connects(): Promise<boolean> {
    const stream = await this.shell.stream(['virsh', '-q', 'uri'], () => undefined).catch(() => null);
    if (stream === null) return true;
    const timer = new AbortController();
    const late = sleep(this.times.answer, false, { ref: false, signal: timer.signal }).catch(() => false);
    const answered = await Promise.race([stream.ended.then(() => true), late]);
    timer.abort();
    if (!answered) stream.kill();
    return answered;
  }

  private hanging(): LibvirtHangs {
    return new LibvirtHangs(this.shell.name, (ASKS * this.times.answer) / 1_000);
  }
}

function unwrap<T>(outcome: { readonly value: T } | { readonly error: unknown }): T {
  if ('value' in outcome) return outcome.value;
  throw outcome.error;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
