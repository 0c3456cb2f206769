import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * A log file that is put aside (`.1`, `.2`, ...) when it reaches `limit` bytes; `keep` old ones stay.
 * Lines are written at once, so that the last ones before a crash are there. A full disk loses lines, never the engine:
 * the count of lost lines is written as soon as there is room again.
 */
export class RotatingFile {
  private fd: number;
  private size: number;
  private lost = 0;

  constructor(
    private readonly path: string,
    private readonly limit = 5 * 1024 * 1024,
    private readonly keep = 3,
  ) {
    this.fd = openSync(path, 'a', 0o600);
    this.size = fstatSync(this.fd).size;
  }

  write(line: string): void {
    try {
      if (this.size >= this.limit) this.rotate();
      const notice =
        this.lost > 0
          ? `{"level":40,"time":"${new Date().toISOString()}","msg":"${this.lost} log lines were lost"}\n`
          : '';
      this.size += writeSync(this.fd, notice + line);
      this.lost = 0;
    } catch {
      // There is nowhere to report this to; the count goes into the file when it can be written again.
      this.lost++;
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  private rotate(): void {
    for (let n = this.keep - 1; n >= 1; n--) this.shift(`${this.path}.${n}`, `${this.path}.${n + 1}`);
    this.shift(this.path, `${this.path}.1`);
    const next = openSync(this.path, 'a', 0o600);
    closeSync(this.fd);
    this.fd = next;
    this.size = 0;
  }

  private shift(from: string, to: string): void {
    try {
      renameSync(from, to);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}
