import { note } from '../../contract/remedy';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostSecrets, SshHow } from '../../contract';
import { KnownHosts } from '../../hosts/shells/ssh/host-keys';
import { SshShell } from '../../hosts/shells/ssh/ssh-shell';
import { blockName } from '../conformance/hosts/kind';
import { eventually } from '../support/eventually';
import { PERSON, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const go = new AbortController().signal;
const { networks: missing } = await sshHere();

/** Everything that real hosts, and the ssh configs of real people, do to whoever signs in. */
describe.skipIf(missing !== null)(blockName('the doors of real hosts', missing), () => {
  let net: SshHosts;
  let host: SshTestHost;
  let folder: string;
  let agent: { readonly socket: string; readonly process: ChildProcess } | null = null;
  const open: SshShell[] = [];
  const agentBefore = process.env['SSH_AUTH_SOCK'];
  beforeAll(async () => {
    net = await SshHosts.open();
    host = await net.add();
  }, 60_000);
  afterAll(() => net.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-doors-'));
    delete process.env['SSH_AUTH_SOCK'];
  });
  afterEach(async () => {
    for (const shell of open.splice(0)) await shell.close();
    agent?.process.kill();
    agent = null;
    if (agentBefore === undefined) delete process.env['SSH_AUTH_SOCK'];
    else process.env['SSH_AUTH_SOCK'] = agentBefore;
    rmSync(folder, { recursive: true, force: true });
  });

  interface Way {
    readonly how?: Partial<SshHow>;
    readonly secrets?: HostSecrets;
    /** Text of an ssh config; no name of it is known otherwise. */
    readonly config?: string;
  }
  const enter = async ({ how = {}, secrets, config }: Way = {}): Promise<SshShell> => {
    const configFile = config === undefined ? '/dev/null' : join(folder, 'config');
    if (config !== undefined) writeFileSync(configFile, config);
    const known = new KnownHosts(join(folder, 'known_hosts'));
    const target = { how: host.how(how), known, configFile, remember: true };
    const shell = new SshShell({ ...target, secrets: () => Promise.resolve(secrets ?? null) });
    open.push(shell);
    await shell.open(go);
    return shell;
  };
  const isRoot = async (shell: SshShell): Promise<void> => expect((await shell.run(['id', '-u'])).stdout).toBe('0\n');
  const key = (name: string, ...options: string[]): string => {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-f', file, ...(options.includes('-N') ? [] : ['-N', '']), ...options]);
    return file;
  };
  const accept = (...publicKeys: string[]): void =>
    writeFileSync(
      join(host.folder, 'authorized_keys'),
      [`${net.keyFile}.pub`, ...publicKeys].map((file) => readFileSync(file, 'utf8')).join(''),
    );
  const startAgent = async (...keys: string[]): Promise<string> => {
    const socket = join(folder, 'agent');
    const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    agent = { socket, process: child };
    await eventually('the agent', 5_000, () => (existsSync(socket) ? true : undefined));
    for (const file of keys) execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    return socket;
  };
  const byName = { address: 'box', user: null, port: null, auth: 'default', key: null } as const;
  const box = (more = ''): string => `Host box\n  HostName 127.0.0.1\n  Port ${host.port}\n  User root\n${more}`;

  describe('keys and agents', () => {
    it.each(['rsa', 'ecdsa', 'ed25519'])('takes an %s key, one in PEM, and one with a passphrase', async (type) => {
      const plain = key('plain', '-t', type);
      const locked = key('locked', '-t', type, '-N', 'open sesame');
      accept(`${plain}.pub`, `${locked}.pub`);
      await isRoot(await enter({ how: { key: plain } }));
      await isRoot(await enter({ how: { key: locked }, secrets: { passphrase: 'open sesame' } }));
      await expect(enter({ how: { key: locked } })).rejects.toMatchObject({ code: 'FORBIDDEN', field: 'passphrase' });
      await expect(enter({ how: { key: locked }, secrets: { passphrase: 'wrong' } })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringContaining('is wrong') as string,
      });
      if (type === 'ed25519') return;
      const pem = key('pem', '-t', type, '-m', 'PEM', '-N', 'open sesame');
      accept(`${pem}.pub`);
      await isRoot(await enter({ how: { key: pem }, secrets: { passphrase: 'open sesame' } }));
    });

    it('uses the keys of the agent, and falls back to key files if the agent is gone', async () => {
      const inAgent = key('a', '-t', 'ed25519');
      accept(`${inAgent}.pub`);
      process.env['SSH_AUTH_SOCK'] = await startAgent(inAgent);
      await isRoot(await enter({ how: { auth: 'agent', key: null } }));
      await isRoot(await enter({ how: byName, config: box() }));
      process.env['SSH_AUTH_SOCK'] = join(folder, 'nobody');
      await isRoot(await enter({ how: byName, config: box(`  IdentityFile ${inAgent}\n`) }));
      await expect(enter({ how: { auth: 'agent', key: null } })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('signs in with a locked key file that is open in the agent, as ssh does', async () => {
      const locked = key('locked', '-t', 'ed25519', '-N', 'x y');
      accept(`${locked}.pub`);
      const opened = join(folder, 'opened');
      copyFileSync(locked, opened);
      execFileSync('ssh-keygen', ['-q', '-p', '-P', 'x y', '-N', '', '-f', opened]);
      process.env['SSH_AUTH_SOCK'] = await startAgent(opened);
      await isRoot(await enter({ how: { key: locked } }));
    });

    it('offers the key that the config names before those of an agent, and no others with IdentitiesOnly', async () => {
      const many = ['1', '2', '3', '4'].map((name) => key(name, '-t', 'ed25519'));
      const right = key('right', '-t', 'ed25519');
      accept(`${right}.pub`);
      process.env['SSH_AUTH_SOCK'] = await startAgent(...many, right);
      await host.restartSshd('MaxAuthTries 2');
      try {
        await expect(enter({ how: byName, config: box() })).rejects.toMatchObject({
          code: 'FORBIDDEN',
          message: expect.stringContaining('too many keys') as string,
        });
        // As with a key on a token: only its public part is a file.
        await isRoot(await enter({ how: byName, config: box(`  IdentityFile ${right}.pub\n`) }));
        accept(`${many[0]}.pub`);
        const only = box(`  IdentityFile ${right}.pub\n  IdentitiesOnly yes\n`);
        await expect(enter({ how: byName, config: only })).rejects.toMatchObject({
          code: 'FORBIDDEN',
          message: expect.stringContaining('rejected the login of root') as string,
        });
      } finally {
        await host.restartSshd();
      }
    });
  });

  describe('the config of the person', () => {
    it('takes paths with tokens, Include, Match and wildcards', async () => {
      const file = key('127.0.0.1_root_box', '-t', 'ed25519');
      accept(`${file}.pub`);
      await isRoot(await enter({ how: byName, config: box(`  IdentityFile ${folder}/%h_%r_%n\n`) }));
      process.env['ATOLL_TEST_FOLDER'] = folder;
      await isRoot(await enter({ how: byName, config: box('  IdentityFile ${ATOLL_TEST_FOLDER}/%h_%r_%n\n') }));
      delete process.env['ATOLL_TEST_FOLDER'];
      const inHome = join(homedir(), `.atoll-test-${process.pid}`);
      copyFileSync(file, inHome);
      try {
        await isRoot(await enter({ how: byName, config: box(`  IdentityFile ~/.atoll-test-${process.pid}\n`) }));
        await isRoot(await enter({ how: byName, config: box(`  IdentityFile %d/.atoll-test-${process.pid}\n`) }));
      } finally {
        rmSync(inHome);
      }
      writeFileSync(join(folder, 'more'), `Host b?x\n  Port ${host.port}\nMatch host 127.0.0.1\n  User root\n`);
      const config = `Include ${folder}/more\nHost b*\n  HostName 127.0.0.1\n  IdentityFile ${file}\n  RequestTTY force\n  RemoteCommand false\n`;
      await isRoot(await enter({ how: byName, config }));
    });

    it('follows the ProxyJump of a ProxyJump, and sees one that leads back to itself', async () => {
      const [middle, far] = [await net.add(), await net.add()];
      const key = `  User root\n  IdentityFile ${net.keyFile}\n`;
      const config =
        `Host box\n  HostName 127.0.0.1\n  Port ${host.port}\n${key}` +
        `Host middle\n  HostName ${middle.address}\n  ProxyJump box\n${key}` +
        `Host far\n  HostName ${far.address}\n  ProxyJump middle\n${key}` +
        `Host old\n  HostName ${far.address}\n  ProxyCommand ssh -W %h:%p box\n${key}` +
        `Host here\n  ProxyJump there\nHost there\n  ProxyJump here\n`;
      const fingerprints = [host.confirmed, ...[middle, far].map((each) => each.confirmedAt(`${each.address}:22`))];
      const shell = await enter({ how: { ...byName, address: 'far', fingerprints }, config });
      const where = async (): Promise<string> =>
        (await shell.run(['ip', '-br', '-4', 'address', 'show', 'eth0'])).stdout;
      expect(await where()).toContain(far.address);
      const old = { ...byName, address: 'old', fingerprints };
      await expect(enter({ how: old, config })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
      await isRoot(await enter({ how: { ...old, jump: 'box' }, config }));
      await expect(enter({ how: { ...byName, address: 'here' }, config })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('jump hosts') as string,
      });
      // The jump host is released with the far one.
      const held = async (): Promise<number> => {
        const { stdout } = await host.shell.script(
          'ls /proc/[0-9]*/exe | while read f; do readlink "$f"; done | grep -c sshd-session',
          [],
          { okExits: 'any' },
        );
        return Number(stdout.trim());
      };
      const before = await held();
      await far.killSshd();
      await eventually('the jump host to be released', 20_000, async () =>
        (await held()) < before ? true : undefined,
      );
    });

    it('keeps the key of a host under its HostKeyAlias: one address may be two hosts', async () => {
      await isRoot(
        await enter({
          how: { ...byName, auth: 'key', key: net.keyFile, fingerprints: [host.confirmedAt('lab-one:22')] },
          config: box('  HostKeyAlias lab-one\n'),
        }),
      );
      expect(readFileSync(join(folder, 'known_hosts'), 'utf8')).toMatch(/^lab-one ssh-ed25519 /);
    });

    it('reaches an IPv6 address, with and without a port', async () => {
      const far = await net.add();
      await far.shell.script(
        'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6; ip -6 address add fd77::9/64 dev eth0 nodad',
        [],
      );
      await host.shell.script(
        'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6; ip -6 address add fd77::8/64 dev eth0 nodad',
        [],
      );
      await far.restartSshd('ListenAddress [fd77::9]:22\nListenAddress [fd77::9]:2222');
      const fingerprints = [host.confirmed, ...[22, 2222].map((port) => far.confirmedAt(`[fd77::9]:${port}`))];
      for (const port of [null, 2222]) {
        const how = { address: 'fd77::9', port, jump: `root@127.0.0.1:${host.port}`, fingerprints };
        const shell = await enter({ how });
        expect((await shell.run(['ip', '-br', '-4', 'address', 'show', 'eth0'])).stdout).toContain(far.address);
      }
      expect(readFileSync(join(folder, 'known_hosts'), 'utf8')).toMatch(/^fd77::9 .*\n\[fd77::9\]:2222 /m);
    });
  });

  describe('what a login does', () => {
    it.each(['/bin/dash', '/bin/tcsh', '/usr/bin/fish', '/bin/zsh'].filter((shell) => existsSync(shell)))(
      'is served behind %s as login shell',
      async (shell) => {
        host.loginShell('root', shell);
        try {
          const entered = await enter();
          const words = ["it's", '$HOME "x" `id`', 'two\nlines', '*'];
          expect((await entered.run(['printf', '%s|', ...words])).stdout).toBe(
            words.map((word) => `${word}|`).join(''),
          );
          const lines: string[] = [];
          await (
            await entered.stream(['echo', 'hey'], (line) => lines.push(line))
          ).ended;
          expect(lines).toEqual(['hey']);
        } finally {
          host.loginShell('root', '/bin/bash');
        }
      },
    );

    it('is served behind a .bashrc that talks, asks and fails, and behind a banner', async () => {
      writeFileSync(join(folder, 'banner'), 'You are being watched\n'.repeat(50));
      const rc = join(host.folder, 'home', '.bashrc');
      writeFileSync(rc, 'echo "Welcome! $(date)"; seq 2000; echo oops >&2; printf "no newline"; stty -echo; false\n');
      await host.restartSshd(`Banner ${folder}/banner\nPrintMotd yes`);
      try {
        const shell = await enter();
        expect((await shell.run(['echo', 'x'])).stdout).toBe('x\n');
      } finally {
        rmSync(rc);
        await host.restartSshd();
      }
    });

    it('says that a .bashrc may leave no shell', async () => {
      const rc = join(host.folder, 'home', '.bashrc');
      writeFileSync(rc, 'exit 3\n');
      try {
        const remedy = { note: expect.stringContaining('.bashrc') as string };
        await expect(enter()).rejects.toMatchObject({ code: 'HOST_UNREACHABLE', remedy });
      } finally {
        rmSync(rc);
      }
    });

    it('says that a login may have no shell', async () => {
      host.loginShell('root', '/usr/sbin/nologin');
      try {
        await expect(enter()).rejects.toMatchObject({ message: expect.stringContaining('not available') as string });
      } finally {
        host.loginShell('root', '/bin/bash');
      }
    });

    it.each([1, 2, 3])('is served by an sshd with MaxSessions %d, by further connections', async (most) => {
      await host.restartSshd(`MaxSessions ${most}`);
      try {
        const shell = await enter();
        const streams = await Promise.all([1, 2, 3].map(() => shell.stream(['sleep', '60'], () => undefined)));
        const runs = await Promise.all(Array.from({ length: 20 }, (_, i) => shell.run(['echo', String(i)])));
        expect(runs.map(({ stdout }) => stdout.trim())).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
        await expect(shell.script('sleep 97', [], { timeoutMs: 200 })).rejects.toThrow(/no answer/);
        const left = async () => (await host.shell.script('pgrep -fx "sleep 97" | wc -l', [])).stdout.trim();
        await expect.poll(left).toBe('0');
        for (const stream of streams) stream.kill();
      } finally {
        await host.restartSshd();
      }
    });

    it.each(['full', 'read-only'])('is served where /tmp is %s and sh is bash', async (what) => {
      // In the place of /bin/sh, for the test host only.
      await host.shell.script('mount --bind /bin/bash "$(readlink -f /bin/sh)"', []);
      try {
        const shell = await enter();
        const cover = `for at in /tmp /var/tmp; do mount -t tmpfs -o size=4k tmpfs $at; head -c 9000 /dev/zero >$at/fill
          [ "$1" = full ] || mount -o remount,ro $at; done 2>/dev/null; :`;
        await host.shell.script(cover, [what]);
        const count = 'echo "${BASH_VERSION%%.*}"; wc -c';
        const { stdout } = await shell.script(count, [], { stdin: 'x\n'.repeat(300_000) });
        expect(stdout).toMatch(/^\d+\n600000\n$/);
      } finally {
        await host.shell.script('umount /tmp /var/tmp; umount "$(readlink -f /bin/sh)"', [], { okExits: 'any' });
      }
    });
  });

  describe.skipIf(!existsSync('/usr/bin/sudo'))('sudo', () => {
    const person = { user: PERSON.name, auth: 'password', key: null, sudo: true } as const;
    const secrets = { password: PERSON.password };
    const rule = (text: string): void => writeFileSync(join(host.folder, 'sudoers.d', 'person'), `${text}\n`);
    afterEach(() => rule(`${PERSON.name} ALL=(ALL) ALL`));

    it('is used without a password where it asks for none', async () => {
      rule(`${PERSON.name} ALL=(ALL) NOPASSWD: ALL`);
      await isRoot(await enter({ how: person, secrets }));
    });

    it('says that it is refused, in whatever language the login speaks', async () => {
      rule('');
      await expect(enter({ how: person, secrets })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringContaining('may not use sudo') as string,
      });
      rule(`${PERSON.name} ALL=(ALL) /bin/true`);
      await expect(enter({ how: person, secrets })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('says that it wants a terminal, and what to do', async () => {
      rule(`Defaults requiretty\n${PERSON.name} ALL=(ALL) NOPASSWD: ALL`);
      await expect(enter({ how: person, secrets })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        remedy: note(expect.stringContaining('requiretty') as string),
      });
    });

    it('is used by root too, and lets no password be tried twice', async () => {
      rule(`${PERSON.name} ALL=(ALL) ALL\nDefaults rootpw`);
      const key = net.keyFile;
      host.loginShell('root', '/bin/bash');
      const how = { user: 'root', auth: 'key', key, sudo: true } as const;
      await isRoot(await enter({ how }));
      await expect(enter({ how: person, secrets: { password: 'wrong' } })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });
  });

  it('keeps a host that is slow, and one that sends much over a narrow link', async () => {
    host.trouble({ delayMs: 150 });
    try {
      const shell = await enter();
      host.trouble({ delayMs: 150, bytesPerSecond: 60_000 });
      // Longer on its way than a host may be silent.
      const { stdout } = await shell.script('head -c 3000000 /dev/zero | tr "\\0" x', [], { timeoutMs: 120_000 });
      expect(stdout.length).toBe(3_000_000);
    } finally {
      host.trouble({});
    }
  });
});
