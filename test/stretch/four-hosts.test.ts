import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { hasChromium, see, signIn } from '../e2e/browser';
import { openWindow } from '../e2e/fixture';
import { Shell } from '../e2e/pages/shell';
import { netHere } from '../support/net-here';
import { type PatchCable, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';
import { Capture, forgedEcho, sendUdp } from '../support/underlay';
import { UserApp } from '../support/user-app';
import { FILL, Island, PATTERN, WAIT } from './island';

const { vms } = await sshHere();
const missing = vms ?? netHere('wg', 'perl') ?? (hasChromium ? null : 'missing here: chromium');
/** How long a pulled cable may go unnoticed. */
const NOTICED = { ...WAIT, timeout: 90_000 };

/** Two labs of an ordinary user, and two hosts over SSH behind routers that let in only that, as one island (rule S11). */
describe.skipIf(missing !== null)(blockName('a network over two labs and two hosts behind NAT', missing), () => {
  let app: UserApp;
  let net: SshHosts;
  let island: Island;
  const machines = new Map<string, SshTestHost>();
  const names = ['lab1', 'lab2', 'ssh1', 'ssh2'] as const;
  const machine = (name: string): SshTestHost => machines.get(name)!;

  beforeAll(async () => {
    [app, net] = await Promise.all([UserApp.open(), SshHosts.open()]);
    const key = app.lend(net.keyFile, 'key');
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    for (const name of names.slice(0, 2)) await app.done(app.client.hosts.add({ name, how: { kind: 'lab' } }));
    for (const name of names.slice(2)) {
      machines.set(name, await net.add({ behindNat: true }));
      await app.done(app.client.hosts.add({ name, how: machine(name).how({ key }) }));
    }
    island = new Island(app, 'blue', names);
    await island.startGuests();
  }, 600_000);
  afterAll(async () => {
    await app?.dispose();
    await net?.remove();
  }, 300_000);

  /** Everything outside the hosts: the network between them, their routers, and this computer's own. */
  const captures = (): Promise<Capture[]> =>
    Promise.all(
      [net.underlay.pid, ...[...machines.values()].map(({ routerPid }) => routerPid!), process.pid].map((pid) =>
        Capture.start(pid, PATTERN),
      ),
    );
  /** What they have seen, but for this computer's: that has other traffic as well. */
  const inClear = async (all: readonly Capture[]): Promise<{ found: number[]; frames: number }> => {
    const ends = await Promise.all(all.map((capture) => capture.end()));
    return { found: ends.map(({ found }) => found), frames: Math.min(...ends.map(({ frames }) => frames)) };
  };
  const NOTHING = [0, 0, 0, 0];
  const all = async () => (await island.pairs()).map(({ state, way }) => `${state} ${way}`);

  /** As a person does it: the button on the network's page, with what it proposes. */
  const stretchOnScreen = async (): Promise<void> => {
    const { page } = await openWindow();
    await signIn(page, app.link);
    await new Shell(page).go('Networks');
    await page.getByRole('link', { name: 'blue', exact: true }).click();
    await page.getByRole('button', { name: 'Stretch…' }).first().click();
    const { dialog } = new Shell(page);
    await dialog.getByRole('button', { name: 'Stretch', exact: true }).click();
    await see(dialog).toHaveCount(0);
  };

  it('becomes one island by one click, relayed, and nothing of it is in clear outside the hosts', async () => {
    expect(await island.pings('lab1', 'ssh1')).toBe(false);
    const seeing = await captures();
    await stretchOnScreen();
    await vi.waitFor(async () => expect(await all()).toEqual(Array(6).fill('connected relay')), WAIT);
    await island.pingsAround();
    const { frames, found } = await inClear(seeing);
    expect(frames).toBeGreaterThan(100);
    expect(found).toEqual(NOTHING);
    const { islands } = await app.client.map.show({ network: 'blue' });
    expect(new Set(islands.map(({ span }) => span)).size).toBe(1);
  });

  it('finds those bytes if they are there', async () => {
    const seeing = await captures();
    await machine('ssh1').shell.run(['ping', '-c', '1', '-s', '400', '-p', FILL, '10.77.0.1']);
    const { found } = await inClear(seeing);
    expect([found[0]! > 0, found[1]! > 0]).toEqual([true, true]);
  });

  it('is certified, with the evidence of a live probe on each host', async () => {
    await app.client.networks.check({ network: 'blue', probe: true });
    const { certificate } = await app.client.networks.certificate({ network: 'blue' });
    const faults = certificate.hosts.map(({ host, latest }) => ({
      host,
      faults: latest?.points.filter(({ ok }) => ok === false),
    }));
    expect(faults).toEqual(certificate.hosts.map(({ host }) => ({ host, faults: [] })));
    expect(certificate.verdict).toBe('isolated');
    expect(certificate.stretch?.hosts.map(({ host }) => host)).toEqual([...names]);
    const keys = certificate.stretch?.hosts.map(({ publicKey }) => publicKey) ?? [];
    expect(new Set(keys.filter((key) => key !== null)).size).toBe(4);
    for (const { host, latest } of certificate.hosts) {
      const points = latest?.points.filter(({ id }) => id.startsWith('probe_tunnel') || id.startsWith('tunnel')) ?? [];
      expect([host, points.length > 0, points.filter(({ ok }) => ok !== true)]).toEqual([host, true, []]);
    }
  });

  it('lets nobody outside send a frame to its guests', async () => {
    const { vni } = await island.stretch();
    const nic = await island.nicOf('ssh1');
    const router = machine('ssh1').routerPid!;
    const forge = async (): Promise<void> => {
      for (const port of [4789, 51_871]) await sendUdp(router, '192.168.1.2', port, forgedEcho(vni, nic));
    };
    const before = await island.echoes('ssh1');
    await forge();
    expect(await island.echoes('ssh1')).toBe(before);
    // With the protection taken out, the same packets reach the guest: the test can fail.
    const { network } = await app.client.networks.show({ network: 'blue' });
    await machine('ssh1').shell.script(
      'ip link add name plain type vxlan id "$1" dstport 4789 local 192.168.1.2 && ip link set plain master "$2" up',
      [String(vni), network.bridge],
    );
    await vi.waitFor(async () => {
      await forge();
      expect(await island.echoes('ssh1')).toBeGreaterThan(before);
    }, WAIT);
    // Atoll takes it out again, and the guest is safe.
    const plain = async () => (await machine('ssh1').shell.script('ip -o link show plain', [])).stdout;
    await vi.waitFor(async () => expect(await plain()).not.toContain('master'), WAIT);
    await machine('ssh1').shell.script('ip link delete plain', []);
  });

  const pulls: ReadonlyArray<[string, (plugged: boolean) => Promise<void>, readonly string[]]> = [
    ['a host and its router', (plugged) => machine('ssh1').innerCable(plugged), ['ssh1']],
    ['a router and the rest', (plugged) => machine('ssh2').cable(plugged), ['ssh2']],
    ['this computer and the rest', (plugged) => net.cable(plugged), ['ssh1', 'ssh2']],
  ];
  it.each(pulls)('shows the pulled cable between %s, and is mended when it is back', async (_, cable, cut) => {
    await cable(false);
    const states = async (): Promise<string[]> =>
      (await island.pairsByName()).map(([one, other, { state }]) => `${one} ${other} ${state}`);
    const wanted = (await island.pairsByName()).map(([one, other]) => {
      const isCut = cut.includes(one) || cut.includes(other);
      return `${one} ${other} ${isCut ? 'down' : 'connected'}`;
    });
    await vi.waitFor(async () => expect(await states()).toEqual(wanted), NOTICED);
    expect(await island.pings('lab1', 'lab2')).toBe(true);
    await cable(true);
    await vi.waitFor(async () => expect(await all()).toEqual(Array(6).fill('connected relay')), WAIT);
    // Consoles of hosts that were out of reach have ended.
    island.closeConsoles();
    await island.openConsoles();
    await island.pingsAround();
  });

  describe('with a cable between the two hosts, past their routers', () => {
    let patch: PatchCable;
    const way = async (): Promise<string> => {
      const { state, way } = await island.pair('ssh1', 'ssh2');
      return `${state} ${way}`;
    };
    const is = (wanted: string, wait: typeof WAIT): Promise<void> =>
      vi.waitFor(async () => expect(await way()).toBe(wanted), wait);

    it('goes directly between them, without being asked', async () => {
      patch = await net.patch(machine('ssh1'), machine('ssh2'));
      await is('connected direct', WAIT);
      const seeing = await captures();
      await island.pingsAround();
      expect((await inClear(seeing)).found).toEqual(NOTHING);
      expect(await island.pair('lab1', 'ssh2')).toMatchObject({ way: 'relay', why: { type: 'stretch.lab' } });
    });

    it('is relayed once the cable is pulled, without a person', async () => {
      await patch.plug(false);
      await is('connected relay', NOTICED);
      expect(await island.pings('ssh1', 'ssh2')).toBe(true);
      await patch.plug(true);
      await app.done(app.client.networks.tryDirect({ network: 'blue' }));
      await is('connected direct', WAIT);
    });
  });

  it.each(['stop', 'kill'] as const)('is connected again after the engine was ended by %s', async (how) => {
    island.closeConsoles();
    await app.restart(how);
    await vi.waitFor(
      async () => expect(new Set((await island.pairs()).map(({ state }) => state))).toEqual(new Set(['connected'])),
      WAIT,
    );
    await island.openConsoles();
    // What is shown as connected is: each guest answers the first three pings of each other one.
    await island.pingsAround();
  });
});
