import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError, IsolationPromise, PromiseState } from '../../contract';
import { textOf } from '../../english';
import { TestEngine } from '../../test/support/test-engine';
import { newId } from '../core/ids';

let t: TestEngine;

beforeEach(async () => {
  t = new TestEngine();
  await t.engine.start();
});
afterEach(() => t.close());

const network = async (name: string, isIsolated = true): Promise<void> => {
  await t.done(t.client.networks.add({ name, isIsolated, clusters: ['Default'] }));
};
/** A VM with vNICs on these networks. */
const vm = async (name: string, networks: readonly string[] = [], host?: string): Promise<void> => {
  const vnics = networks.map((each, i) => ({ name: `nic${i + 1}`, network: each }));
  await t.client.vms.add({ name, vnics });
  if (host !== undefined) await t.done(t.client.vms.move({ vm: name, host }));
};
const add = async (sentence: string, severity: 'refuse' | 'warn' = 'refuse'): Promise<IsolationPromise> =>
  (await t.client.promises.add({ sentence, severity })).promise;
const state = async (sentence: string): Promise<PromiseState> =>
  (await t.client.promises.show({ promise: sentence })).promise.state;
const why = async (sentence: string): Promise<string[]> =>
  (await t.client.promises.show({ promise: sentence })).promise.findings.map(({ message }) => textOf(message));
const refused = async (call: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await call.then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ code: 'RULE_BROKEN', data: { rule: 'PROMISE', field: 'breakPromises' } });
  return error as AppError;
};
const types = (): string[] => t.eventTypes().filter((type) => type.startsWith('promise.'));

