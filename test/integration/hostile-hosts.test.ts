import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vm } from '../../contract';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { AtollCli, type Refused } from '../support/atoll-cli';
import { FakeSshd } from '../support/fake-sshd';
import { type Program, builtProgram } from '../support/program';
import { PERSON, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const { vms: missing } = await sshHere();

/** What a login shell on the host prints instead of an answer, while the file $FLAG names the way. */
const EVIL_SHELL = (flag: string): string => `#!${process.execPath}
const { spawn } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const child = spawn('/bin/sh', process.argv.slice(2), { stdio: ['inherit', 'pipe', 'inherit'] });
const flood = Buffer.alloc(20_000_000, '0');
child.stdout.on('data', (bytes) => {
  const way = existsSync('${flag}') ? readFileSync('${flag}', 'utf8').trim() : '';
  const text = bytes.toString('latin1');
  const marker = /\\n[0-9a-f]{32} \\d+\\n/.exec(text);
  if (way === '' || marker === null) return process.stdout.write(bytes);
  if (way === 'marker') process.stdout.write(text.slice(0, marker.index) + marker[0].trimEnd());
  process.stdout.write(flood);
});
child.on('exit', (code) => process.exit(code ?? 1));
`;

/** Attacks by hosts, jump hosts, guests that left their QEMU, and backups, on the product as it is built. */
describe.skipIf(missing !== null)(blockName('hostile hosts', missing), () => {
  let program: Program;
  let net: SshHosts;
  let atoll: AtollCli;
  let folder: string;
  let from: SshTestHost;
  let to: SshTestHost;
  const others: AtollCli[] = [];
  const children: ChildProcess[] = [];
  const another = (): AtollCli => {
    const cli = new AtollCli(program);
    others.push(cli);
    return cli;
  };
  const address = (host: SshTestHost, user = 'root'): string => `${user}@127.0.0.1:${host.port}`;
  const addHost = (cli: AtollCli, name: string, host: SshTestHost): Promise<string> =>
    cli.ok('host', 'add', name, '--ssh', address(host), '--key', net.keyFile, '--fingerprint', host.fingerprint);
  const disksOf = async (host: SshTestHost): Promise<string> =>
    (await host.shell.script('echo /var/lib/libvirt/atoll/*/disks', [])).stdout.trim();
  const idOf = async (vm: string): Promise<string> => (await atoll.json<Vm>('vm', 'show', vm)).id;
  const moved = (vm: string, ...more: string[]): Promise<Refused> =>
    atoll.refusal('vm', 'move', vm, '--host', 'hb', ...more);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-hostile-'));
    program = builtProgram();
    net = await SshHosts.open();
    [from, to] = [await net.add(), await net.add()];
    atoll = new AtollCli(program);
    await addHost(atoll, 'ha', from);
    await addHost(atoll, 'hb', to);
    const image = join(folder, 'base.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', image, '8M']);
    await atoll.ok('image', 'add', 'base', image);
  }, 600_000);
  afterAll(async () => {
    for (const child of children) child.kill();
    for (const cli of [...others, atoll]) await cli.dispose();
    await net.remove();
    program.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('a VM that moves', () => {
    let vm: string;
    beforeAll(async () => {
      await atoll.ok('vm', 'add', 'db', '--image', 'base', '--memory', '64', '--host', 'ha', '--start');
      await atoll.ok('vm', 'stop', 'db', '--yes');
      vm = await idOf('db');
    }, 300_000);

    it('is received by no link that was planted on the other host', async () => {
      const disks = await disksOf(to);
      for (const [plant, name] of [
        ['ln -sT /victim "$1/.incoming"', '.incoming'],
        ['mkdir -p "$1/.incoming/x" && chown 64055 "$1/.incoming"', '.incoming'],
      ] as const) {
        await to.shell.script(`mkdir -p /run/victim && ${plant.replace('/victim', '/run/victim')}`, [disks]);
        expect((await moved('db')).message).toContain(`${disks}/.incoming on 127.0.0.1 is not a folder of Atoll's own`);
        expect((await to.shell.run(['ls', '-A', '/run/victim'])).stdout).toBe('');
        await to.shell.script('rm -rf "$1/$2"', [disks, name]);
      }
      expect((await atoll.json<Vm>('vm', 'show', 'db')).state).toBe('down');
    });

    it('takes neither hook scripts nor a firmware of a path of its host along', async () => {
      await from.shell.script(
        'mkdir -p /etc/libvirt/hooks && printf "#!/bin/sh\\ntouch /run/hook-ran\\n" >/etc/libvirt/hooks/qemu && chmod 755 /etc/libvirt/hooks/qemu && head -c 1048576 /dev/zero >/run/evil.fd',
        [],
      );
      const xml = (await from.shell.run(['virsh', 'dumpxml', '--inactive', vm])).stdout;
      const evil = xml.replace(/<\/os>/, "<loader type='rom'>/run/evil.fd</loader></os>");
      await from.shell.script('cat >/run/evil.xml && virsh -q define /run/evil.xml', [], { stdin: evil });
      const refused = await moved('db');
      expect(refused.message).toMatch(/has parts that are moved only with your consent: .*loader/);
      const leave = [...refused.message.matchAll(/[( ]([a-z]+-[0-9a-f]{12})/g)].flatMap(([, id = '']) => [
        '--leave',
        id,
      ]);
      await atoll.ok('vm', 'move', 'db', '--host', 'hb', ...leave);
      expect((await to.shell.run(['virsh', 'dumpxml', vm])).stdout).not.toMatch(/loader|evil/);
      expect(
        (await to.shell.script('ls /etc/libvirt/hooks 2>/dev/null; ls /run/hook-ran 2>/dev/null; true', [])).stdout,
      ).toBe('');
      await from.shell.script('rm -rf /etc/libvirt/hooks', []);
    });
  });

  describe('a disk whose header an escaped QEMU rewrote', () => {
    it('is opened by no snapshot: not to take, revert or remove one', async () => {
      await atoll.ok('vm', 'add', 'kept', '--image', 'base', '--memory', '64', '--host', 'ha', '--start');
      await atoll.ok('vm', 'stop', 'kept', '--yes');
      await atoll.ok('snapshot', 'add', 'before', '--vm', 'kept');
      const disk = `${await disksOf(from)}/${await idOf('kept')}/disk.qcow2`;
      const script =
        'cp "$1" "$1.sound" && head -c 2097152 /dev/urandom >/run/secret && qemu-img create -q -f qcow2 -o data_file=/run/secret "$1" 1M && head -c 2097152 /dev/urandom >/run/secret && sha256sum /run/secret';
      const secret = (await from.shell.script(script, [disk])).stdout;
      for (const args of [
        ['snapshot', 'add', 'after', '--vm', 'kept'],
        ['snapshot', 'revert', 'before', '--yes'],
        ['snapshot', 'remove', 'before', '--yes'],
        ['vm', 'start', 'kept'],
      ]) {
        const refused = await atoll.refusal(...args);
        expect(refused.message, args.join(' ')).toContain(`${disk} depends on another file: its data file`);
      }
      expect((await from.shell.run(['sha256sum', '/run/secret'])).stdout).toBe(secret);
      await from.shell.script('mv "$1.sound" "$1"', [disk]);
      await atoll.ok('snapshot', 'revert', 'before', '--yes');
      await atoll.ok('snapshot', 'remove', 'before', '--yes');
    }, 240_000);

    it('is raw as before where its guest wrote a header of qcow2 into it, and holds no snapshot', async () => {
      await from.shell.script('truncate -s 1M /run/own.raw; echo private >/run/private', []);
      await atoll.ok('vm', 'add', 'raw', '--disk', '/run/own.raw', '--memory', '64', '--host', 'ha', '--start');
      await from.shell.script(
        'qemu-img create -q -u -f qcow2 -F raw -b /run/private /run/x.qcow2 1M && dd if=/run/x.qcow2 of=/run/own.raw conv=notrunc status=none',
        [],
      );
      expect((await atoll.refusal('snapshot', 'add', 'raw', '--vm', 'raw')).message).toContain(
        "/run/own.raw on 127.0.0.1 can't hold snapshots",
      );
      await atoll.ok('vm', 'stop', 'raw', '--yes');
      await atoll.ok('vm', 'start', 'raw');
      const id = await idOf('raw');
      expect((await from.shell.run(['virsh', 'dumpxml', id])).stdout).toMatch(/<driver [^>]*type='raw'/);
      const open = await from.shell.script('ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c /run/private; true', []);
      expect(open.stdout.trim()).toBe('0');
      await atoll.ok('vm', 'stop', 'raw', '--yes');
    }, 240_000);
  });

  describe('a host that floods', () => {
    it.each(['marker', 'line'])(
      'keeps nobody else waiting: 20 MB, by its %s',
      async (way) => {
        const host = await net.add();
        const flag = join(folder, `flood-${way}`);
        const shell = join(folder, `evil-${way}`);
        writeFileSync(shell, EVIL_SHELL(flag));
        chmodSync(shell, 0o755);
        host.loginShell('root', shell);
        await addHost(atoll, `evil-${way}`, host);
        const longestOf = async (commands: number): Promise<number> => {
          let longest = 0;
          for (let n = 0; n < commands; n += 1) {
            const began = performance.now();
            await atoll.ok('network', 'list');
            longest = Math.max(longest, performance.now() - began);
            await new Promise((later) => setTimeout(later, 250));
          }
          return longest;
        };
        const before = await longestOf(4);
        writeFileSync(flag, way);
        host.cut();
        const longest = await longestOf(12);
        const { host: seen } = await atoll.json<{ host: { state: string; reason: string | null } }>(
          'host',
          'show',
          `evil-${way}`,
        );
        const { engine } = await atoll.json<{ engine: { memoryBytes: number } }>('status');
        console.log(
          `flood by ${way}: longest ${Math.round(longest)} ms (before ${Math.round(before)} ms), ${Math.round(engine.memoryBytes / 1e6)} MB, ${seen.state}: ${seen.reason}`,
        );
        expect(seen.state).not.toBe('up');
        // A command is a process of its own: alone it takes some 0.3 s, beside other tests as long as it did before the flood.
        expect(longest).toBeLessThan(Math.max(6_000, 8 * before));
        expect(engine.memoryBytes).toBeLessThan(600e6);
        rmSync(flag);
        await atoll.ok('host', 'remove', `evil-${way}`, '--force', '--yes').catch(() => undefined);
      },
      240_000,
    );
  });

  describe('a jump host', () => {
    const keyOf = (name: string): string => {
      const file = join(folder, name);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-m', 'PEM', '-f', file]);
      return file;
    };
    /** Adds the second host through it, and gives what the jump host heard. */
    async function through(
      name: string,
      env: Record<string, string>,
      stdin: string,
      ...args: string[]
    ): Promise<string[]> {
      const jump = await new FakeSshd(keyOf(name)).listen();
      jump.leadsTo = to.port;
      const cli = another();
      const way = ['--ssh', address(to, PERSON.name), '--jump', `someone@${jump.place}`, '--sudo'];
      const keys = ['--fingerprint', `${jump.place}=${jump.fingerprint}`, '--fingerprint', to.fingerprint];
      const { exit, stderr } = await cli.run(['host', 'add', name, ...way, ...keys, ...args], { env, stdin });
      expect(exit, stderr).toBe(0);
      const { host } = await cli.json<{ host: { state: string } }>('host', 'show', name);
      expect(host.state).toBe('up');
      await cli.ok('stop');
      jump.close();
      return jump.received;
    }
    const agentWith = async (...keys: string[]): Promise<string> => {
      const socket = join(folder, `agent-${children.length}`);
      children.push(spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' }));
      await eventually('the agent', 10_000, () => (existsSync(socket) ? true : undefined));
      for (const key of keys) execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      return socket;
    };

    it('receives neither the password of the host behind it nor that of sudo there', async () => {
      const SSH_AUTH_SOCK = await agentWith(net.keyFile);
      const stdin = `${PERSON.password}\n${PERSON.password}\n`;
      const heard = await through('by-password', { SSH_AUTH_SOCK }, stdin, '--password-stdin', '--sudo-password-stdin');
      expect(heard).not.toEqual([]);
      expect(heard.filter((one) => one !== 'publickey' && one !== 'none')).toEqual([]);
    }, 120_000);

    it('is signed in to by the agent, and is given no way to it', async () => {
      // Read by the login, which does not get into the folder of the test.
      const publicKey = readFileSync(`${net.keyFile}.pub`, 'utf8');
      await to.shell.script('cat >/run/keys && chmod 644 /run/keys', [], { stdin: publicKey });
      await to.restartSshd('AuthorizedKeysFile /run/keys');
      const SSH_AUTH_SOCK = await agentWith(net.keyFile);
      const heard = await through(
        'by-agent',
        { SSH_AUTH_SOCK },
        `${PERSON.password}\n`,
        '--agent',
        '--sudo-password-stdin',
      );
      expect(heard.filter((one) => one !== 'publickey' && one !== 'none')).toEqual([]);
    }, 120_000);
  });

  describe('a tampered backup', () => {
    it('sends the password that was kept for one sshd to no other', async () => {
      const cli = another();
      const { exit } = await cli.run(
        ['host', 'add', 'hp', '--ssh', address(from), '--password-stdin', '--fingerprint', from.fingerprint],
        { stdin: `${PERSON.password}\n` },
      );
      expect(exit).toBe(0);
      const backup = join(folder, 'tampered.db');
      await cli.ok('backup', backup);
      const log = join(to.folder, 'tries.log');
      await to.killSshd();
      await to.shell.run(['/usr/sbin/sshd', '-f', join(to.folder, 'sshd_config'), '-E', log, '-o', 'LogLevel=DEBUG1']);
      const db = new Database(backup);
      const how = JSON.parse(db.prepare("SELECT how FROM hosts WHERE name = 'hp'").pluck().get() as string) as Record<
        string,
        unknown
      >;
      const fingerprints = [{ place: `127.0.0.1:${to.port}`, fingerprint: to.fingerprint }];
      db.prepare("UPDATE hosts SET how = ?, state = 'up' WHERE name = 'hp'").run(
        JSON.stringify({ ...how, port: to.port, fingerprints }),
      );
      db.close();
      const dry = await cli.ok('restore', backup, '--dry-run');
      expect(dry).toContain(`127.0.0.1:${to.port}`);
      await cli.ok('restore', backup, '--yes');
      const { host } = await cli.json<{ host: { state: string } }>('host', 'show', 'hp');
      expect(host.state).toBe('maintenance');
      // Whoever activates it without a look: the key is not known, and the password is for another place.
      await cli.refusal('host', 'activate', 'hp');
      await cli.run(['host', 'update', 'hp', '--fingerprint', to.fingerprint]);
      await cli.run(['host', 'activate', 'hp']);
      const tried = existsSync(log) ? readFileSync(log, 'utf8') : '';
      expect(tried).toContain('Connection from');
      expect(tried).not.toMatch(/(Failed|Accepted) password for root|user root .* method password/);
      await to.restartSshd();
    }, 120_000);
  });
});
