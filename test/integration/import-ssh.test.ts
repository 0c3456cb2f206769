import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import type { GuestShell } from '../support/guest-shell';
import { LabApp } from '../support/lab-app';
import { DB, OwnerOfAHost, WEB } from '../support/owner-of-a-host';
import { SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';
import { textOf } from '../../english';

const { vms: missing } = await sshHere();
const OTHER = '0198c5a0-0000-7000-8000-00000000dead';

/** Two hosts over SSH, on one of which a person had bridges and a VM before. */
describe.skipIf(missing !== null)(blockName('importing over SSH', missing), () => {
  let app: LabApp;
  let net: SshHosts;
  let one: SshTestHost;
  let two: SshTestHost;
  let owner: OwnerOfAHost;
  let web: GuestShell;
  beforeAll(async () => {
    [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
    [one, two] = [await net.add(), await net.add()];
    owner = new OwnerOfAHost(one.shell);
    await owner.bridge();
    await owner.define(WEB);
    web = await owner.start(WEB);
    for (const [name, host] of [
      ['one', one],
      ['two', two],
    ] as const)
      await app.done(app.client.hosts.add({ name, how: host.how() }));
  });
  afterAll(async () => {
    web?.close();
    await app.dispose();
    await net.remove();
    owner.remove();
  });

  const bridges = async (host: SshTestHost): Promise<string[]> => {
    const { stdout } = await host.shell.run(['ip', '-o', 'link', 'show', 'type', 'bridge']);
    return [...stdout.matchAll(/^\d+: ([\w-]+):.*alias (atoll:\S+)/gm)].map(
      ([, name = '', alias = '']) => `${name}${alias.endsWith(':kept') ? ' kept' : ''}`,
    );
  };
  const shown = () => app.client.hosts.show({ host: 'one' });

  it('seals the bridge where it is, and makes one on the other host of the cluster', async () => {
    const input = { host: 'one', bridges: ['br-lab'], withVms: true };
    const { preview } = await app.client.hosts.import({ ...input, dryRun: true });
    expect(preview?.summary.map(textOf).join()).toContain('each other host of the cluster gets a bridge br-lab too');
    expect(preview?.hosts.map(({ host }) => host).sort()).toEqual(['one', 'two']);
    await app.done(app.client.hosts.import(input));
    expect([await bridges(one), await bridges(two)]).toEqual([['br-lab kept'], ['br-lab']]);
    expect(await web.pings('10.9.0.1')).toBe(false);
    const checks = await app.client.networks.check({ network: 'br-lab', probe: true });
    expect(checks.map(({ verdict }) => verdict)).toEqual(['isolated', 'isolated']);
  });

  it('releases what existed, removes what it created, and reports both', async () => {
    await app.done(app.client.networks.remove({ network: 'br-lab' }));
    expect([await bridges(one), await bridges(two)]).toEqual([[], []]);
    expect((await owner.bridgeIs()).ports).toHaveLength(1);
    await app.done(app.client.vms.forget({ vm: 'web' }));
    expect(await owner.isMarked(WEB)).toEqual([false, false]);
  });

  it('imports the bridge under the connection to the host as a regular network, and leaves it alone', async () => {
    await one.shell.script(
      'ip link add br0 type bridge forward_delay 0; ip link set br0 address $(cat /sys/class/net/eth0/address); ip link set eth0 master br0; ip link set br0 up; ip address add "$1/24" dev br0; ip address del "$1/24" dev eth0',
      [one.address],
    );
    await eventually('br0 to be seen', 30_000, async () =>
      (await shown()).unmanaged.some(({ name }) => name === 'br0') && (await shown()).host.state === 'up'
        ? true
        : undefined,
    );
    const before = (await one.shell.script('ip -d address show dev br0; ip -d link show dev eth0', [])).stdout;
    await app.done(app.client.hosts.import({ host: 'one', bridges: ['br0'], name: 'office' }));
    const { network, attachments } = await app.client.networks.show({ network: 'office' });
    expect(network).toMatchObject({ isIsolated: false, bridge: 'br0' });
    expect(attachments).toMatchObject([{ nic: 'eth0', imported: true, state: 'in_sync', differences: [] }]);
    const after = (await one.shell.script('ip -d address show dev br0; ip -d link show dev eth0', [])).stdout;
    const still = (text: string): string => text.replaceAll(/(timer|valid_lft|preferred_lft)\s+\S+/g, '');
    expect(still(after)).toBe(still(before));
    await one.shell.run(['ip', 'link', 'set', 'br0', 'mtu', '1400']);
    await eventually('what differs to be shown', 10_000, async () => {
      const [row] = (await app.client.networks.show({ network: 'office' })).attachments;
      return row?.differences.some(({ what, actual }) => what === 'MTU' && actual === '1400') ? true : undefined;
    });
    await app.done(app.client.networks.remove({ network: 'office' }));
    await one.shell.run(['ip', 'link', 'set', 'br0', 'mtu', '1500']);
    expect((await one.shell.run(['ip', '-o', 'link', 'show', 'dev', 'br0'])).stdout).not.toContain('alias');
  });

  it('refuses what another store marked, until that mark is removed', async () => {
    const id = DB.id;
    await owner.define(DB);
    await one.shell.run([
      'virsh',
      '-q',
      'metadata',
      id,
      'urn:atoll:domain:1',
      '--key',
      'atoll',
      '--set',
      `<domain store="${OTHER}" vm="${id}"/>`,
      '--config',
    ]);
    const seen = () =>
      eventually('db to be seen', 70_000, async () => (await shown()).unmanagedVms.find((vm) => vm.id === id));
    const { refused, owner: of } = await eventually('the mark to be seen', 70_000, async () => {
      const vm = await seen();
      return vm.owner === null ? undefined : vm;
    });
    expect(of).toBe(OTHER);
    await expect(app.client.hosts.import({ host: 'one', vms: ['db'] })).rejects.toMatchObject({ code: 'RULE_BROKEN' });
    expect(refused).toContain('take the host over');
    await one.shell.run(['virsh', '-q', 'metadata', id, 'urn:atoll:domain:1', '--remove', '--config']);
    await eventually('the removed mark to be seen', 70_000, async () =>
      (await seen()).refused === null ? true : undefined,
    );
    await app.done(app.client.hosts.import({ host: 'one', vms: ['db'] }));
    expect(await owner.isMarked(DB)).toEqual([true, true]);
  });

  it('takes a VM back that its host refuses to mark, and says why', async () => {
    await app.done(app.client.vms.forget({ vm: 'db' }));
    await one.shell.run(['virsh', '-q', 'undefine', WEB.id]);
    await eventually('web to be seen', 70_000, async () =>
      (await shown()).unmanagedVms.some(({ name }) => name === 'web') ? true : undefined,
    );
    const job = await app.ended(app.client.hosts.import({ host: 'one', vms: ['web', 'db'] }));
    expect(job).toMatchObject({
      state: 'failed',
      error: { remedy: { note: expect.stringContaining('virsh define') as string } },
    });
    expect((await app.client.vms.list({})).map(({ name }) => name)).toEqual(['db']);
    expect((await web.run('hostname')).output).toContain('web');
  });
});
