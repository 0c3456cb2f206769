import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type RouterClient, createRouterClient } from '@orpc/server';
import { type App, createApp } from '../../app/create-app';
import type { EngineRouter } from '../../app/door';
import { homeAt } from '../../app/home';
import type { Job } from '../../contract';
import { textOf } from '../../english';

/** One measured figure beside what it is compared with; a ratio says more than a time on somebody's machine. */
export interface Figure {
  readonly bench: string;
  readonly figure: string;
  readonly unit: 'ms' | 'MB' | 'ratio';
  readonly value: number;
  /** The same work by bare tools; null where there is no such thing. */
  readonly floor: number | null;
  readonly ratio: number | null;
  /** The lowest and the highest of the rounds' ratios (of the values, where there is no floor); null: one round. */
  readonly spread: readonly [number, number] | null;
  /** The fastest round of ours by the fastest of the floor: what is left when others disturb least; null: no rounds, or no floor. */
  readonly best: number | null;
  /** What was aimed at, and whether it was reached; null where nothing was. */
  readonly aim: string | null;
  readonly met: boolean | null;
}

export type Report = (figure: Figure) => void;

/** Builds a figure: `ratio` = value / floor; the aim is on the ratio if there is a floor, else on the value. */
export function figure(
  bench: string,
  name: string,
  unit: Figure['unit'],
  value: number,
  options: { floor?: number; atMost?: number; atLeast?: number } = {},
): Figure {
  const ratio = options.floor === undefined ? null : value / options.floor;
  const judged = ratio ?? value;
  const sign = ratio === null ? ` ${unit}` : 'x the floor';
  const aim =
    options.atMost !== undefined
      ? `<= ${options.atMost}${sign}`
      : options.atLeast !== undefined
        ? `>= ${options.atLeast}${sign}`
        : null;
  const met = aim === null ? null : judged <= (options.atMost ?? Infinity) && judged >= (options.atLeast ?? -Infinity);
  return {
    bench,
    figure: name,
    unit,
    value: round(value),
    floor: options.floor === undefined ? null : round(options.floor),
    ratio: ratio === null ? null : round(ratio),
    spread: null,
    best: null,
    aim,
    met,
  };
}

/** One piece of work and its floor, done one after the other in the same round. Milliseconds. */
export interface Pair {
  readonly ours: number;
  readonly floor: number;
}

/**
 * Builds a figure of many rounds: the median of the rounds' ratios, with their spread. What disturbs a machine disturbs
 * both halves of a round, so this holds where the quotient of two medians would not.
 */
export function compared(
  bench: string,
  name: string,
  pairs: readonly Pair[],
  aim: { atMost?: number; atLeast?: number } = {},
): Figure {
  const ratios = pairs.map(({ ours, floor }) => ours / floor);
  const typical = median(ratios);
  const floor = median(pairs.map((pair) => pair.floor));
  return {
    ...figure(bench, name, 'ms', typical * floor, { floor, ...aim }),
    spread: [round(Math.min(...ratios)), round(Math.max(...ratios))],
    best: round(Math.min(...pairs.map(({ ours }) => ours)) / Math.min(...pairs.map((pair) => pair.floor))),
  };
}

/** Builds a figure of ratios that were taken round by round: their median, with their spread. */
export function ranged(
  bench: string,
  name: string,
  ratios: readonly number[],
  aim: { atMost?: number; atLeast?: number } = {},
): Figure {
  const built = figure(bench, name, 'ratio', median(ratios), aim);
  return { ...built, spread: [round(Math.min(...ratios)), round(Math.max(...ratios))] };
}

const round = (n: number): number => Number(n.toPrecision(4));

/** The q-quantile (0 to 1) of the values, by the nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Milliseconds that `fn` takes, and its answer. */
export async function timed<T>(fn: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const started = performance.now();
  const value = await fn();
  return { ms: performance.now() - started, value };
}

/** Milliseconds of processor time that this process, the engine, takes for `fn`. */
export async function processorTime(fn: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await fn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Both halves of each round, one right after the other; every other round they change places. */
export async function interleaved<T>(
  rounds: number,
  floor: () => Promise<T>,
  ours: () => Promise<T>,
): Promise<Array<{ floor: T; ours: T }>> {
  const pairs: Array<{ floor: T; ours: T }> = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const first = await floor();
      pairs.push({ floor: first, ours: await ours() });
    } else {
      const first = await ours();
      pairs.push({ ours: first, floor: await floor() });
    }
  }
  return pairs;
}

export type Client = RouterClient<EngineRouter>;

export interface Bench {
  readonly app: App;
  readonly client: Client;
  readonly home: string;
  /** Waits until a job has ended; throws when it did not succeed. */
  finish(job: string | null): Promise<Job | null>;
  close(): Promise<void>;
}

/**
 * $1: a home. Labs outlive their engine; when the bench ends, by Ctrl-C or kill -9 as well, its labs end with all guests, and its home is
 * removed. A lab that runs holds its lock.
 */
const CLEAN_UP = `
cat >/dev/null
for lab in "$1"/labs/*/; do
  [ -e "$lab/lock" ] && ! flock -n "$lab/lock" true || continue
  kill -9 "$(sed -n 's/.*"pid": *\\([0-9]*\\).*/\\1/p' "$lab/identity.json")"
  flock -w 20 "$lab/lock" true
done
rm -rf -- "$1"
`;

/** Returns the function that lets it clean up; otherwise the end of this process does. */
function cleanUpAfterUs(home: string): () => void {
  const guard = spawn('sh', ['-c', CLEAN_UP, 'sh', home], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  return () => guard.stdin.end();
}

/** An engine of its own in a temporary home, in this process. */
export async function openBench(): Promise<Bench> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  const cleanUp = cleanUpAfterUs(home);
  const app = await createApp(homeAt(home), 'daemon');
  const client = createRouterClient(app.router, { context: { actor: { user: userInfo().username, door: 'cli' } } });
  const finish = async (id: string | null): Promise<Job | null> => {
    if (id === null) return null;
    for await (const job of await client.jobs.follow({ job: id })) {
      if (job.state === 'succeeded') return job;
      if (job.state === 'failed' || job.state === 'cancelled')
        throw new Error(`${textOf(job.title)}: ${job.error?.message ?? job.state}`);
    }
    throw new Error('the job was lost');
  };
  const close = async () => {
    for (const lab of await client.labs.list())
      await finish((await client.labs.remove({ lab: lab.host ?? lab.id })).job);
    await app.close();
    rmSync(home, { recursive: true, force: true });
    cleanUp();
  };
  return { app, client, home, finish, close };
}
