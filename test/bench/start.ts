import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Report, figure, median, timed } from './kit';

const exec = promisify(execFile);
const ROUNDS = 9;

async function repeated(fn: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) times.push((await timed(fn)).ms);
  return median(times);
}

/** The CLI and the engine's start, beside Node's own start, which nothing written in Node can beat. */
export async function benchStart(report: Report): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  const cli = resolve(import.meta.dirname, 'cli.js');
  const atoll = (...args: string[]) => exec(process.execPath, [cli, '--home', home, ...args]);
  try {
    const node = await repeated(() => exec(process.execPath, ['-e', '0']));
    report(figure('start', 'atoll version', 'ms', await repeated(() => atoll('version')), { floor: node }));
    const cold = await repeated(async () => {
      await atoll('network', 'list');
      await atoll('stop');
    });
    report(figure('start', 'engine started, asked and stopped', 'ms', cold, { floor: node }));
    // A host in use keeps the engine there.
    await atoll('host', 'add', 'sim', '--simulated');
    report(
      figure('start', 'atoll status, engine running', 'ms', await repeated(() => atoll('status')), { floor: node }),
    );
    report(
      figure('start', 'atoll network list, engine running', 'ms', await repeated(() => atoll('network', 'list')), {
        floor: node,
      }),
    );
  } finally {
    await atoll('stop');
    rmSync(home, { recursive: true, force: true });
  }
}
