import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import type { Host } from '../../contract';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { PERSON, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const { networks: missing, vms: missingForVms } = await sshHere();

/** A whole engine and three hosts with a real sshd each. */
describe.skipIf(missing !== null)(blockName('a cluster over SSH', missing), () => {
  let app: LabApp;
  let net: SshHosts;
  const machines = new Map<string, SshTestHost>();
  beforeAll(async () => {
    [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
    for (const name of ['one', 'two', 'three']) machines.set(name, await net.add());
  });
  afterAll(async () => {
    await app.dispose();
    await net.remove();
  });

  const machine = (name: string): SshTestHost => machines.get(name)!;
  const state = async (name: string): Promise<Host> => (await app.client.hosts.show({ host: name })).host;
  const is = (name: string, wanted: Host['state'], ms = 20_000): Promise<Host> =>
    eventually(`${name} to be ${wanted}`, ms, async () => {
      const host = await state(name);
      return host.state === wanted ? host : undefined;
    });
  const bridges = async (name: string): Promise<string[]> => {
    const { stdout } = await machine(name).shell.run(['ip', '-o', 'link', 'show', 'type', 'bridge']);
    return [...stdout.matchAll(/^\d+: ([\w-]+):.*alias atoll:/gm)].map((found) => found[1] ?? '').sort();
  };

  it('asks for the key of a host, and takes the host once it is confirmed', async () => {
    const how = machine('one').how({ fingerprints: [] });
    const { ask } = await app.client.hosts.hostKey({ how });
    expect(ask).toMatchObject({ fingerprint: machine('one').fingerprint, changed: false });
    const confirmed = { ...how, fingerprints: [{ place: ask!.place, fingerprint: ask!.fingerprint }] };
    expect(await app.client.hosts.hostKey({ how: confirmed })).toEqual({ ask: null });
    const { checks } = await app.client.hosts.examine({ how: confirmed });
    expect(checks.filter((check) => check.state === 'missing')).toEqual([]);
    expect(checks.map((check) => check.id)).toContain('host_bridge_filter');
    const unconfirmed = await app.ended(app.client.hosts.add({ name: 'refused', how }));
    expect(unconfirmed?.state).toBe('failed');
    expect(await state('refused')).toMatchObject({ state: 'error' });
    await app.done(app.client.hosts.maintenance({ host: 'refused' }));
    await app.done(app.client.hosts.add({ name: 'one', how: confirmed }));
    expect(await state('one')).toMatchObject({ state: 'up', kind: 'ssh' });
  });

  it('deploys a network on all hosts of the cluster in one job, a step each', async () => {
    for (const name of ['two', 'three']) await app.done(app.client.hosts.add({ name, how: machine(name).how() }));
    const { network } = await app.client.networks.add({ name: 'blue', isIsolated: true });
    const job = await app.done(app.client.networks.attach({ network: network.id, cluster: 'Default' }));
    expect(job?.steps.map((step) => step.state)).toEqual(
      expect.arrayContaining(['succeeded', 'succeeded', 'succeeded']),
    );
    for (const name of machines.keys()) expect(await bridges(name)).toEqual(['blue']);
  });

  it('says host by host what a command would change', async () => {
    const { network } = await app.client.networks.add({ name: 'plan', isIsolated: true });
    const { preview } = await app.client.networks.attach({ network: network.id, cluster: 'Default', dryRun: true });
    const hosts = preview?.hosts.filter(({ host }) => machines.has(host)) ?? [];
    expect(hosts.map(({ host, problem, changes }) => [host, problem, changes.length > 0])).toEqual(
      [...machines.keys()].map((name) => [name, null, true]),
    );
    expect(await bridges('one')).toEqual(['blue']);
  });

  it('loses one host without the others noticing, and takes it back as wanted', async () => {
    await machine('two').cable(false);
    await is('two', 'non_responsive', 40_000);
    const { network } = await app.client.networks.add({ name: 'green', isIsolated: true });
    const job = await app.ended(app.client.networks.attach({ network: network.id, cluster: 'Default' }));
    const steps = new Map(job?.steps.map((step) => [textOf(step.title), step.state]));
    expect([steps.get('Set up one'), steps.get('Set up two'), steps.get('Set up three')]).toEqual([
      'succeeded',
      'failed',
      'succeeded',
    ]);
    expect(await bridges('three')).toEqual(['blue', 'green']);
    expect(await state('one')).toMatchObject({ state: 'up' });
    await machine('two').cable(true);
    await is('two', 'up', 70_000);
    expect(await bridges('two')).toEqual(['blue', 'green']);
  });

  it('repairs drift on a host, and a host that was rebooted', async () => {
    await machine('three').shell.run(['ip', 'link', 'delete', 'dev', 'blue']);
    await eventually('blue to be back', 10_000, async () =>
      (await bridges('three')).includes('blue') ? true : undefined,
    );
    await machine('three').powerOff();
    await is('three', 'non_responsive', 30_000);
    await machine('three').powerOn();
    await is('three', 'up', 70_000);
    expect(await bridges('three')).toEqual(['blue', 'green']);
  });

  it('refuses a changed host key loudly, does not try again, and takes the new one once it is confirmed', async () => {
    const one = machine('one');
    one.newHostKey();
    await one.killSshd();
    await one.startSshd();
    const host = await is('one', 'error', 30_000);
    expect(host.reason && textOf(host.reason)).toContain('HAS CHANGED');
    await app.done(app.client.hosts.update({ host: 'one', fingerprint: one.fingerprint }));
    expect(await state('one')).toMatchObject({ state: 'up' });
  });

  it('keeps a password in memory only: after a restart of the engine it is asked for again', async () => {
    const two = machine('two');
    await app.done(app.client.hosts.maintenance({ host: 'two' }));
    const how = two.how({ auth: 'password', key: null });
    const secrets = { password: PERSON.password };
    await app.done(app.client.hosts.add({ name: 'secret', how, secrets }));
    expect(await state('secret')).toMatchObject({ state: 'up' });
    await app.restart();
    const locked = await is('secret', 'error', 30_000);
    expect(locked.reason && textOf(locked.reason)).toContain('password');
    const wrong = await app.ended(app.client.hosts.unlock({ host: 'secret', secrets: { password: 'wrong' } }));
    expect(wrong?.error?.message).toContain('rejected the login of root');
    await app.done(app.client.hosts.unlock({ host: 'secret', secrets }));
    expect(await state('secret')).toMatchObject({ state: 'up' });
    expect(JSON.stringify(await app.client.events.list({ limit: 1000 }))).not.toContain(PERSON.password);
  });

  it.skipIf(missingForVms !== null)(
    blockName('runs VMs, and shows one network on two hosts as two islands', missingForVms),
    async () => {
      for (const host of ['one', 'three']) {
        const draft = { name: `vm-${host}`, host, vnics: [{ network: 'blue' }], start: true };
        await app.done(app.client.vms.add(draft));
        await app.vmIs(draft.name, 'up', 90_000);
      }
      const { islands } = await app.client.map.show({ network: 'blue' });
      expect(new Set(islands.map((island) => island.hostId)).size).toBe(2);
      const reach = await app.client.map.reach({ from: 'vm-one', to: 'vm-three' });
      expect(reach.kind).toBe('no');
      const shell = await app.console('vm-one');
      await shell.booted();
      expect((await shell.run('echo $((6 * 7))')).output).toContain('42');
      shell.close();
      for (const vm of ['vm-one', 'vm-three']) {
        await app.done(app.client.vms.stop({ vm }));
        await app.done(app.client.vms.remove({ vm }));
      }
    },
  );

  it('removes a host with what is ours on it, and nothing else', async () => {
    await machine('three').shell.run(['ip', 'link', 'add', 'name', 'foreign0', 'type', 'bridge']);
    await app.done(app.client.hosts.maintenance({ host: 'three' }));
    await app.done(app.client.hosts.remove({ host: 'three' }));
    expect(await bridges('three')).toEqual([]);
    await machine('three').shell.run(['ip', 'link', 'show', 'dev', 'foreign0']);
  });
});
