import type { Shell, StreamHandle } from '../../shell';

/**
 * Prints a line when any of the files grows, at most one in two seconds: it takes no more than what has come until then, and a
 * server that writes all the time only slows itself down. What is in the files is not passed on.
 */
const SCRIPT = `
setpriv --pdeathsig KILL -- tail -q -n 0 -F -- "$@" 2>/dev/null |
  while taken=$(dd bs=65536 count=1 2>/dev/null | wc -c) && [ "$taken" -gt 0 ]; do echo lease; sleep 2; done
`;

/** Reports that a guest got a lease. Without it the full observation of each minute finds it. */
export class LeaseWatch {
  private pids = '';
  private handle: StreamHandle | null = null;
  /** Changes follow one another: a watcher is started only when its predecessor has its handle. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly shell: Shell,
    private readonly listener: (detail: string) => void,
  ) {}

  /** Watches the servers with these process ids, and no others any more. */
  follow(pids: readonly string[]): void {
    const key = pids.join(' ');
    if (key === this.pids) return;
    this.pids = key;
    this.last = this.last.then(() => this.replace(pids, key)).catch(() => undefined);
  }

  stop(): void {
    this.follow([]);
  }

  private async replace(pids: readonly string[], key: string): Promise<void> {
    if (key !== this.pids) return;
    this.handle?.kill();
    this.handle = null;
    if (pids.length === 0) return;
    const files = pids.map((pid) => `/proc/${pid}/root/run/leases`);
    this.handle = await this.shell.stream(['sh', '-c', SCRIPT, 'sh', ...files], () => {
      if (key === this.pids) this.listener('a guest got a lease');
    });
  }
}
