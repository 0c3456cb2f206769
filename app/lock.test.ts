import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../contract/app-error';
import { type Home, homeAt } from './home';
import { type HomeLock, lastHolder, lockHome } from './lock';

let programs: string;
let holder: string;
let home: Home;

beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), 'atoll-lock-program-'));
  holder = join(programs, 'holder.mjs');
  const program = `
    import { lockHome } from './app/lock';
    import { homeAt } from './app/home';
    try { lockHome(homeAt(process.argv[2]), 'desktop'); console.log('locked'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.code); }`;
  await build({
    stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
    outfile: holder,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rmSync(programs, { recursive: true }));
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'atoll-lock-')));
});
afterEach(() => rmSync(home.path, { recursive: true }));

/** Another process that tries to hold the home; `said` is `locked` or the code of the refusal. */
async function other(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [holder, home.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString().trim() };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function refusal(act: () => HomeLock): AppError {
  try {
    act().release();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the lock of a home', () => {
  it('lets one engine in, and names its process to the next', async () => {
    const { child, said } = await other();
    expect(said).toBe('locked');
    const error = refusal(() => lockHome(home, 'daemon'));
    expect(error).toMatchObject({ code: 'HOME_LOCKED' });
    expect(error.message).toContain(String(child.pid));
    expect(error.message).toContain('desktop');
    await end(child);
  });

  it('dies with its process, by kill -9 too', async () => {
    const { child } = await other();
    await end(child);
    const lock = lockHome(home, 'daemon');
    expect(lastHolder(home)).toMatchObject({ pid: process.pid, holder: 'daemon' });
    expect((await other()).said).toBe('HOME_LOCKED');
    lock.release();
  });

  it('does not outlive its process in a child that keeps running', async () => {
    const lock = lockHome(home, 'daemon');
    const heir = spawn('sleep', ['60'], { stdio: 'ignore' });
    lock.release();
    const { child, said } = await other();
    expect(said).toBe('locked');
    await end(child);
    await end(heir);
  });

  it('holds within one process as between two', () => {
    const lock = lockHome(home, 'daemon');
    expect(refusal(() => lockHome(home, 'daemon'))).toMatchObject({ code: 'HOME_LOCKED' });
    lock.release();
    lockHome(home, 'daemon').release();
  });

  it.each([['not json'], ['{"pid":"x"}'], ['']])('believes no pid: a stale file that says %j is no lock', (text) => {
    writeFileSync(home.lock, text);
    expect(lastHolder(home)).toBeNull();
    lockHome(home, 'daemon').release();
  });

  it('ignores the pid of a living process in a file that nobody locks', () => {
    writeFileSync(home.lock, JSON.stringify({ pid: process.pid, holder: 'daemon', since: 'ever' }));
    lockHome(home, 'daemon').release();
  });
});
