import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Forward, Host, Lab as LabSeen, NetworkAttachment, Vm } from '../../contract';
import { readIdentity } from '../../hosts/lab/identity';
import { Lab } from '../../hosts/lab/life';
import { SlirpApi } from '../../hosts/lab/outside/slirp-api';
import { SOCKET } from '../../hosts/lab/outside/slirp-process';
import { LabShell } from '../../hosts/shells/lab';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { AtollCli } from '../support/atoll-cli';
import type { GuestShell } from '../support/guest-shell';
import { labHere } from '../support/lab-here';
import { OutFrames } from '../support/out-frames';
import { isAlive, kill9 } from '../support/processes';
import { builtProgram, type Program } from '../support/program';

const { vms: missing } = await labHere();

/** Guests boot without hardware acceleration, four at a time. */
const BOOT_MS = 60_000;

/** What a person is promised of `atoll demo --outside`, on the built product: one link works, and it keeps working. */
describe.skipIf(missing !== null)(blockName('the demo with a way out', missing), () => {
  let program: Program;
  let atoll: AtollCli;
  let link: string;
  let lab: Lab;

  beforeAll(async () => {
    program = builtProgram();
    atoll = new AtollCli(program);
    const said = await atoll.ok('demo', '--outside');
    link = /http:\/\/127\.0\.0\.2:\d+\//.exec(said)?.[0] ?? '';
    const [seen] = await atoll.json<LabSeen[]>('lab', 'list');
    lab = new Lab(atoll.home, seen!.id);
  });
  afterAll(async () => {
    await atoll?.dispose();
    program?.remove();
  });

  const works = (): Promise<string> =>
    eventually(`the page at ${link}`, BOOT_MS, () => text(link).catch(() => undefined));
  const vms = (): Promise<Vm[]> => atoll.json<Vm[]>('vm', 'list');
  const holder = (): number => readIdentity(lab.paths.outside)?.pid ?? 0;

  it("prints a link that opens the gateway's page", async () => {
    // Not asked before it can answer: what is sent again to such a connection would be counted below.
    const gw = atoll.console('gw');
    await gw.booted();
    gw.close();
    expect(await text(link)).toMatch(/This is gw/);
  });

  it('lets this computer reach nothing else: one port is open, and no guest answers at its address', async () => {
    expect(await atoll.json<Forward[]>('forward', 'list')).toMatchObject([{ state: 'open', guestPort: 80 }]);
    for (const { name, vnics } of await vms()) {
      for (const { assignedAddress } of vnics) {
        const answer = await text(`http://${bare(assignedAddress)}/`).catch(() => '');
        // Where this computer is routed to, somebody else may have that very address.
        expect(answer, `${name} at ${assignedAddress}`).not.toMatch(/tiny Atoll guest/);
      }
    }
  });

  it('lets no other guest out, whatever it tries: not one frame leaves, no DNS question either', async () => {
    const all = await vms();
    const gw = named(all, 'gw');
    const out = await OutFrames.count(new LabShell(lab), gw.vnics.at(-1)?.mac ?? '');
    await out.quiet();
    const guests = ['web', 'ci'].map(async (name) => {
      const mates = new Set(named(all, name).vnics.map(({ networkId }) => networkId));
      const near = gw.vnics.find(({ networkId }) => mates.has(networkId))?.assignedAddress;
      const guest = atoll.console(name);
      await guest.booted();
      await triesAll(guest, bare(near));
      guest.close();
    });
    await Promise.all(guests);
    expect(await out.sent()).toBe(0);
  });

  it('leads nowhere else, even when a forward to db is made past Atoll; that one is closed at the next look', async () => {
    const api = new SlirpApi('lab', join(lab.paths.root, SOCKET));
    const [own] = await api.list();
    const db = bare(named(await vms(), 'db').vnics[0]?.assignedAddress);
    const stolen = { protocol: 'tcp', hostPort: own!.hostPort + 1, guestAddress: db, guestPort: 80 } as const;
    await api.add(stolen);
    await expect(text(`http://127.0.0.2:${stolen.hostPort}/`)).rejects.toThrow();
    await atoll.ok('host', 'sync', 'laptop');
    expect((await api.list()).map(({ hostPort }) => hostPort)).toEqual([own!.hostPort]);
  });

  it('is closed while gw is down, and at the same link when it runs again', async () => {
    await atoll.ok('vm', 'stop', 'gw', '--yes');
    await eventually('the port to be closed', 10_000, () => text(link).then(undefinedOf, () => true));
    await atoll.ok('vm', 'start', 'gw');
    expect(await works()).toMatch(/This is gw/);
  });

  it('keeps running while the engine is dead, and the next engine finds it unchanged', async () => {
    const before = holder();
    await atoll.killEngine();
    expect(await text(link)).toMatch(/This is gw/);
    expect(await atoll.json<Forward[]>('forward', 'list')).toMatchObject([{ state: 'open' }]);
    expect(holder()).toBe(before);
    expect(await text(link)).toMatch(/This is gw/);
  });

  it('is there again after its lab died, at the same link', async () => {
    const before = holder();
    kill9(lab.find()?.pid);
    await eventually('slirp4netns to end with its lab', 10_000, () => (isAlive(before) ? undefined : true));
    await eventually('the lab to be back', 30_000, async () =>
      (await vms()).every(({ state }) => state === 'down') && lab.find() !== null ? true : undefined,
    );
    await eventually('its networks to be there again', 30_000, async () => {
      const { host, attachments } = await atoll.json<{ host: Host; attachments: NetworkAttachment[] }>(
        'host',
        'show',
        'laptop',
      );
      return host.state === 'up' && attachments.every(({ state }) => state === 'in_sync') ? true : undefined;
    });
    await atoll.ok('vm', 'start', 'gw');
    expect(await works()).toMatch(/This is gw/);
  });

  it('leaves nothing when it is removed', async () => {
    const pid = holder();
    await atoll.ok('demo', '--remove', '--yes');
    expect(isAlive(pid)).toBe(false);
    await expect(text(link)).rejects.toThrow();
    expect(await atoll.json<unknown[]>('network', 'list')).toEqual([]);
    expect(await atoll.json<unknown[]>('forward', 'list')).toEqual([]);
  });
});

/** Sends what a curious guest would: to the NAT, to its DNS and far away, straight and by way of gw. None may be answered. */
async function triesAll(guest: GuestShell, gw: string): Promise<void> {
  expect((await guest.run('ip route show default')).output).not.toMatch(/default via/);
  for (const way of ['dev eth0', `via ${gw}`]) {
    await guest.run(`ip route replace default ${way}`);
    for (const attempt of [
      'ping -c 2 -W 1 10.0.2.2',
      'ping -c 1 -W 1 192.0.2.1',
      'nslookup atoll.example 10.0.2.3',
      'wget -q -T 2 -O - http://10.0.2.2/',
      'arping -c 2 -w 2 -I eth0 10.0.2.2',
    ])
      expect((await guest.run(attempt)).exit, `${guest.vm}: ${attempt} (${way})`).not.toBe(0);
  }
  await guest.run('ip route del default');
}

const named = (vms: readonly Vm[], name: string): Vm => vms.find((vm) => vm.name === name)!;
const bare = (address: string | null | undefined): string => address?.split('/')[0] ?? '';
const undefinedOf = (): undefined => undefined;

async function text(url: string): Promise<string> {
  const signal = AbortSignal.timeout(3_000);
  return (await fetch(url, { headers: { connection: 'close' }, signal })).text();
}
