import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import type { Host } from '../../contract';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { PERSON, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const { networks: missing } = await sshHere();
const NETWORKS = ['net-a', 'net-b', 'net-c'];

/** Each fault ends in the old state or the new one, never between, and store and host agree once they speak again. */
describe.skipIf(missing !== null)(blockName('faults of hosts over SSH', missing), () => {
  let app: LabApp;
  let net: SshHosts;
  let machine: SshTestHost;
  beforeAll(async () => {
    [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
    machine = await net.add();
    await app.done(app.client.hosts.add({ name: 'node', how: machine.how() }));
    await app.client.networks.addMany({ networks: NETWORKS.map((name) => ({ name, isIsolated: true })) });
  });
  afterAll(async () => {
    await app.dispose();
    await net.remove();
  });

  const is = (name: string, wanted: Host['state'], ms = 40_000): Promise<Host> =>
    eventually(`${name} to be ${wanted}`, ms, async () => {
      const { host } = await app.client.hosts.show({ host: name });
      return host.state === wanted ? host : undefined;
    });
  const whyOf = ({ reason }: Host): string => (reason === null ? '' : textOf(reason));
  /** What is on a host, by its own tools: bridge -> `ready`, or what is wrong with it as it stands. */
  const onHost = async (host = machine): Promise<Map<string, string>> => {
    const { stdout } = await host.shell.script('ip -j -d link show type bridge; echo; nft list ruleset', []);
    const end = stdout.indexOf('\n');
    const links = JSON.parse(stdout.slice(0, end) || '[]') as Array<{
      ifname: string;
      flags: string[];
      ifalias?: string;
    }>;
    const rules = stdout.slice(end);
    const chains = (name: string): number => rules.split(`device "${name}"`).length - 1;
    return new Map(
      links.map(({ ifname, flags, ifalias }) => {
        const up = flags.includes('UP');
        if (!ifalias?.startsWith('atoll:')) return [ifname, 'unmarked'];
        if (up && chains(ifname) !== 2) return [ifname, 'up and not sealed'];
        return [ifname, up ? 'ready' : 'on its way'];
      }),
    );
  };
  const placeOf = async (tool: string): Promise<string> =>
    (await machine.shell.script('readlink -f "$(command -v "$1")"', [tool])).stdout.trim();
  const ready = (...names: string[]): Map<string, string> => new Map(names.map((name) => [name, 'ready']));
  const inSync = (host = 'node'): Promise<true> =>
    eventually('all to be in sync', 40_000, async () => {
      const { attachments } = await app.client.hosts.show({ host });
      return attachments.every(({ state }) => state === 'in_sync') ? true : undefined;
    });
  const attach = async (network: string): Promise<string> =>
    (await app.ended(app.client.networks.attach({ network, cluster: 'Default' })))?.state ?? '';
  const detach = async (network: string): Promise<string> =>
    (await app.ended(app.client.networks.detach({ network, cluster: 'Default' })))?.state ?? '';

  it('a connection that is cut at any step of an apply leaves no partial bridge, and the desired state is reached', async () => {
    const whole = async (act: () => Promise<unknown>): Promise<number> => {
      const before = machine.sent;
      await act();
      return machine.sent - before;
    };
    // The first time more is said than later, and what watches may speak in between: the least of three is the work itself.
    const [makes, takes]: [number[], number[]] = [[], []];
    for (let i = 0; i < 3; i += 1) {
      makes.push(await whole(() => attach('net-a')));
      takes.push(await whole(() => detach('net-a')));
    }
    const [making, taking] = [Math.min(...makes), Math.min(...takes)];
    const steps = 10;
    let cuts = 0;
    for (let step = 0; step < steps; step += 1) {
      for (const [act, bytes] of [
        [attach, making],
        [detach, taking],
      ] as const) {
        const knife = machine.cutAfter(Math.max(1, Math.floor((bytes * step) / steps)));
        const acting = act('net-a');
        await eventually(
          'the cut or the end',
          30_000,
          async () => (knife.cut ? true : await Promise.race([acting.then(() => true), sleep(5)])) || undefined,
        );
        if (knife.cut) {
          cuts += 1;
          // Seen without the engine, and before it is back.
          expect(
            [...(await onHost()).values()].filter((what) => what.startsWith('up and') || what === 'unmarked'),
          ).toEqual([]);
        }
        knife.stop();
        await acting;
        await is('node', 'up');
        await inSync();
        await eventually('the host to be as wanted', 20_000, async () => {
          const names = [...(await onHost()).keys()];
          return names.join() === (act === attach ? 'net-a' : '') ? true : undefined;
        });
      }
    }
    expect(cuts).toBeGreaterThan(steps);
  });

  it('an sshd that is killed in the middle, with its sessions, delays the desired state and no more', async () => {
    const acting = attach('net-b');
    await machine.killSshd();
    await acting;
    expect((await onHost()).get('net-b') ?? 'ready').not.toMatch(/unmarked|not sealed/);
    await machine.startSshd();
    await is('node', 'up');
    await inSync();
    expect(await onHost()).toEqual(ready('net-b'));
    await detach('net-b');
  });

  it('`ip` that is killed in the middle of a batch leaves the networks before, and the rest follows', async () => {
    // Its third call of a batch ends half-way, the others go through.
    const wrapper = `#!/bin/sh
case "$*" in *-batch*) n=$(($(cat /run/ip-calls 2>/dev/null || echo 0) + 1)); echo $n >/run/ip-calls
  [ $n -ne 2 ] || { head -n 1 | /run/ip-real "$@"; kill -9 $$; } ;; esac
exec /run/ip-real "$@"`;
    const real = await placeOf('ip');
    await machine.shell.script(
      'cp "$1" /run/ip-real; cat >/run/ip-wrapper; chmod 755 /run/ip-*; mount --bind /run/ip-wrapper "$1"',
      [real],
      { stdin: wrapper },
    );
    try {
      await Promise.all(NETWORKS.map(attach));
      await is('node', 'up');
      await inSync();
    } finally {
      await machine.shell.script('umount "$1"; rm -f /run/ip-*', [real]);
    }
    expect(await onHost()).toEqual(ready(...NETWORKS));
    for (const name of NETWORKS) await detach(name);
    expect(await onHost()).toEqual(new Map());
  });

  it('a disk that is full, or read-only, keeps no network from being made', async () => {
    const full = await net.add();
    const cover = `for at in /var/lib/libvirt /tmp /var/tmp; do mount -t tmpfs -o size=4k tmpfs $at; head -c 9000 /dev/zero >$at/fill; done; :`;
    await full.shell.script(cover, [], { okExits: 'any' });
    await app.done(app.client.networks.attach({ network: 'net-a', cluster: 'Default' }));
    const how = full.how();
    // Its own folder, with the keys that let us in, is below /tmp.
    await full.shell.script('umount /tmp', []);
    await app.done(app.client.hosts.add({ name: 'full', how }));
    expect((await app.client.hosts.show({ host: 'full' })).host.state).toBe('up');
    expect(await onHost(full)).toEqual(ready('net-a'));
    await full.shell.script('rm -f /var/lib/libvirt/fill; mount -o remount,ro /var/lib/libvirt', []);
    await full.restartSshd();
    await is('full', 'up');
    await app.done(app.client.hosts.maintenance({ host: 'full' }));
    await app.done(app.client.hosts.remove({ host: 'full' }));
    expect(await onHost(full)).toEqual(new Map());
    await detach('net-a');
  });

  it('a host that loses nft reports it, changes nothing, and recovers automatically when nft is back', async () => {
    await attach('net-a');
    const nft = await placeOf('nft');
    await machine.shell.script('echo x >/run/none; mount --bind /run/none "$1"', [nft]);
    const failed = await app.ended(app.client.networks.attach({ network: 'net-b', cluster: 'Default' }));
    expect(failed?.state).toBe('failed');
    expect([...(await onHost(machine).catch(() => new Map<string, string>())).keys()]).not.toContain('net-b');
    expect(whyOf(await is('node', 'non_operational'))).toContain('nft');
    // A new connection finds it missing, and names the remedy.
    machine.cut();
    expect(whyOf(await is('node', 'error'))).toMatch(/nftables is missing.*Install/);
    await machine.shell.run(['umount', nft]);
    await is('node', 'up', 60_000);
    await inSync();
    expect(await onHost()).toEqual(ready('net-a', 'net-b'));
    for (const name of ['net-a', 'net-b']) await detach(name);
  });

  it('two engines on one host keep out of each other: what one has made the other tells, and takes up when it is free', async () => {
    const other = await LabApp.open();
    try {
      await attach('net-a');
      await other.done(other.client.hosts.add({ name: 'same', how: machine.how() }));
      await other.client.networks.addMany({
        networks: ['net-a', 'own'].map((name) => ({ name, isIsolated: true, clusters: ['Default'] })),
      });
      const seen = await eventually('both to be settled', 30_000, async () => {
        const { attachments, host } = await other.client.hosts.show({ host: 'same' });
        const states = attachments
          .map(({ state }) => state)
          .sort()
          .join();
        return states === 'failed,in_sync' ? { attachments, host } : undefined;
      });
      expect(seen.host.state).toBe('non_operational');
      expect(await onHost()).toEqual(ready('net-a', 'own'));
      await eventually('the first engine to see what the second made', 30_000, async () => {
        const { unmanaged, host } = await app.client.hosts.show({ host: 'node' });
        return host.state === 'up' && unmanaged.map(({ name }) => name).join() === 'own' ? true : undefined;
      });
      await detach('net-a');
      await eventually('the other to take the name up', 40_000, async () => {
        const { host } = await other.client.hosts.show({ host: 'same' });
        return host.state === 'up' ? true : undefined;
      });
      await other.done(other.client.hosts.maintenance({ host: 'same' }));
      await other.done(other.client.hosts.remove({ host: 'same' }));
      expect(await onHost()).toEqual(new Map());
      await is('node', 'up');
    } finally {
      await other.dispose();
    }
  });

  it('a slow and lossy way costs time only: a host far away is not lost, and does not flap', async () => {
    const before = await app.lastSeq();
    machine.trouble({ delayMs: 400, bytesPerSecond: 20_000 });
    try {
      expect(await attach('net-a')).toBe('succeeded');
      machine.cut();
      await sleep(100);
      await is('node', 'up', 60_000);
      await detach('net-a');
    } finally {
      machine.trouble({});
    }
    const events = await app.client.events.list({ after: before, limit: 1000 });
    expect(events.filter(({ message }) => textOf(message).includes('non-responsive'))).toEqual([]);
    expect(await onHost()).toEqual(new Map());
  });

  it('a host that is gone for good is forgotten by force, and by nothing less', async () => {
    const gone = await net.add();
    await app.done(app.client.hosts.add({ name: 'gone', how: gone.how() }));
    await gone.powerOff();
    await is('gone', 'non_responsive');
    await app.done(app.client.hosts.maintenance({ host: 'gone' }));
    expect((await app.ended(app.client.hosts.remove({ host: 'gone' })))?.state).toBe('failed');
    await app.done(app.client.hosts.remove({ host: 'gone', force: true }));
    expect((await app.client.hosts.list({})).map(({ name }) => name)).not.toContain('gone');
  });

  it('the VMs of such a host are forgotten with it when that is asked', async () => {
    const gone = await net.add();
    await app.done(app.client.hosts.add({ name: 'lost', how: gone.how() }));
    await app.done(app.client.vms.add({ name: 'there', host: 'lost' }));
    await gone.powerOff();
    await is('lost', 'non_responsive');
    const force = { host: 'lost', force: true };
    await expect(app.client.hosts.remove(force)).rejects.toMatchObject({ data: { rule: 'O3' } });
    const { preview } = await app.client.hosts.remove({ ...force, forgetVms: true, dryRun: true });
    expect(preview?.summary.map(textOf).join('\n')).toContain('forget the VM "there"');
    await app.done(app.client.hosts.remove({ ...force, forgetVms: true }));
    expect((await app.client.hosts.list({})).map(({ name }) => name)).not.toContain('lost');
    expect((await app.client.vms.list({})).map(({ name }) => name)).not.toContain('there');
  });

  it('nothing secret is in store, logs, events, jobs, arguments or environments, here or there', async () => {
    const canary = PERSON.password;
    const locked = 'canary-of-a-passphrase';
    const how = machine.how({ user: PERSON.name, auth: 'password', key: null, sudo: true });
    await app.done(app.client.hosts.maintenance({ host: 'node' }));
    await app.done(app.client.hosts.add({ name: 'canary', how, secrets: { password: canary, passphrase: locked } }));
    await app.ended(app.client.hosts.unlock({ host: 'canary', secrets: { password: canary, passphrase: locked } }));
    await app.ended(app.client.hosts.add({ name: 'bad', how, secrets: { password: `${canary}x` } }));
    const dry = await app.client.hosts.add({ name: 'dry', how, secrets: { password: canary }, dryRun: true });
    const answers = await Promise.all([
      app.client.events.list({ limit: 1000 }),
      app.client.jobs.list({ limit: 1000 }),
      app.client.hosts.show({ host: 'canary' }),
      app.client.hosts.check({ host: 'canary' }),
    ]);
    const files = readdirSync(app.home.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const { stdout: there } = await machine.shell.script(
      `cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; cat /run/atoll/*/* /var/log/auth.log /var/log/sudo* 2>/dev/null; :`,
      [],
    );
    const own = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1') + readFileSync(`/proc/${pid}/environ`, 'latin1');
        } catch {
          return '';
        }
      });
    const everywhere = [JSON.stringify([answers, dry]), ...files, there, ...own];
    expect(files.length).toBeGreaterThan(2);
    for (const secret of [canary, JSON.stringify(canary).slice(1, -1), locked, Buffer.from(canary).toString('base64')])
      expect(everywhere.filter((text) => text.includes(secret))).toEqual([]);
    for (const host of ['canary', 'bad']) {
      await app.done(app.client.hosts.maintenance({ host }));
      await app.done(app.client.hosts.remove({ host, force: true }));
    }
  });
});