describe('promises', () => {
  it('keep two networks apart, also through a VM on both', async () => {
    await network('cameras');
    await network('office');
    await vm('cam1', ['cameras']);
    await vm('pc1', ['office']);
    await vm('gw', ['office']);
    const promise = await add('cameras never reach office');
    expect(promise).toMatchObject({ state: 'kept', findings: [], sentence: 'cameras never reach office' });
    const error = await refused(t.client.vnics.add({ vm: 'gw', network: 'cameras' }));
    expect(error.message).toBe('This would break the promise "cameras never reach office": cam1 -[cameras]- gw');
    expect(t.store.vnics.ofVm(t.store.vms.byName('gw')[0]?.id ?? '')).toHaveLength(1);
    expect(types()).toEqual(['promise.added']);
    const preview = await t.client.vnics.add({ vm: 'gw', network: 'cameras', dryRun: true });
    expect(preview.preview?.promises).toMatchObject([
      { sentence: 'cameras never reach office', severity: 'refuse', was: 'kept', state: 'broken' },
    ]);
    expect(await state('cameras never reach office')).toBe('kept');
    await t.client.vnics.add({ vm: 'gw', network: 'cameras', breakPromises: true });
    expect(await why('cameras never reach office')).toContain('cam1 reaches gw directly');
    const { promise: now, breaches } = await t.client.promises.show({ promise: 'cameras never reach office' });
    expect(now.state).toBe('broken');
    expect(breaches).toMatchObject([{ state: 'broken', until: null, by: 'tester (cli)' }]);
    expect(types()).toEqual(['promise.added', 'promise.overridden', 'promise.broken']);
    await t.client.vnics.unplug({ vm: 'gw', vnic: 'nic2' });
    expect(await state('cameras never reach office')).toBe('kept');
    expect(types().at(-1)).toBe('promise.kept');
    expect((await t.client.promises.show({ promise: promise.id })).breaches[0]?.until).not.toBeNull();
  });

  it('find a path through several VMs, with what repairs it', async () => {
    for (const name of ['a', 'b', 'c']) await network(name);
    await vm('web', ['a']);
    await vm('one', ['a', 'b']);
    await vm('two', ['b', 'c']);
    await vm('db', ['c']);
    const { state: is, findings } = await add('web never reaches db');
    expect(is).toBe('broken');
    expect(findings[0]?.path.map(({ from, network: on, to }) => `${from}-${on}-${to}`)).toEqual([
      'web-a-one',
      'one-b-two',
      'two-c-db',
    ]);
    expect(findings[0]?.remedy?.action).toEqual({ procedure: 'vnics.unplug', input: { vm: 'two', vnic: 'nic2' } });
  });

  it('count what is plugged in, whether or not it runs, and not what is unplugged or has its link down', async () => {
    await network('a');
    await vm('web', ['a']);
    await vm('db', ['a']);
    await add('web never reaches db', 'warn');
    expect(await state('web never reaches db')).toBe('broken');
    await t.client.vnics.link({ vm: 'db', vnic: 'nic1', up: false });
    expect(await state('web never reaches db')).toBe('kept');
    await t.client.vnics.link({ vm: 'db', vnic: 'nic1', up: true });
    expect(await state('web never reaches db')).toBe('broken');
    await t.client.vnics.unplug({ vm: 'web', vnic: 'nic1' });
    expect(await state('web never reaches db')).toBe('kept');
    const { preview } = await t.client.vnics.plug({ vm: 'web', vnic: 'nic1', dryRun: true });
    expect(preview?.promises).toMatchObject([{ severity: 'warn', state: 'broken' }]);
  });

  it('say that a VM has no external access', async () => {
    await network('blue');
    await network('lan', false);
    const [host] = await t.addHosts(1);
    await vm('vault', ['blue']);
    await vm('gw', ['blue']);
    await add('vault has no external access');
    expect(await state('vault has no external access')).toBe('kept');
    const nic =
      t.store.hostNics.ofHost(host ?? '').find(({ carriesConnection, kind }) => kind === 'nic' && !carriesConnection)
        ?.name ?? '';
    await t.done(
      t.client.hosts.setupNetworks({ host: host ?? '', attach: [{ network: 'lan', nic }], breakPromises: true }),
    );
    const error = await refused(t.client.vnics.add({ vm: 'gw', network: 'lan' }));
    expect(error.message).toContain(`vault -[blue]- gw -[lan]- ${nic}`);
    await add('only gw is on lan');
    await t.client.vnics.add({ vm: 'gw', network: 'lan', breakPromises: true });
    expect(await why('vault has no external access')).toEqual([
      `vault can reach the outside through gw: "lan" has the NIC ${nic} on sim1`,
    ]);
    expect(await state('only gw is on lan')).toBe('kept');
    await refused(t.client.vnics.add({ vm: 'vault', network: 'lan' }));
  });

  it('let networks meet only through a gateway', async () => {
    await network('plant');
    await network('lab');
    await vm('press', ['plant']);
    await vm('bench', ['lab']);
    await vm('gw', ['plant', 'lab']);
    await vm('other', ['lab']);
    await add('plant and lab only through gw');
    expect(await state('plant reaches lab only through gw')).toBe('kept');
    const error = await refused(t.client.vnics.add({ vm: 'other', network: 'plant' }));
    expect(error.message).toContain('press -[plant]- other');
  });

  it('require reach, on one host', async () => {
    await network('a');
    await t.addHosts(2);
    await vm('web', ['a'], 'sim1');
    await vm('db', ['a'], 'sim1');
    await add('web reaches db directly on TCP 5432');
    await add('a is one island');
    expect(await state('a is one island')).toBe('kept');
    const error = await refused(t.client.vms.move({ vm: 'db', host: 'sim2' }));
    expect(error.message).toMatch(/This would break the promise ".*", and 1 more/);
    await t.done(t.client.vms.move({ vm: 'db', host: 'sim2', breakPromises: true }));
    expect(await why('web reaches db directly on TCP 5432')).toEqual(['web and db are not on one island']);
    expect(await why('a is one island')).toEqual(['"a" has 2 islands: web on sim1; db on sim2']);
    // It repairs them, so nothing refuses it.
    await t.done(t.client.vms.move({ vm: 'db', host: 'sim1' }));
    expect(await state('a is one island')).toBe('kept');
  });

  it('are unknown while a host does not answer, and never kept', async () => {
    await network('a');
    await network('b');
    const [one = ''] = await t.addHosts(1);
    await vm('web', ['a'], 'sim1');
    await vm('db', ['b'], 'sim1');
    await add('web never reaches db');
    t.fleet.machine(one).control.setUnreachable(true);
    await t.until(async () => (await state('web never reaches db')) === 'unknown');
    expect((await why('web never reaches db'))[0]).toMatch(/^the host sim1 is/);
    t.fleet.machine(one).control.setUnreachable(false);
    await t.until(async () => (await state('web never reaches db')) === 'kept');
    await t.done(t.client.hosts.maintenance({ host: 'sim1', stopVms: true }));
    expect(await state('web never reaches db')).toBe('unknown');
  });

  it('are checked for what a job on a running VM leads to', async () => {
    await network('a');
    await network('b');
    await t.addHosts(1);
    await vm('web', ['a']);
    await vm('db', ['b']);
    for (const name of ['web', 'db']) await t.done(t.client.vms.start({ vm: name }));
    await t.until(async () => (await t.client.vms.list({})).every(({ state: is }) => is === 'up'));
    await add('web never reaches db');
    const seq = t.store.events.lastSeq();
    const move = { vm: 'web', vnic: 'nic1', network: 'b' };
    expect((await refused(t.client.vnics.move(move))).message).toContain('web -[b]- db');
    expect((await t.client.vnics.move({ ...move, dryRun: true })).preview?.promises).toHaveLength(1);
    expect((await refused(t.client.vnics.add({ vm: 'web', network: 'b' }))).message).toContain('web -[b]- db');
    expect(t.eventTypes(seq)).toEqual([]);
    expect(t.store.vnics.ofVm(t.store.vms.byName('web')[0]?.id ?? '')).toHaveLength(1);
    await t.done(t.client.vnics.move({ ...move, breakPromises: true }));
    expect((await t.client.promises.show({ promise: 'web never reaches db' })).breaches[0]).toMatchObject({
      state: 'broken',
      by: 'tester (cli)',
    });
  });

  it('say that isolation is verified, and not too long ago', async () => {
    await network('blue');
    const [one = ''] = await t.addHosts(1);
    const sentence = 'blue is isolated on every host (verified at most 60 min ago)'.replace('60 min', '1 h');
    await add(sentence);
    expect(await state(sentence)).toBe('kept');
    const id = t.store.networks.byName('blue')[0]?.id ?? '';
    const long = new Date(Date.now() - 2 * 3_600_000).toISOString();
    t.store.transaction((tx) => tx.attachments.update({ networkId: id, hostId: one }, { verdictAt: long }));
    expect(await state(sentence)).toBe('unknown');
    await t.client.networks.check({ network: 'blue' });
    expect(await state(sentence)).toBe('kept');
  });

  it('are broken by an outside change, and report for how long', async () => {
    await network('cameras');
    await network('office');
    const [one = ''] = await t.addHosts(1);
    await vm('cam1', ['cameras']);
    await vm('pc1', ['office']);
    for (const name of ['cam1', 'pc1']) await t.done(t.client.vms.start({ vm: name }));
    await add('cameras never reach office');
    await add('pc1 has no external access');
    await add('office is isolated on every host');
    const seq = t.store.events.lastSeq();
    const { control } = t.fleet.machine(one);
    const tap = (await t.observe(one)).bridges.find(({ name }) => name === 'cameras')?.ports[0]?.name ?? '';
    await control.setMaster(tap, 'office');
    await t.until(() => t.eventTypes(seq).filter((type) => type === 'promise.kept').length >= 2);
    const broken = t.store.events.after(seq, 1000).filter(({ type }) => type === 'promise.broken');
    expect(broken.map(({ message }) => textOf(message))).toContain(
      'Promise "cameras never reach office" is broken: cam1 reaches pc1 directly',
    );
    expect(broken.every(({ message }) => !textOf(message).includes('external access'))).toBe(true);
    const flushed = t.store.events.lastSeq();
    await control.flushSeal('office');
    await t.until(() => t.eventTypes(flushed).includes('promise.kept'));
    const texts = t.store.events
      .after(flushed, 1000)
      .flatMap(({ type, message }) => (type === 'promise.broken' ? [textOf(message)] : []));
    expect(texts.sort()).toEqual([
      'Promise "office is isolated on every host" is broken: "office" is not isolated on sim1',
      'Promise "pc1 has no external access" is broken: pc1 can reach the outside: "office" is not isolated on sim1',
    ]);
  });

  it('outlive what they concern, and say so', async () => {
    await network('a');
    await vm('web', ['a']);
    await vm('db', []);
    await add('web never reaches db');
    await t.client.vms.update({ vm: 'web', name: 'www' });
    expect(await state('www never reaches db')).toBe('kept');
    await t.done(t.client.vms.remove({ vm: 'www' }));
    expect(await state('www never reaches db')).toBe('no_subject');
    expect(await why('www never reaches db')).toEqual(['the VM "www" no longer exists']);
    await t.done(t.client.undo.run({}));
    await t.until(async () => (await state('www never reaches db')) === 'kept');
  });

  it('are about groups, labels and hosts', async () => {
    await network('a');
    await network('b');
    await vm('one', ['a']);
    await vm('two', ['a']);
    await vm('far', ['b']);
    await vm('near', ['b']);
    await t.client.promises.setGroup({ name: 'inner', members: [{ name: 'one' }] });
    await t.client.promises.setGroup({ name: 'all', members: [{ name: 'inner' }, { kind: 'vm', name: 'two' }] });
    await add('all never reach b');
    expect(await state('all never reaches b')).toBe('kept');
    await expect(t.client.promises.setGroup({ name: 'inner', members: [{ name: 'all' }] })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The group "inner" would have itself as a member: inner, all, inner',
    });
    await refused(t.client.promises.setGroup({ name: 'inner', members: [{ name: 'one' }, { name: 'far' }] }));
    await expect(t.client.promises.removeGroup({ group: 'inner' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await t.client.networks.update({ network: 'a', label: 'dmz' });
    await add('label:dmz has no external access');
    expect(await state('dmz has no external access')).toBe('kept');
    await t.client.networks.update({ network: 'a', label: null });
    expect(await state('dmz has no external access')).toBe('no_subject');
  });

  it('report a contradiction when the second is added', async () => {
    await network('a');
    for (const name of ['web', 'mid', 'db']) await vm(name);
    await t.client.promises.add({ sentence: 'web reaches mid directly', severity: 'warn' });
    await t.client.promises.add({ sentence: 'mid reaches db directly', severity: 'warn' });
    const answer = await t.client.promises.add({ sentence: 'web never reaches db', severity: 'warn' });
    expect(answer.contradictions).toMatchObject([
      { sentence: 'web reaches mid directly', from: 'web', to: 'db', through: ['mid'] },
      { sentence: 'mid reaches db directly' },
    ]);
    const fine = await t.client.promises.add({ sentence: 'web has no external access', severity: 'warn' });
    expect(fine.contradictions).toEqual([]);
  });

  it('refuse what cannot be a promise, by name', async () => {
    await network('web');
    await vm('web');
    await vm('db');
    const bad = (sentence: string) => t.client.promises.add({ sentence });
    await expect(bad('web never reaches db')).rejects.toMatchObject({ code: 'AMBIGUOUS', data: { field: 'sentence' } });
    await expect(bad('wub never reaches db')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'The data center "Default" has no VM, network, host, label or group "wub"',
    });
    await expect(bad('web is')).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'sentence' } });
    await expect(bad('db is one island')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(bad('db never reaches db')).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'sentence' } });
    await add('vm:web never reaches db');
    await expect(bad('vm:web never reaches db')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await t.client.promises.list({})).map(({ sentence }) => sentence)).toEqual(['vm:web never reaches db']);
  });

  it('can be removed, changed, and both undone', async () => {
    await vm('web');
    await vm('db');
    const { id } = await add('web never reaches db');
    await t.client.promises.update({ promise: id, severity: 'warn', note: 'mine' });
    expect((await t.client.undo.run({})).undone.words).toMatchObject({ type: 'undo.promise.updated' });
    expect(t.store.promises.get(id)).toMatchObject({ severity: 'refuse', note: '' });
    await t.client.promises.remove({ promise: 'web never reaches db' });
    expect(await t.client.promises.list({})).toEqual([]);
    await t.client.undo.run({});
    expect(await t.client.promises.list({})).toMatchObject([{ id, state: 'kept', severity: 'refuse' }]);
  });

  it('may be 10,000, of which a plug breaks those that it concerns', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `v${n}`);
    for (const name of names) {
      await t.client.networks.add({ name: `n-${name}`, isIsolated: true, clusters: ['Default'] });
      await vm(name, [`n-${name}`]);
    }
    const vms = (await t.client.vms.list({})).map(({ id, name }) => ({ kind: 'vm' as const, id, name }));
    const { id: _, ...model } = t.store.promises.get((await add('v0 never reaches v1', 'warn')).id) ?? fail();
    t.store.transaction((tx) => {
      for (let n = 1; n < 10_000; n += 1) {
        const [one, other] = [vms[n % vms.length] ?? fail(), vms[Math.floor(n / vms.length) % vms.length] ?? fail()];
        tx.promises.insert({ ...model, id: newId(), who: [one], to: [other] });
      }
    });
    await t.client.vnics.add({ vm: 'v3', network: 'n-v5' });
    const pair = ['v3', 'v5'];
    const concerned = t.store.promises
      .list()
      .filter(({ who, to }) => pair.join() === [who[0]?.name, to[0]?.name].sort().join());
    const broken = await t.client.promises.list({ state: 'broken' });
    expect(broken.map(({ id }) => id).sort()).toEqual(concerned.map(({ id }) => id).sort());
    expect(broken.length).toBeGreaterThan(0);
  });
});

function fail(): never {
  throw new Error('there is none');
}
