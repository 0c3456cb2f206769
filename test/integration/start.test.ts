import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually';
import { postToken } from '../support/sign-in';

/** Says what it was called with, and is as Electron for the store when `trial` is 0. */
const standIn = (file: string, trial: number): string => `#!/bin/sh
[ -n "$ELECTRON_RUN_AS_NODE" ] && exit ${trial}
echo "$0 $*" >> ${file}
`;

describe('npm start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-start-'));
  });
  afterEach(async () => {
    await ended(begin(['bin/atoll', 'stop']));
    rmSync(folder, { recursive: true, force: true });
  });

  const called = (): string => readFileSync(join(folder, 'called'), 'utf8');

  function putStandIn(name: string, trial = 0): void {
    writeFileSync(join(folder, name), standIn(join(folder, 'called'), trial));
    chmodSync(join(folder, name), 0o755);
  }

  /** As typed where there is no terminal to ask on; without a display unless `env` has one. */
  function begin(words: readonly string[], env: Record<string, string> = {}) {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
    const child = spawn(process.execPath, [...words], {
      env: { ...rest, ATOLL_HOME: join(folder, 'home'), XDG_STATE_HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { text: '' };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said.text += String(bytes)));
    return { child, said };
  }

  async function ended({ child, said }: ReturnType<typeof begin>): Promise<{ exit: number | null; text: string }> {
    if (child.exitCode === null) await once(child, 'close');
    return { exit: child.exitCode, text: said.text };
  }

  it('has a command beside it that says what it lacks before anything was installed', async () => {
    for (const name of ['bin', 'scripts']) mkdirSync(join(folder, name));
    for (const name of ['bin/atoll', 'scripts/build.mjs']) copyFileSync(name, join(folder, name));
    const { exit, text } = await ended(begin([join(folder, 'bin/atoll'), 'version']));
    expect(exit).toBe(1);
    expect(text).toContain('npm install');
    expect(text).not.toMatch(/^ +at /m);
  });

  const linkIn = ({ said }: ReturnType<typeof begin>): Promise<string> =>
    eventually(
      () => `npm start to print its link; it said ${said.text}`,
      120_000,
      () => /http:\/\/127\.0\.0\.1:\d+\/enter#\S+/.exec(said.text)?.[0],
    );

  it.each([
    [['--bogus'], 'unknown option "--bogus"'],
    [['--port', 'http'], '"http" is not a TCP port'],
    [['--port'], 'nothing is not a TCP port'],
    [['--terminal', '--no-open'], 'goes with neither'],
  ])('refuses %j before it does anything', async (words, why) => {
    const { exit, text } = await ended(begin(['scripts/start.mjs', ...words]));
    expect(exit).toBe(2);
    expect(text).toContain(why);
    expect(text).toContain('hint: npm start');
  });

  it('without a display: says what the machine can do, makes the demo, prints a link that works once, ends by a signal', async () => {
    const app = begin(['scripts/start.mjs', '--simulated']);
    const link = await linkIn(app);
    expect(app.said.text).toContain('What this machine can do:');
    expect(app.said.text).toContain('The demo runs on simulated');
    expect(app.said.text).toContain('Ctrl-C stops Atoll');
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
    expect((await postToken(link)).status).toBe(200);
    expect((await postToken(link)).status).toBe(401);
    app.child.kill('SIGTERM');
    expect((await ended(app)).exit).toBe(0);
  });

  it('with a display: opens Electron where it is and can open the store, and ends with it', async () => {
    putStandIn('electron');
    const env = { DISPLAY: ':nowhere', ELECTRON_OVERRIDE_DIST_PATH: folder };
    const { exit, text } = await ended(begin(['scripts/start.mjs', '--simulated'], env));
    expect(text).toContain('a window of its own');
    expect(exit).toBe(0);
    expect(called()).toBe(`${join(folder, 'electron')} ${process.cwd()}\n`);
  });

  it('with a display: opens the browser where Electron cannot open the store, and creates nothing unasked', async () => {
    putStandIn('electron', 1);
    putStandIn('xdg-open');
    const env = { DISPLAY: ':nowhere', ELECTRON_OVERRIDE_DIST_PATH: folder, PATH: `${folder}:${process.env['PATH']}` };
    const app = begin(['scripts/start.mjs', '--simulated'], env);
    await linkIn(app);
    await eventually('the browser to be opened', 10_000, () => (called().includes('file://') ? true : undefined));
    expect(called()).toMatch(/^\S+\/xdg-open file:\/\/\/\S+\.html\n$/);
    expect(app.said.text).not.toContain('The demo runs');
    app.child.kill('SIGTERM');
    expect((await ended(app)).exit).toBe(0);
  });
});
