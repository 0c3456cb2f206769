import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import type { Forward, Host } from '../../contract';
import { readIdentity } from '../../hosts/lab/identity';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import type { GuestShell } from '../support/guest-shell';
import { OutFrames } from '../support/out-frames';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { isAlive, kill9 } from '../support/processes';

const { vms: missing } = await labHere();

/** An address of this computer that is not its loopback: what stands for "anywhere else" where there is no internet. */
const elsewhere = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** The collaborative group (rule S12) on a real lab: `gw` is the one way to `blue`, and it opens one port. */
describe.skipIf(missing !== null)(blockName('the way out of a lab', missing), () => {
  let app: LabApp;
  let host: Host;
  let forward: Forward;
  let gw: GuestShell;
  let db: GuestShell;
  let out: OutFrames;

  beforeAll(async () => {
    app = await LabApp.open();
    const added = await app.client.hosts.add({ name: 'laptop', how: { kind: 'lab' } });
    host = added.host;
    await app.done(added);
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await app.done(app.client.outside.enable({ host: 'laptop' }));
    await app.client.vms.add({ name: 'db', host: 'laptop', vnics: [{ network: 'blue' }] });
    await app.client.vms.add({ name: 'gw', host: 'laptop', vnics: [{ network: 'blue' }, { network: 'outside' }] });
    await Promise.all(['db', 'gw'].map((vm) => app.done(app.client.vms.start({ vm }))));
    await Promise.all(['db', 'gw'].map((vm) => app.vmIs(vm, 'up')));
    [gw, db] = await Promise.all([app.console('gw'), app.console('db')]);
    await Promise.all([gw.booted(), db.booted()]);
    const opened = await app.client.forwards.add({ vm: 'gw', guestPort: 80 });
    await app.done(opened);
    forward = opened.forward;
  });
  afterAll(async () => {
    gw?.close();
    db?.close();
    await app?.dispose();
  });

  it("opens the gateway's page in a browser of this computer", async () => {
    expect((await app.client.forwards.list({ vm: 'gw' })).map(({ state }) => state)).toEqual(['open']);
    expect(await page(forward)).toMatch(/This is gw, a tiny Atoll guest/);
  });

  it('listens on one address of the loopback, not that of the browser door, and on no other', () => {
    const port = forward.hostPort.toString(16).toUpperCase().padStart(4, '0');
    const listening = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const here = listening.filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${port}`));
    expect(here.map(([, local]) => local)).toEqual([`0200007F:${port}`]);
  });

  it('leads nowhere else: db, on blue alone, gets no forward, and its address no answer', async () => {
    await expect(app.client.forwards.add({ vm: 'db', guestPort: 80 })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      data: { rule: 'S12' },
    });
    const address = await addressOf('db');
    // Where this computer is routed to, somebody else may have that very address; db is not who answers.
    const answer = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.text(),
      (error: Error) => error.message,
    );
    expect(answer).not.toMatch(/This is db/);
    // So that the silence means something: db does serve a page, to those on blue.
    expect((await gw.run(`wget -q -T 3 -O - http://${address}/`)).output).toMatch(/This is db/);
  });

  it('gives db no way out, whatever it tries: not one frame goes out', async () => {
    expect((await db.run('ip route show default')).output).not.toMatch(/default via/);
    await db.run('ip route replace 10.0.2.0/24 dev eth0');
    out = await OutFrames.count(app.lab(host.id).shell, (await app.client.vms.show({ vm: 'gw' })).vnics[1]?.mac ?? '');
    await out.quiet();
    expect((await db.run('ping -c 2 -W 1 10.0.2.2')).exit).not.toBe(0);
    expect((await db.run('arping -c 2 -w 2 -I eth0 10.0.2.2')).exit).not.toBe(0);
    await db.run(`ip route replace 10.0.2.0/24 via ${await addressOf('gw')}`);
    expect((await db.run('ping -c 2 -W 1 10.0.2.2')).exit).not.toBe(0);
    expect((await db.run('nslookup atoll.example 10.0.2.3')).exit).not.toBe(0);
    expect(await out.sent()).toBe(0);
    await db.run('ip route del 10.0.2.0/24');
  });

  it.skipIf(elsewhere === undefined)(
    "lets gw out, but not to this computer's own loopback, and not by DNS",
    async () => {
      const loopback = await serve('127.0.0.1');
      const outer = await serve(elsewhere ?? '');
      try {
        expect((await gw.run(`wget -q -T 5 -O - http://${elsewhere}:${outer.port}/`)).output).toMatch(/reached/);
        expect(await out.sent()).toBeGreaterThan(0);
        expect((await gw.run(`wget -q -T 3 -O - http://10.0.2.2:${loopback.port}/`)).exit).not.toBe(0);
        expect((await gw.run('nslookup atoll.example 10.0.2.3')).exit).not.toBe(0);
        expect([outer.visits, loopback.visits]).toEqual([1, 0]);
      } finally {
        loopback.server.close();
        outer.server.close();
      }
    },
  );

  it('leaves blue isolated, says check; outside itself is not meant to be', async () => {
    const checks = await app.client.networks.check({});
    expect(checks.map(({ verdict }) => verdict)).toEqual(['isolated']);
    await expect(app.client.networks.check({ network: 'outside' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const { attachments, waysOut } = await app.client.networks.show({ network: 'blue' });
    expect(attachments.map(({ nic }) => nic)).toEqual([null]);
    expect(waysOut.map(({ name }) => name)).toEqual(['gw']);
  });

  it("takes no part itself: the lab's own stack has no address and no route out", async () => {
    const { shell } = app.lab(host.id);
    expect((await shell.run(['ip', '-4', '-o', 'address'])).stdout).not.toMatch(/out0|outside/);
    expect((await shell.run(['ip', 'route'])).stdout.trim()).toBe('');
  });

  it('is found again by the next engine, which starts no second one', async () => {
    const before = holder();
    gw.close();
    db.close();
    await app.restart();
    await app.vmIs('gw', 'up');
    expect(holder()).toBe(before);
    expect(await page(forward)).toMatch(/This is gw/);
  });

  it('comes back with its forwards when it is killed, as drift', async () => {
    const seq = await app.lastSeq();
    const killed = holder();
    kill9(killed);
    await app.heard('drift', seq, ({ type, message }) => type === 'drift.detected' && /uplink/.test(textOf(message)));
    await app.heard('repair', seq, ({ type, message }) => type === 'drift.repaired' && /outside/.test(textOf(message)));
    expect(holder()).not.toBe(killed);
    expect(await eventually('the page', 10_000, () => page(forward).catch(() => undefined))).toMatch(/This is gw/);
  });

  it('cannot be removed while a VM uses it; then it is removed with everything it made', async () => {
    await expect(app.client.outside.disable({ host: 'laptop' })).rejects.toMatchObject({ data: { rule: 'O3' } });
    const pid = holder();
    const vnic = (await app.client.vms.show({ vm: 'gw' })).vnics[1]?.name ?? '';
    await app.done(app.client.vnics.remove({ vm: 'gw', vnic }));
    await expect(page(forward)).rejects.toThrow();
    await app.done(app.client.outside.disable({ host: 'laptop' }));
    expect((await app.client.networks.list({})).map(({ name }) => name)).toEqual(['blue']);
    expect(isAlive(pid)).toBe(false);
    expect((await app.lab(host.id).shell.run(['ip', '-o', 'link'])).stdout).not.toMatch(/out0|outside/);
  });

  it("is started without anything of the user's own shell", async () => {
    // In the home of the test, which goes last: virsh writes its history as it ends.
    const folder = join(app.home.path, 'user');
    mkdirSync(folder);
    writeFileSync(join(folder, '.bashrc'), `touch ${folder}/was-here\n`);
    const home = process.env['HOME'];
    process.env['HOME'] = folder;
    try {
      await app.done(app.client.outside.enable({ host: 'laptop' }));
      expect(existsSync(join(folder, 'was-here'))).toBe(false);
    } finally {
      process.env['HOME'] = home;
    }
  });

  it('ends with its lab, even when the lab is killed', async () => {
    const pid = holder();
    await app.done(app.client.hosts.maintenance({ host: 'laptop', stopVms: true }));
    const labPid = app.lab(host.id).lab.find()?.pid ?? 0;
    kill9(labPid);
    await eventually('slirp4netns to end', 5_000, () => (isAlive(pid) ? undefined : true));
  });

  /** The process that holds the way out. */
  function holder(): number {
    const identity = readIdentity(app.lab(host.id).lab.paths.outside);
    if (!identity) throw new Error('there is no way out');
    return identity.pid;
  }

  /** A VM's address on its first network, without the prefix length. */
  async function addressOf(vm: string): Promise<string> {
    return (await app.client.vms.show({ vm })).vnics[0]?.assignedAddress?.split('/')[0] ?? '';
  }
});

async function page({ address, hostPort }: Forward): Promise<string> {
  return (
    await fetch(`http://${address}:${hostPort}/`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(5_000),
    })
  ).text();
}

interface Visited {
  readonly server: Server;
  readonly port: number;
  visits: number;
}

/** A server on an address of this computer that counts who comes. */
function serve(address: string): Promise<Visited> {
  return new Promise((resolve) => {
    const server = createServer((_request, response) => {
      visited.visits += 1;
      response.end('reached');
    });
    const visited: Visited = {
      server,
      get port() {
        return (server.address() as AddressInfo).port;
      },
      visits: 0,
    };
    server.listen(0, address, () => resolve(visited));
  });
}
