import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Verification } from '../../contract';
import { textOf } from '../../english';
import { blockName } from '../conformance/hosts/kind';
import type { GuestShell } from '../support/guest-shell';
import { LabApp } from '../support/lab-app';
import { netHere } from '../support/net-here';
import { SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const { vms } = await sshHere();
const missing = vms ?? netHere('wg', 'perl');
const WAIT = { timeout: 120_000, interval: 500 };

const DIRECT = 'one reaches two directly';
const ISLAND = 'blue is one island';
const THROUGH = 'one and two reach far only through gw';
const NEVER = 'two never reaches far';

/** Three hosts over SSH, blue stretched over them, green on the first alone; gw is on both. */
describe.skipIf(missing !== null)(blockName('promises over three hosts', missing), () => {
  let app: LabApp;
  let net: SshHosts;
  const machines = new Map<string, SshTestHost>();
  const guests = new Map<string, GuestShell>();

  beforeAll(async () => {
    [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
    for (const name of ['blue', 'green'])
      await app.done(app.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    for (const name of ['host1', 'host2', 'host3']) {
      const machine = await net.add();
      machines.set(name, machine);
      await app.done(app.client.hosts.add({ name, how: machine.how() }));
    }
    await app.done(app.client.networks.stretch({ network: 'blue' }));
    const places = [
      ['one', 'host1', ['blue']],
      ['two', 'host2', ['blue']],
      ['three', 'host3', ['blue']],
      ['gw', 'host1', ['blue', 'green']],
      ['far', 'host1', ['green']],
    ] as const;
    for (const [name, host, networks] of places)
      await app.done(
        app.client.vms.add({
          ...{ name, host, boot: { kind: 'tiny' }, start: true },
          vnics: networks.map((network) => ({ network })),
        }),
      );
    for (const [name] of places) {
      const guest = await app.console(name);
      await guest.booted();
      guests.set(name, guest);
    }
    for (const sentence of [DIRECT, ISLAND, THROUGH]) await app.client.promises.add({ sentence });
    await app.client.promises.add({ sentence: NEVER, severity: 'warn' });
    await vi.waitFor(async () => {
      const pairs = (await app.client.networks.tunnels({ network: 'blue' }))?.pairs ?? [];
      expect(pairs.map(({ state }) => state)).toEqual(Array(3).fill('connected'));
    }, WAIT);
  }, 600_000);
  afterAll(async () => {
    for (const guest of guests.values()) guest.close();
    await app?.dispose();
    await net?.remove();
  }, 300_000);

  const verify = (): Promise<Verification> => app.client.promises.verify({ live: true });
  const stateOf = ({ promises }: Verification): Record<string, string> =>
    Object.fromEntries(promises.map(({ promise, state }) => [promise.sentence, state]));
  const foundIn = ({ promises }: Verification, sentence: string): string[] =>
    (promises.find(({ promise }) => promise.sentence === sentence)?.findings ?? []).map(({ message }) =>
      textOf(message),
    );
  const vnicOf = async (vm: string, network: string) => {
    const { network: of } = await app.client.networks.show({ network });
    const found = (await app.client.vms.show({ vm })).vnics.find(({ networkId }) => networkId === of.id);
    return { mac: found?.mac ?? '', address: found?.assignedAddress?.split('/')[0] ?? '' };
  };

  it('are measured through the tunnels, and kept, but for the one that gw could break', async () => {
    const verification = await verify();
    expect(stateOf(verification)).toEqual({ [DIRECT]: 'kept', [ISLAND]: 'kept', [THROUGH]: 'kept', [NEVER]: 'broken' });
    expect(foundIn(verification, ISLAND)).toEqual([]);
    // Possible is not done: gw does not forward.
    expect(foundIn(verification, NEVER)).toEqual(['two can reach far through gw']);
  }, 300_000);

  it('are broken by a guest that forwards, which only a measurement finds', async () => {
    const [near, inside] = [await vnicOf('gw', 'blue'), await vnicOf('gw', 'green')];
    await guests.get('far')!.run(`ip route add ${near.address.replace(/\d+$/, '0/24')} via ${inside.address}`);
    await guests.get('gw')!.run('echo 1 >/proc/sys/net/ipv4/ip_forward');
    const found = foundIn(await verify(), NEVER);
    await guests.get('gw')!.run('echo 0 >/proc/sys/net/ipv4/ip_forward');
    expect(found.join('\n')).toMatch(/measured: two reaches far through gw \(ping: it answers a ping\)/);
  }, 300_000);

  it('are broken by a firewall of a host that drops the frames of a guest, which only a measurement finds', async () => {
    const { mac } = await vnicOf('two', 'blue');
    const rules = `table bridge school {\nchain f {\ntype filter hook forward priority 0; policy accept;\nether saddr ${mac} drop\n}\n}\n`;
    const { shell } = machines.get('host2')!;
    await shell.run(['nft', '-f', '-'], { stdin: rules });
    const verification = await verify();
    await shell.run(['nft', 'delete', 'table', 'bridge', 'school']);
    expect(stateOf(verification)).toMatchObject({ [DIRECT]: 'broken', [ISLAND]: 'broken', [THROUGH]: 'kept' });
    expect((await app.client.promises.check({})).promises.find(({ sentence }) => sentence === DIRECT)?.state).toBe(
      'kept',
    );
    expect(stateOf(await verify())).toMatchObject({ [DIRECT]: 'kept', [ISLAND]: 'kept' });
  }, 300_000);

  it('are broken while a tunnel is down, and kept again', async () => {
    const { shell } = machines.get('host3')!;
    const seq = await app.lastSeq();
    await shell.script('set -- $(ip -br link show type vxlan); ip link set "${1%@*}" down', []);
    const broken = await app.heard('the broken promise', seq, ({ type }) => type === 'promise.broken');
    expect(textOf(broken.message)).toBe(
      'Promise "blue is one island" is broken: "blue" has 2 islands: one, gw and two on host1 and host2; three on host3',
    );
    await vi.waitFor(
      async () => expect((await app.client.promises.show({ promise: ISLAND })).promise.state).toBe('kept'),
      WAIT,
    );
  }, 200_000);
});
