import { mkdtempSync, rmSync, mkdirSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandError } from '../command-error';
import { LocalShell } from './local';

const shell = new LocalShell();
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-shell-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a command', () => {
  it('gets its arguments unchanged, whatever is in them', async () => {
    const hostile = ['$(touch pwned)', '`id`', "it's", '"', ';reboot', '\n', '*', '-rf', '🏝'];
    const { stdout } = await shell.run(['printf', '%s\\0', '--', ...hostile]);
    expect(stdout.split('\0').slice(1, -1)).toEqual(hostile);
  });

  it('gets its stdin, and returns exit code and both outputs', async () => {
    const result = await shell.script('cat; echo "$1" >&2; exit 3', ['two words'], { stdin: 'in', okExits: [3] });
    expect(result).toEqual({ exit: 3, stdout: 'in', stderr: 'two words\n' });
  });

  it('fails with its argv, exit code and last output', async () => {
    const error: unknown = await shell.run(['ls', '/no such']).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({
      code: 'HOST_COMMAND_FAILED',
      argv: ['ls', '/no such'],
      exit: 2,
      host: 'this computer',
    });
    expect((error as CommandError).stderr).toContain('/no such');
  });

  it('that does not exist fails as in a shell, with exit code 127', async () => {
    await expect(shell.run(['atoll-no-such-command'])).rejects.toMatchObject({ exit: 127 });
  });

  it('can end without reading its input', async () => {
    const { exit } = await shell.run(['true'], { stdin: 'x'.repeat(1_000_000) });
    expect(exit).toBe(0);
  });

  it('is killed with all its children if it takes too long', async () => {
    const pidFile = join(folder, 'pid');
    // Its time begins with it: on a busy machine it could be up before the child is there.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const slow = shell.script('sleep 60 & echo $! >"$1"; wait', [pidFile], { timeoutMs: 300 });
    const failed = expect(slow).rejects.toThrow(/no answer within 300 ms/);
    await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/^\d+\n$/);
    vi.advanceTimersByTime(300);
    vi.useRealTimers();
    await failed;
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('ends although a leftover process holds its output open, and that process is killed too', async () => {
    const pidFile = join(folder, 'pid');
    const { exit, stdout } = await shell.script('sleep 60 & echo $! >"$1"; echo said; exit 3', [pidFile], {
      okExits: [3],
      timeoutMs: 20_000,
    });
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: 'said\n' });
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('is killed on cancellation, and never started if cancelled before', async () => {
    const abort = new AbortController();
    const slow = shell.run(['sleep', '60'], { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(slow).rejects.toMatchObject({ code: 'CANCELLED' });
    const marker = join(folder, 'started');
    await expect(shell.run(['touch', marker], { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(marker)).toBe(false);
  });
});

describe('a stream', () => {
  it('delivers whole lines and the exit code', async () => {
    const lines: string[] = [];
    const stream = await shell.stream(
      ['sh', '-c', 'printf "one\\ntw"; sleep 0.05; printf "o\\nthree"; exit 4'],
      (line) => lines.push(line),
    );
    expect(await stream.ended).toBe(4);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('ends when it is killed', async () => {
    const stream = await shell.stream(['sleep', '60'], () => undefined);
    stream.kill();
    expect(await stream.ended).toBeNull();
  });
});

describe('a socket', () => {
  let server: Server;
  const listen = (path: string): Promise<void> =>
    new Promise((resolve) => {
      server = createServer((socket) => socket.end('hello'));
      server.listen(path, resolve);
    });

  it('is reached by a path that is too long for the kernel', async () => {
    const deep = join(folder, 'd'.repeat(120));
    mkdirSync(deep);
    // The server's own path must be short; the folder is the same.
    const before = process.cwd();
    process.chdir(deep);
    await listen('s').finally(() => process.chdir(before));
    const socket = await shell.connect(join(deep, 's'));
    const said = await new Promise<string>((resolve) => socket.on('data', (bytes) => resolve(String(bytes))));
    expect(said).toBe('hello');
    await new Promise((resolve) => server.close(resolve));
  });

  it('that nobody listens on means an unreachable host', async () => {
    await expect(shell.connect(join(folder, 'none'))).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });
});

function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return stat !== '' && !/\) [ZX]/.test(stat);
}
