import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import type { ScreenChunk } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';

/** An engine with one simulated host, and the isolated networks blue and green on it. */
async function lab(): Promise<{ t: TestEngine; hostId: string }> {
  const t = new TestEngine();
  await t.engine.start();
  const [hostId = ''] = await t.addHosts(1);
  const clusters = ['Default'];
  const drafts = ['blue', 'green'].map((name) => ({ name, isIsolated: true, clusters }));
  await t.done(t.client.networks.addMany({ networks: drafts }));
  return { t, hostId };
}

describe('VMs', () => {
  let t: TestEngine;
  let hostId: string;
  beforeEach(async () => {
    ({ t, hostId } = await lab());
  });
  afterEach(() => t.close());

  const stateOf = async (vm: string): Promise<string> => (await t.client.vms.show({ vm })).state;
  const run = async (name: string, networks: string[] = ['blue']): Promise<void> => {
    await t.done(t.client.vms.add({ name, vnics: networks.map((network) => ({ network })), start: true }));
    await t.until(async () => (await stateOf(name)) === 'up');
  };
  const tapOf = async (mac: string): Promise<{ tap: string | null; master: string | null }> => {
    const observed = await t.observe(hostId);
    const tap = observed.vms?.flatMap((vm) => vm.vnics).find((vnic) => vnic.mac === mac)?.tap ?? null;
    const master = observed.bridges.find((bridge) => bridge.ports.some((port) => port.name === tap))?.name ?? null;
    return { tap, master };
  };

  it('are added with names, MAC addresses and memory of their own, and started where there is capacity', async () => {
    const { vm } = await t.client.vms.add({
      name: 'web1',
      vnics: [{ network: 'blue' }, { network: 'green', linked: false }],
    });
    expect(vm).toMatchObject({
      state: 'down',
      hostId: null,
      memoryMiB: 192,
      vnics: [{ name: 'nic1' }, { name: 'nic2', linked: false }],
    });
    expect(vm.vnics.map((vnic) => vnic.mac)).toEqual([
      expect.stringMatching(/^56:6f:.*:00:00$/),
      expect.stringMatching(/:00:01$/),
    ]);
    await t.done(t.client.vms.start({ vm: 'web1' }));
    await t.until(async () => (await stateOf('web1')) === 'up');
    const started = await t.client.vms.show({ vm: 'web1' });
    expect(started.hostId).toBe(hostId);
    expect(started.vnics.map((vnic) => vnic.assignedAddress)).toEqual(['10.1.0.1/24', '10.1.1.1/24']);
    expect(await tapOf(started.vnics[0]?.mac ?? '')).toMatchObject({ master: 'blue' });
  });

  it('create a missing isolated network before they start (S8)', async () => {
    const { vm } = await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    const control = t.fleet.machine(hostId).control;
    await control.deleteBridge('blue');
    await t.done(t.client.vms.start({ vm: 'web1' }));
    expect(await tapOf(vm.vnics[0]?.mac ?? '')).toMatchObject({ master: 'blue' });
  });

  it('refuse to start if one of their networks cannot be created, with the reason', async () => {
    await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    const control = t.fleet.machine(hostId).control;
    await t.done(t.client.networks.add({ name: 'red', isIsolated: true }));
    await control.addForeignBridge('red');
    await t.ended(t.client.networks.attach({ network: 'red', cluster: 'Default' }));
    // The host is already non-operational (O1), so the start is refused before it begins.
    await t.client.vnics.move({ vm: 'web1', vnic: 'nic1', network: 'red' });
    await expect(t.client.vms.start({ vm: 'web1' })).rejects.toMatchObject({
      code: 'NO_CAPACITY',
      message: expect.stringContaining('red') as string,
    });
    expect(await stateOf('web1')).toBe('down');
  });

  it('go through their life', async () => {
    await run('web1');
    for (const [verb, state] of [
      ['suspend', 'suspended'],
      ['resume', 'up'],
      ['reboot', 'up'],
      ['reset', 'up'],
      ['shutdown', 'down'],
    ] as const) {
      await t.done(t.client.vms[verb]({ vm: 'web1' }));
      await t.until(async () => (await stateOf('web1')) === state);
    }
    await t.done(t.client.vms.start({ vm: 'web1' }));
    await t.done(t.client.vms.stop({ vm: 'web1' }));
    expect(await t.client.vms.show({ vm: 'web1' })).toMatchObject({ state: 'down', startedAt: null });
    const types = t.eventTypes();
    expect(types).not.toContain('vm.ended_from_outside');
    // The result of an action has the actor of the request.
    const states = t.store.events.recent({ limit: 100, type: 'vm.state' });
    expect(states.map(({ message, by }) => [message, by.user]).filter(([, user]) => user !== 'tester')).toEqual([]);
    expect(states.map(({ message }) => textOf(message))).toContain('VM web1 is up');
    expect(types).not.toContain('drift.detected');
    await t.done(t.client.vms.remove({ vm: 'web1' }));
    await expect(t.client.vms.show({ vm: 'web1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await t.observe(hostId)).vms).toEqual([]);
  });

  it('are reported as ended from outside, by an unknown actor', async () => {
    await run('web1');
    const { id } = await t.client.vms.show({ vm: 'web1' });
    await t.fleet.machine(hostId).control.killVm(id);
    await t.until(async () => (await stateOf('web1')) === 'down');
    const [event] = t.store.events.recent({ limit: 1, type: 'vm.ended_from_outside' });
    expect(event).toMatchObject({ severity: 'warning', by: { door: 'unknown' }, subjects: { vmId: id } });
  });

  it('are started once, however often it is requested', async () => {
    await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    const answers = await Promise.all([1, 2, 3].map(() => t.client.vms.start({ vm: 'web1' })));
    for (const answer of answers) await t.done(answer);
    const observed = await t.observe(hostId);
    expect(observed.vms?.flatMap((vm) => vm.vnics)).toHaveLength(1);
  });

  it('are admitted by memory, with the figures', async () => {
    await t.client.vms.add({ name: 'big', memoryMiB: 65_000 });
    await t.done(t.client.vms.start({ vm: 'big' }));
    await t.client.vms.add({ name: 'bigger', memoryMiB: 1000 });
    const refused = t.client.vms.start({ vm: 'bigger' });
    await expect(refused).rejects.toMatchObject({
      code: 'NO_CAPACITY',
      data: { rule: 'O2' },
      message: expect.stringContaining('needs 1000 MiB, but only 24 MiB are free') as string,
    });
  });

  it('change nothing in a dry run', async () => {
    const before = { vms: t.store.vms.list(), events: t.store.events.lastSeq(), mac: t.store.counters.peek('mac') };
    const { preview, job } = await t.client.vms.add({
      name: 'web1',
      vnics: [{ network: 'blue' }],
      start: true,
      dryRun: true,
    });
    expect(job).toBeNull();
    expect(preview?.summary.map(textOf)).toEqual([
      'create the VM "web1" (192 MiB, 1 vNIC)',
      'start the VM "web1" on the host "sim1"',
    ]);
    expect({ vms: t.store.vms.list(), events: t.store.events.lastSeq(), mac: t.store.counters.peek('mac') }).toEqual(
      before,
    );
  });

  it('refuse invalid input and keep the database unchanged', async () => {
    await run('web1');
    const before = JSON.stringify([t.store.vms.list(), t.store.vnics.list()]);
    const { client } = t;
    const refused = [
      client.vms.add({ name: 'web1' }),
      client.vms.add({ name: 'x', vnics: [{ network: 'nowhere' }] }),
      client.vms.add({ name: 'x', vnics: [{ mac: t.store.vnics.list()[0]?.mac ?? '' }] }),
      client.vms.add({ name: 'x', boot: { kind: 'image', image: 'none' } }),
      client.vms.start({ vm: 'web1' }),
      client.vms.remove({ vm: 'web1' }),
      client.vms.update({ vm: 'web1', memoryMiB: 512 }),
      client.vms.resume({ vm: 'web1' }),
      client.vnics.plug({ vm: 'web1', vnic: 'nic1' }),
      client.vnics.add({ vm: 'web1', name: 'nic1' }),
    ];
    for (const each of refused) await expect(each).rejects.toMatchObject({ defined: true });
    expect(JSON.stringify([t.store.vms.list(), t.store.vnics.list()])).toBe(before);
  });

  it('can be commented on while they run, and changed while they do not', async () => {
    await run('web1');
    expect((await t.client.vms.update({ vm: 'web1', comment: 'front' })).vm.comment).toBe('front');
    await t.done(t.client.vms.stop({ vm: 'web1' }));
    expect((await t.client.vms.update({ vm: 'web1', name: 'web2', cpus: 2, memoryMiB: 256 })).vm).toMatchObject({
      name: 'web2',
      cpus: 2,
    });
    expect(await t.client.vms.list({ network: 'blue', host: 'sim1', cluster: 'Default' })).toHaveLength(1);
    expect(await t.client.vms.list({ network: 'green' })).toEqual([]);
  });

  it('have vNICs that are plugged, moved, unlinked and removed while they run, without reported drift', async () => {
    await run('web1');
    const { vnic } = await t.client.vnics.add({ vm: 'web1', network: 'green' });
    await t.until(async () => (await tapOf(vnic.mac)).master === 'green');
    await t.until(() => t.store.vnics.get(vnic.id)?.plugged === true);
    await t.done(t.client.vnics.move({ vm: 'web1', vnic: 'nic2', network: 'blue' }));
    expect(await tapOf(vnic.mac)).toMatchObject({ master: 'blue' });
    await t.done(t.client.vnics.link({ vm: 'web1', vnic: 'nic2', up: false }));
    expect(t.store.vnics.get(vnic.id)).toMatchObject({ linked: false, networkId: expect.any(String) as string });
    await t.done(t.client.vnics.move({ vm: 'web1', vnic: 'nic2', network: null }));
    expect(await tapOf(vnic.mac)).toMatchObject({ master: null });
    await t.done(t.client.vnics.unplug({ vm: 'web1', vnic: 'nic2' }));
    expect(await tapOf(vnic.mac)).toMatchObject({ tap: null });
    await t.done(t.client.vnics.plug({ vm: 'web1', vnic: 'nic2' }));
    await t.done(t.client.vnics.remove({ vm: 'web1', vnic: vnic.mac }));
    expect(await tapOf(vnic.mac)).toMatchObject({ tap: null });
    expect(await t.client.vnics.list({ vm: 'web1' })).toHaveLength(1);
    expect(t.eventTypes()).not.toContain('drift.detected');
  });

  it('have vNICs that are changed at once while they do not run', async () => {
    await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    const verbs = [
      await t.client.vnics.unplug({ vm: 'web1', vnic: 'nic1' }),
      await t.client.vnics.plug({ vm: 'web1', vnic: 'nic1' }),
      await t.client.vnics.link({ vm: 'web1', vnic: 'nic1', up: false }),
      await t.client.vnics.move({ vm: 'web1', vnic: 'nic1', network: 'green' }),
      await t.client.vnics.remove({ vm: 'web1', vnic: 'nic1' }),
    ];
    expect(verbs.map((answer) => answer.job)).toEqual([null, null, null, null, null]);
    expect(await t.client.vnics.list({})).toEqual([]);
  });

  it('keep their network from being removed or detached (O3)', async () => {
    await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    for (const refused of [
      t.client.networks.remove({ network: 'blue' }),
      t.client.networks.detach({ network: 'blue', cluster: 'Default' }),
    ]) {
      await expect(refused).rejects.toMatchObject({
        data: { rule: 'O3' },
        message: expect.stringContaining('web1') as string,
      });
    }
  });

  it('are stopped if their guest does not power off in the time it has, where that was asked', async () => {
    await t.client.vms.add({ name: 'deaf' });
    await t.done(t.client.vms.start({ vm: 'deaf' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'deaf' })).state === 'up');
    const { preview } = await t.client.vms.shutdown({ vm: 'deaf', timeoutS: 5, thenStop: true, dryRun: true });
    expect(preview?.summary.map(({ type }) => type)).toEqual(['preview.vm.act', 'preview.vm.then_stop']);
    await expect(t.client.vms.shutdown({ vm: 'deaf', timeoutS: 0 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const { vms } = t.fleet.machine(hostId);
    const { act } = vms;
    vms.act = (...args) => (args[1] === 'shutdown' ? Promise.resolve() : act.apply(vms, args));
    await t.done(t.client.vms.shutdown({ vm: 'deaf', timeoutS: 5, thenStop: true }));
    expect((await t.client.vms.show({ vm: 'deaf' })).state).toBe('down');
    await expect(t.client.vms.guest({ vm: 'deaf' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('share a console among its readers, and end it with themselves', async () => {
    await run('web1');
    const readers = [await t.client.vms.console({ vm: 'web1' }), await t.client.vms.console({ vm: 'web1' })];
    const texts = ['', ''];
    const ended = readers.map(async (reader, i) => {
      for await (const chunk of reader) texts[i] += Buffer.from(chunk.data, 'base64').toString();
    });
    await t.client.vms.consoleWrite({ vm: 'web1', data: Buffer.from('echo shared-line\n').toString('base64') });
    await t.until(() => texts.every((text) => text.includes('shared-line')));
    await t.done(t.client.vms.stop({ vm: 'web1' }));
    await Promise.all(ended);
    await expect(t.client.vms.console({ vm: 'web1' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('have a separate screen for each viewer, and end it with themselves', async () => {
    await t.done(
      t.client.vms.add({
        name: 'desk',
        boot: { kind: 'devices' },
        cdroms: [{ path: '/images/desk.iso' }],
        start: true,
      }),
    );
    await t.until(async () => (await stateOf('desk')) === 'up');
    const viewers = [await t.client.vms.screen({ vm: 'desk' }), await t.client.vms.screen({ vm: 'desk' })];
    const next = async (viewer: number): Promise<ScreenChunk | undefined> => {
      const result = await viewers[viewer]?.next();
      return result?.done === false ? result.value : undefined;
    };
    const names = [(await next(0))?.screen, (await next(1))?.screen];
    expect(new Set(names).size).toBe(2);
    const version = Buffer.from('RFB 003.008\n').toString('base64');
    await t.client.vms.screenWrite({ screen: names[0] ?? '', data: version });
    expect(Buffer.from((await next(0))?.data ?? '', 'base64')).toEqual(Buffer.from([1, 1]));
    await viewers[1]?.return();
    await expect(t.client.vms.screenWrite({ screen: names[1] ?? '', data: version })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await t.done(t.client.vms.stop({ vm: 'desk' }));
    expect(await next(0)).toBeUndefined();
    await expect(t.client.vms.screen({ vm: 'desk' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    await run('web1');
    await expect(t.client.vms.screen({ vm: 'web1' })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it('are on the map, and reach each other as it shows', async () => {
    await run('web1');
    await run('gw', ['blue', 'green']);
    await run('db1', ['green']);
    const map = await t.client.map.show({});
    expect(map.islands.map((island) => island.members.filter((member) => member.hears).length)).toEqual([2, 2]);
    expect(await t.client.map.reach({ from: 'web1', to: 'db1' })).toMatchObject({
      kind: 'through',
      hops: [{ toVm: 'gw' }, { fromVm: 'gw' }],
    });
    await t.done(t.client.vms.stop({ vm: 'gw' }));
    expect(await t.client.map.reach({ from: 'web1', to: 'db1' })).toMatchObject({
      kind: 'no',
      reasons: [{ message: { type: 'reach.state', params: { vm: 'gw', state: 'down' } } }],
    });
    expect((await t.client.map.show({ network: 'green' })).vms.map((vm) => vm.name)).toEqual(['gw', 'db1']);
  });

  it('report why they could not be started, and have the state that their host reports', async () => {
    await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    t.fleet.machine(hostId).control.failNext(1);
    const job = await t.ended(t.client.vms.start({ vm: 'web1' }));
    expect(job).toMatchObject({
      state: 'failed',
      steps: [{ state: 'succeeded' }, { state: 'failed' }, { state: 'skipped' }],
    });
    expect(await t.client.vms.show({ vm: 'web1' })).toMatchObject({
      state: 'down',
      reason: { type: 'reason.vm.start_failed' },
    });
    expect(t.eventTypes()).toContain('vm.start_failed');
    await t.done(t.client.jobs.retry({ job: job?.id ?? '' }));
    await t.until(async () => (await stateOf('web1')) === 'up');
    expect((await t.client.vms.show({ vm: 'web1' })).reason).toBeNull();
  });

  it.each([
    ['waiting for their shutdown is cancelled', 0],
    ['their shutdown is cancelled before that', 200],
  ])('are up, without an error, if %s', async (_, observationMs) => {
    await run('web1');
    const { vms, control } = t.fleet.machine(hostId);
    const { act } = vms;
    vms.act = async (...args) => {
      if (args[1] !== 'shutdown') return act.apply(vms, args);
      control.slowDown(observationMs);
    };
    const { job } = await t.client.vms.shutdown({ vm: 'web1' });
    await t.until(async () => (await stateOf('web1')) === 'powering_down');
    await t.client.jobs.cancel({ job: job ?? '' });
    expect((await t.ended({ job }))?.state).toBe('cancelled');
    expect(await t.client.vms.show({ vm: 'web1' })).toMatchObject({ state: 'up', reason: null });
  });

  it.each(['stop', 'suspend', 'reboot'] as const)(
    'are unknown if their host becomes unreachable during %s',
    async (verb) => {
      await run('web1');
      const { control } = t.fleet.machine(hostId);
      control.slowDown(30);
      const { job } = await t.client.vms[verb]({ vm: 'web1' });
      await t.until(() => t.store.jobs.get(job ?? '')?.state === 'running');
      control.setUnreachable(true);
      expect((await t.ended({ job }))?.state).toBe('failed');
      await t.until(() => t.store.hosts.get(hostId)?.state === 'non_responsive');
      expect(await stateOf('web1')).toBe('unknown');
      control.setUnreachable(false);
    },
  );

  it('keep their vNIC unchanged if the host fails to change it', async () => {
    await run('web1');
    t.fleet.machine(hostId).control.failNext(1);
    const job = await t.ended(t.client.vnics.unplug({ vm: 'web1', vnic: 'nic1' }));
    expect(job?.state).toBe('failed');
    expect(await t.client.vnics.list({ vm: 'web1' })).toMatchObject([{ plugged: true }]);
    expect(await tapOf(t.store.vnics.list()[0]?.mac ?? '')).toMatchObject({ master: 'blue' });
  });

  it('stay unchanged if an action fails', async () => {
    await run('web1');
    t.fleet.machine(hostId).control.failNext(1);
    expect((await t.ended(t.client.vms.suspend({ vm: 'web1' })))?.state).toBe('failed');
    expect(await stateOf('web1')).toBe('up');
  });

  it('can have their start cancelled, which is no failure', async () => {
    await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    t.fleet.machine(hostId).control.slowDown(500);
    const { job } = await t.client.vms.start({ vm: 'web1' });
    await t.until(async () => (await t.client.jobs.show({ job: job ?? '' })).steps[1]?.state === 'running');
    t.fleet.machine(hostId).control.slowDown(0);
    await t.client.jobs.cancel({ job: job ?? '' });
    expect((await t.ended({ job }))?.state).toBe('cancelled');
    expect(await t.client.vms.show({ vm: 'web1' })).toMatchObject({ state: 'down', reason: null });
    expect(t.eventTypes()).not.toContain('vm.start_failed');
  });

  it('are resumed where a killed engine left them', async () => {
    await t.client.vms.add({ name: 'web1', vnics: [{ network: 'blue' }] });
    const { job } = await t.client.vms.start({ vm: 'web1' });
    await t.engine.stop();
    // The leftovers of a kill -9 between admission and the hypervisor's answer.
    const { id } = await t.client.vms.show({ vm: 'web1' });
    t.store.transaction((tx) => tx.vms.update(id, { state: 'wait_for_launch' }));
    const next = new TestEngine(t);
    await next.engine.start();
    await next.done({ job });
    await next.until(async () => (await next.client.vms.show({ vm: 'web1' })).state === 'up');
    expect(next.eventTypes()).not.toContain('vm.ended_from_outside');
    await next.engine.stop();
  });
});

describe('images', () => {
  it('are added by a job, used by VMs, and kept while they are', async () => {
    const { t } = await lab();
    const { image, job } = await t.client.images.add({ name: 'debian13', path: '/tmp/debian.qcow2' });
    expect(image).toBeNull();
    await t.done({ job });
    expect(await t.client.images.list({})).toMatchObject([{ name: 'debian13', format: 'qcow2' }]);
    await expect(t.client.images.add({ name: 'debian13', path: '/tmp/debian.qcow2' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const addresses = [{ vnic: 'nic1', address: '10.9.0.1/24' }];
    const seed = { user: 'demo', sshKeys: ['ssh-ed25519 AAAA'], addresses };
    await t.done(
      t.client.vms.add({
        name: 'web1',
        boot: { kind: 'image', image: 'debian13', seed },
        vnics: [{ network: 'blue' }],
        start: true,
      }),
    );
    expect((await t.client.vms.show({ vm: 'web1' })).vnics[0]?.assignedAddress).toBe('10.9.0.1/24');
    await expect(t.client.images.remove({ image: 'debian13' })).rejects.toMatchObject({
      data: { rule: 'O3' },
      message: expect.stringContaining('web1') as string,
    });
    await t.done(t.client.vms.stop({ vm: 'web1' }));
    await t.done(t.client.vms.remove({ vm: 'web1' }));
    await t.done(t.client.images.remove({ image: 'debian13' }));
    expect(await t.client.images.list({})).toEqual([]);
    await t.close();
  });

  it('are renamed, and kept while the trash has disks of them', async () => {
    const { t, hostId } = await lab();
    await t.done(t.client.images.add({ name: 'deb', path: '/tmp/a' }));
    await t.done(t.client.images.add({ name: 'other', path: '/tmp/b' }));
    await expect(t.client.images.rename({ image: 'deb', name: 'other' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await t.client.images.rename({ image: 'deb', name: 'debian 13' })).image.name).toBe('debian 13');
    expect(t.eventTypes()).toContain('image.renamed');
    const { id } = (await t.client.images.list()).find(({ name }) => name === 'debian 13')!;
    // A simulated host has no disks to move there.
    const row = { id: hostId, hostId, name: 'web1', removedAt: '2026-01-01T00:00:00.000Z', imageId: id };
    t.store.transaction((tx) => tx.trash.insert(row));
    expect(await t.client.trash.list()).toMatchObject([{ name: 'web1', imageId: id }]);
    await expect(t.client.images.remove({ image: 'debian 13' })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      message: 'The image "debian 13" is used by removed VMs in the trash: "web1"',
    });
    t.store.transaction((tx) => tx.trash.remove(hostId));
    await t.done(t.client.images.remove({ image: 'debian 13' }));
    await t.close();
  });
});
