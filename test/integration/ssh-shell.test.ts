import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConfirmedKey, SshHow, HostSecrets } from '../../contract';
import { PERSON, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';
import { blockName } from '../conformance/hosts/kind';
import { KnownHosts } from '../../hosts/shells/ssh/host-keys';
import { acceptHostKey, nextHostKey } from '../../hosts/shells/ssh/next-host-key';
import { SshShell } from '../../hosts/shells/ssh/ssh-shell';
import { upload } from '../../hosts/shells/persistent/upload';

const go = new AbortController().signal;
const { networks: missing } = await sshHere();

describe.skipIf(missing !== null)(blockName('a shell over a real sshd', missing), () => {
  let net: SshHosts;
  let host: SshTestHost;
  let folder: string;
  const open: SshShell[] = [];
  beforeAll(async () => {
    net = await SshHosts.open();
    host = await net.add();
  }, 60_000);
  afterAll(() => net.remove());
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-sshell-'))));
  afterEach(async () => {
    for (const shell of open.splice(0)) await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const make = (how: Partial<SshHow> = {}, secrets: HostSecrets | null = null): SshShell => {
    const known = new KnownHosts(join(folder, 'known_hosts'));
    const shell = new SshShell({
      how: host.how(how),
      known,
      configFile: '/dev/null',
      remember: true,
      secrets: () => Promise.resolve(secrets),
    });
    open.push(shell);
    return shell;
  };
  const opened = async (...args: Parameters<typeof make>): Promise<SshShell> => {
    const shell = make(...args);
    await shell.open(go);
    return shell;
  };

  describe('in use', () => {
    it('hands over arguments and stdin as they are', async () => {
      const shell = await opened();
      const text = fc.string({ unit: 'binary', maxLength: 200 }).filter((t) => !t.includes('\0'));
      const property = fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), text, async (words, stdin) => {
        const { stdout } = await shell.run(['printf', '%s\\0', ...words]);
        expect(stdout).toBe(Buffer.from(words.map((word) => `${word}\0`).join('')).toString());
        const { stdout: echoed } = await shell.script('base64 | tr -d "\\n"', [], { stdin });
        expect(echoed).toBe(Buffer.from(stdin).toString('base64'));
      });
      await fc.assert(property, { numRuns: 40 });
    });

    it('carries 16 MB, kills what takes too long, and continues', async () => {
      const shell = await opened();
      expect((await shell.script('head -c 16000000 /dev/zero | tr "\\0" x', [])).stdout.length).toBe(16_000_000);
      await expect(shell.script('sleep 60 & wait', [], { timeoutMs: 300 })).rejects.toThrow(/no answer within 300 ms/);
      expect((await shell.run(['echo', 'on'])).stdout).toBe('on\n');
      const sleeping = async () => (await host.shell.script('pgrep -x sleep | wc -l', [])).stdout.trim();
      await expect.poll(sleeping).toBe('1');
    });

    it('runs one script after the other in the same sh, once it is warm', async () => {
      const shell = await opened();
      const pids = new Set<string>();
      for (let i = 0; i < 20; i += 1) pids.add((await shell.script('echo "$PPID"', [])).stdout);
      expect(pids.size).toBe(1);
    });

    it('streams lines, and ends a stream on the host when it is released or loses its connection', async () => {
      const shell = await opened();
      const lines: string[] = [];
      const ticks = ['sh', '-c', 'echo one; echo two; exec sleep 4321'];
      const handle = await shell.stream(ticks, (line) => lines.push(line));
      await shell.stream(ticks, () => undefined);
      await expect.poll(() => lines).toEqual(['one', 'two']);
      const count = async (): Promise<string> =>
        (await host.shell.script('pgrep -fx "sleep 4321" | wc -l', [])).stdout.trim();
      await expect.poll(count).toBe('2');
      handle.kill();
      expect(await handle.ended).toBeNull();
      await expect.poll(count).toBe('1');
      await shell.close();
      await expect.poll(count).toBe('0');
      expect(await (await opened()).stream(['sh', '-c', 'exit 7'], () => undefined).then((s) => s.ended)).toBe(7);
    });

    it('reaches sockets of the host, and says which does not answer', async () => {
      const shell = await opened();
      const socket = await shell.connect('/run/libvirt/libvirt-sock');
      socket.destroy();
      await expect(shell.connect('/run/none')).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    });

    it('carries files up whole', async () => {
      const shell = await opened();
      const from = join(folder, 'file');
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256));
      writeFileSync(from, bytes);
      const to = join(host.folder, 'copy of it');
      let last = 0;
      await upload(await shell.session(), shell.name, from, to, (done) => (last = done), go);
      expect(last).toBe(bytes.length);
      expect(readFileSync(to).equals(bytes)).toBe(true);
      const nowhere = upload(await shell.session(), shell.name, from, '/proc/none', () => undefined, go);
      await expect(nowhere).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
    });

    it('needs no more sessions than sshd gives', async () => {
      const shell = await opened();
      const streams = await Promise.all([1, 2, 3].map(() => shell.stream(['sleep', '60'], () => undefined)));
      const runs = Array.from({ length: 30 }, (_, i) => shell.run(['echo', String(i)]));
      expect((await Promise.all(runs)).length).toBe(30);
      for (const stream of streams) stream.kill();
    });

    it('frees the session of a pipe that is released in the middle of its output', async () => {
      const shell = await opened();
      for (let i = 0; i < 14; i += 1) {
        const pipe = await shell.pipe(i % 3 === 0 ? ['cat'] : ['yes']);
        if (i % 3 === 0) pipe.stdout.resume();
        if (i % 3 === 1) for await (const _chunk of pipe.stdout) break;
        pipe.close();
        await pipe.ended;
      }
      expect((await shell.run(['echo', 'on'])).stdout).toBe('on\n');
    }, 30_000);

    it('fails what runs when its sshd is killed, and opens again', async () => {
      const shell = await opened();
      const stream = await shell.stream(['sleep', '60'], () => undefined);
      const running = shell.run(['sleep', '60']);
      const failed = expect(running).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
      await sleep(100);
      await host.killSshd();
      await failed;
      expect(await stream.ended).toBeNull();
      await expect(shell.run(['true'])).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
      await expect(shell.open(go)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
      await host.startSshd();
      await shell.open(go);
      expect((await shell.run(['echo', 'back'])).stdout).toBe('back\n');
    });

    it('notices a cut cable without being asked', async () => {
      const shell = await opened();
      const stream = await shell.stream(['sleep', '60'], () => undefined);
      await host.cable(false);
      try {
        expect(await stream.ended).toBeNull();
        await expect(shell.run(['true'])).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
      } finally {
        await host.cable(true);
      }
    }, 40_000);
  });

  describe('at the door', () => {
    it('asks for a host key that nobody confirmed, keeps one that was, and refuses a changed one loudly', async () => {
      await expect(opened({ fingerprints: [] })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        field: 'fingerprint',
        remedy: { action: { procedure: 'hosts.update', input: { fingerprint: host.fingerprint } } },
      });
      await opened();
      expect(readFileSync(join(folder, 'known_hosts'), 'utf8')).toContain(`[127.0.0.1]:${host.port} ssh-ed25519 `);
      await opened({ fingerprints: [] });
      await host.killSshd();
      const before = host.fingerprint;
      host.newHostKey();
      await host.startSshd();
      await expect(opened({ fingerprints: [{ ...host.confirmed, fingerprint: before }] })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringMatching(/HOST KEY .* HAS CHANGED/) as string,
      });
      // Not even where the new key was confirmed: that takes a decision about the known one.
      await expect(opened()).rejects.toMatchObject({ message: expect.stringMatching(/HAS CHANGED/) as string });
      const known = new KnownHosts(join(folder, 'known_hosts'));
      const target = { how: host.how({ fingerprints: [] }), known, configFile: '/dev/null', remember: false };
      const noSecrets = { secrets: () => Promise.resolve(null) };
      await expect(acceptHostKey({ ...target, ...noSecrets }, before, null)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringContaining(host.fingerprint) as string,
      });
      await acceptHostKey({ ...target, ...noSecrets }, host.fingerprint, null);
      await opened({ fingerprints: [] });
    });

    it('lets in by password, and says what is missing or wrong', async () => {
      const how = { user: PERSON.name, auth: 'password', key: null } as const;
      await expect(opened(how)).rejects.toMatchObject({ code: 'FORBIDDEN', field: 'password' });
      await expect(opened(how, { password: 'wrong' })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringContaining('rejected the login of maker') as string,
      });
      await expect(opened(how, { password: PERSON.password })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        field: 'sudo',
      });
    });

    it('goes through a jump host, each with a key of its own to confirm', async () => {
      const far = await net.add();
      const way = { address: far.address, port: 22, jump: `root@127.0.0.1:${host.port}`, fingerprints: [] };
      const known = new KnownHosts(join(folder, 'known_hosts'));
      const ask = (fingerprints: ConfirmedKey[]) =>
        nextHostKey({
          how: host.how({ ...way, fingerprints }),
          known,
          configFile: '/dev/null',
          remember: false,
          secrets: () => Promise.resolve(null),
        });
      expect(await ask([])).toMatchObject({ address: '127.0.0.1', fingerprint: host.fingerprint });
      expect(await ask([host.confirmed])).toMatchObject({ address: far.address, fingerprint: far.fingerprint });
      const fingerprints = [host.confirmed, far.confirmedAt(`${far.address}:22`)];
      expect(await ask(fingerprints)).toBeNull();
      const shell = await opened({ ...way, fingerprints });
      const { stdout } = await shell.run(['ip', '-br', '-4', 'address', 'show', 'dev', 'eth0']);
      expect(stdout).toContain(far.address);
    });

    it('takes names, users and jumps from an ssh config', async () => {
      const file = join(folder, 'config');
      writeFileSync(
        file,
        `Host node-*\n  HostName 127.0.0.1\n  Port ${host.port}\n  User root\n  IdentityFile ${net.keyFile}\n`,
      );
      const known = new KnownHosts(join(folder, 'known_hosts'));
      const how = host.how({ address: 'node-7', user: null, port: null, auth: 'default', key: null });
      const shell = new SshShell({
        how,
        known,
        configFile: file,
        remember: true,
        secrets: () => Promise.resolve(null),
      });
      open.push(shell);
      await shell.open(go);
      expect((await shell.run(['id', '-u'])).stdout).toBe('0\n');
    });

    it.skipIf(!existsSync('/usr/bin/sudo'))(
      'becomes root by sudo with its password, and reaches sockets of root',
      async () => {
        const how = { user: PERSON.name, auth: 'password', key: null, sudo: true } as const;
        const shell = await opened(how, { password: PERSON.password });
        expect((await shell.run(['id', '-u'])).stdout).toBe('0\n');
        const socket = await shell.connect('/run/libvirt/libvirt-sock');
        socket.destroy();
        await expect(shell.connect('/run/none')).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
        const { stdout } = await host.shell.script(
          'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"',
          [],
        );
        expect(stdout).toContain('sudo');
        expect(stdout).not.toContain(PERSON.password);
      },
    );
  });
});
