import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hereChannel } from '../../../test/support/here-channel';
import { isAlive } from '../../../test/support/processes';
import { PersistentShells } from './pool';
import { startSh } from './root-sh';

/** The same on every installed sh: they differ in how they read here-documents. */
const SHELLS = ['dash', 'bash', 'busybox'].filter((name) =>
  ['/bin', '/usr/bin'].some((folder) => existsSync(`${folder}/${name}`)),
);

describe.each(SHELLS)('kept shells of %s', (name) => {
  const start = () => {
    const command = name === 'busybox' ? 'exec busybox sh' : `exec ${name}`;
    return startSh((line) => hereChannel(line.replace('exec sh', command)), 'test', { kind: 'none' });
  };
  const shells = new PersistentShells(start, () => null);
  const spoken = { host: 'test', shown: ['work'] };
  const script = (text: string, args: string[] = [], options = {}) =>
    shells.run({ kind: 'script', script: text, args }, spoken, options);
  const run = (argv: string[], options = {}) => shells.run({ kind: 'run', argv }, spoken, options);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-kept-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  afterAll(() => shells.close());

  const anything = fc
    .string({ unit: 'binary', maxLength: 300 })
    .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);

  it('pass arguments unchanged, whatever is in them', async () => {
    const property = fc.asyncProperty(fc.array(anything, { maxLength: 5 }), async (words) => {
      const { stdout } = await run(['printf', '%s\\0', ...words]);
      expect(stdout.split('\0').slice(0, words.length || 1)).toEqual(words.length ? words : ['']);
    });
    await fc.assert(property, { numRuns: 60 });
    await expect(run(['echo', 'a\0b'])).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('pass stdin unchanged: text, bytes, with and without a last line break', async () => {
    const property = fc.asyncProperty(
      fc.oneof(
        anything,
        anything.map((t) => `${t}\n`),
        fc.uint8Array({ maxLength: 500 }),
      ),
      async (stdin) => {
        const { stdout } = await script('base64 | tr -d "\\n"', [], { stdin });
        expect(stdout).toBe(Buffer.from(stdin).toString('base64'));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('return exit code and both outputs, and are ready for the next command after any result', async () => {
    const cases: Array<[string, number]> = [
      ['cat >/dev/null; echo out; echo err >&2; exit 3', 3],
      ['if then (', 2],
      ['kill -9 $$', 137],
      ['exec 1>&- 2>&-; exit 4', 4],
      ['printf "no line break"; exit 0', 0],
      ['set -e; false', 1],
      ['cd /tmp; PATH=/nowhere; exit 5', 5],
      ["E1234; exit 6 # <<'E'", 6],
    ];
    for (const [text, exit] of cases) {
      const result = await script(text, [], { okExits: 'any', stdin: 'never read\n' });
      expect([text, result.exit]).toEqual([text, exit]);
      expect((await script('echo "$1"; pwd', ['fine'])).stdout).toBe('fine\n/\n');
    }
  });

  it('never take a word of data for a built-in', async () => {
    await expect(run(['exit', '0'])).rejects.toMatchObject({ exit: 127 });
    await expect(run(['cd', '/tmp'])).rejects.toMatchObject({ exit: 127 });
    expect((await run(['pwd'])).stdout).toBe('/\n');
  });

  it('transfer 20 MB out and 5 MB in', async () => {
    const { stdout } = await script('head -c 20000000 /dev/zero | tr "\\0" x', [], { maxBytes: 32_000_000 });
    expect(stdout.length).toBe(20_000_000);
    const stdin = `${'y'.repeat(99)}\n`.repeat(50_000);
    expect((await script('wc -c', [], { stdin })).stdout.trim()).toBe('5000000');
  }, 60_000);

  it('cut off an endless answer, and serve the next one', async () => {
    const endless = script('while :; do printf "%8192s" x; done', [], { timeoutMs: 60_000 });
    await expect(endless).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: 'test sent more than 16 MiB in answer to one command; the connection was closed',
    });
    await expect(script('yes >&2', [], { maxBytes: 100_000 })).rejects.toThrow(/more than 1 MiB in answer/);
    expect((await script('echo fine')).stdout).toBe('fine\n');
  }, 60_000);

  it('kill a script with all its children if it takes too long or is cancelled, also those in a session of their own', async () => {
    const pidFile = join(folder, 'pid');
    const text = 'setsid sleep 60 >/dev/null 2>&1 & echo $! >"$1"; sleep 60';
    // Its time begins with it: on a busy machine it could be up before the child is there.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failed = expect(script(text, [pidFile], { timeoutMs: 300 })).rejects.toThrow(/no answer within 300 ms/);
    await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/^\d+\n$/);
    vi.advanceTimersByTime(300);
    vi.useRealTimers();
    await failed;
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    await expect(script('sleep 60', [], { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await script('echo again')).stdout).toBe('again\n');
  });

  it('do not run a frame if only a part of it arrives', async () => {
    const channel = await start();
    const marker = join(folder, 'ran');
    const { frameText } = await import('./frame');
    const text = frameText({ kind: 'script', script: 'cat >"$1"', args: [marker] }, 'one\ntwo\n', 'abcdef');
    for (const cut of [text.indexOf('one') + 4, text.indexOf('printf'), text.length - 3]) {
      const one = cut === text.length - 3 ? channel : await start();
      one.stdout.resume();
      one.stderr.resume();
      one.stdin.end(text.slice(0, cut));
      await one.ended;
      expect(existsSync(marker)).toBe(false);
    }
  });

  it('run several at once, and queue more than there are shells', async () => {
    const outs = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        script('sleep 0.05; echo "$1"', [String(i)]).then(({ stdout }) => stdout.trim()),
      ),
    );
    expect(outs).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
  });
});
