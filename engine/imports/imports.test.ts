import { note } from '../../contract/remedy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canRetry, type Vm } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

const VM1 = '11111111-1111-4111-8111-111111111111';
const VM2 = '22222222-2222-4222-8222-222222222222';
const OTHER_STORE = '0198c5a0-0000-7000-8000-00000000dead';
const MAC1 = '52:54:00:00:00:01';
const MAC2 = '52:54:00:00:00:02';

describe('importing unmanaged VMs and bridges', () => {
  let t: TestEngine;
  let host: string;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    [host = ''] = await t.addHosts(1);
  });
  afterEach(() => t.close());

  const machine = () => t.fleet.machine(host);
  const control = () => machine().control;
  const observe = () => t.observe(host);
  const bridge = async (name: string) => (await observe()).bridges.find((each) => each.name === name);
  const onHost = async (id: string) => (await observe()).vms?.find((vm) => vm.id === id);
  const shown = () => t.client.hosts.show({ host });

  /** A bridge with an address, and VMs on it; waits until the engine has observed them. */
  async function there(vms: ReadonlyArray<{ id: string; name: string; mac: string; running: boolean }> = []) {
    await control().addForeignBridge('brlab');
    await control().addAddress('brlab', '10.7.0.1/24');
    for (const { id, name, mac, running } of vms)
      await control().addForeignVm({ id, name }, [{ mac, bridge: 'brlab' }], { running });
    await t.until(async () => {
      const { unmanaged, unmanagedVms } = await shown();
      return unmanaged.length === 1 && unmanagedVms.length === vms.length;
    });
  }
  const WEB = { id: VM1, name: 'web', mac: MAC1, running: true };
  const DB = { id: VM2, name: 'db', mac: MAC2, running: false };

  it('adopts a running VM and its bridge without disturbing the VM', async () => {
    await there([WEB, DB]);
    const before = await onHost(VM1);
    const job = await t.done(t.client.hosts.import({ host, bridges: ['brlab'], withVms: true }));
    expect(job?.steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const after = await onHost(VM1);
    expect(after).toEqual({ ...before, ours: true, vnics: before?.vnics.map((vnic) => ({ ...vnic, noted: true })) });
    const sealed = await bridge('brlab');
    expect(sealed).toMatchObject({ addresses: [], sealIngress: 'ok', sealEgress: 'ok', ipv6Disabled: true, up: true });
    expect(sealed?.owner).toMatchObject({ storeId: t.store.storeId, kept: true });
    expect(sealed?.ports).toMatchObject([{ kind: 'tap', ipv6Disabled: true }]);
    const vms = await t.client.vms.list({ host });
    expect(vms.map(({ name, state, boot }) => [name, state, boot.kind])).toEqual([
      ['web', 'up', 'imported'],
      ['db', 'down', 'imported'],
    ]);
    expect(vms[0]?.vnics).toMatchObject([{ mac: MAC1, name: 'nic1', plugged: true, linked: true }]);
    const { network, attachments } = await t.client.networks.show({ network: 'brlab' });
    expect(network).toMatchObject({ isIsolated: true, bridge: 'brlab' });
    expect(attachments).toMatchObject([{ state: 'in_sync', imported: true, verdict: 'isolated' }]);
    const { unmanaged, unmanagedVms, host: up } = await shown();
    expect([unmanaged, unmanagedVms, up.state]).toEqual([[], [], 'up']);
    expect(t.eventTypes()).not.toContain('network.deploy_failed');
    expect(t.eventTypes().filter((type) => type.startsWith('drift'))).toEqual([]);
  });

  it('warns of a VM whose name is taken for that of another', async () => {
    await there([
      { ...DB, name: 'd\u0432' },
      { ...WEB, name: 'w\u0435b' },
    ]);
    await t.client.vms.add({ name: 'web' });
    const { preview } = await t.client.hosts.import({ host, bridges: ['brlab'], withVms: true, dryRun: true });
    expect(preview?.summary.map(textOf).filter((line) => line.includes('looks like'))).toHaveLength(1);
  });

  it('lists in a dry run what sealing changes, and does nothing', async () => {
    await there([WEB]);
    const before = await observe();
    const { preview, job } = await t.client.hosts.import({ host, bridges: ['brlab'], withVms: true, dryRun: true });
    expect(job).toBeNull();
    const words = preview?.summary.map(textOf).join('\n') ?? '';
    for (const said of [
      'the isolated network "brlab"',
      'its name stays brlab',
      "remove the host's address 10.7.0.1/24 from brlab",
      'import the VM "web"',
      `${MAC1} of "web" is nic1`,
    ])
      expect(words).toContain(said);
    expect(preview?.hosts).toMatchObject([{ problem: null }]);
    for (const change of [
      'mark brlab as managed by Atoll',
      'seal brlab against the host',
      "remove the host's address 10.7.0.1/24 from brlab",
    ])
      expect(preview?.hosts[0]?.changes.map(textOf)).toContain(change);
    expect(await observe()).toEqual(before);
    expect([await t.client.vms.list({}), await t.client.networks.list({})]).toEqual([[], []]);
  });

  it('refuses to seal a bridge with a VM that stays unmanaged, running or not', async () => {
    await there([WEB, DB]);
    await expect(t.client.hosts.import({ host, bridges: ['brlab'], vms: ['web'] })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      message: expect.stringContaining('"db"') as string,
      data: { remedy: note('Import them too, or remove their NICs from the bridge first.') },
    });
    expect((await bridge('brlab'))?.owner).toBeNull();
    await t.done(t.client.hosts.import({ host, bridges: ['brlab'], vms: [VM1, 'db'] }));
    expect((await t.client.networks.show({ network: 'brlab' })).vms).toHaveLength(2);
  });

  it('imports a VM alone, and its NIC once the bridge is imported', async () => {
    await there([WEB]);
    await t.done(t.client.hosts.import({ host, vms: ['web'], name: 'shop' }));
    const alone = await t.client.vms.show({ vm: 'shop' });
    expect(alone).toMatchObject({ id: VM1, state: 'up', vnics: [] });
    expect(alone.boot).toMatchObject({ kind: 'imported', nics: [{ mac: MAC1, on: 'bridge brlab' }] });
    expect((await onHost(VM1))?.name).toBe('web');
    expect((await bridge('brlab'))?.owner).toBeNull();
    await t.done(t.client.hosts.import({ host, bridges: ['brlab'], name: 'blue' }));
    const both = await t.client.vms.show({ vm: 'shop' });
    expect(both.vnics).toMatchObject([{ mac: MAC1, name: 'nic1' }]);
    expect(both.boot).toMatchObject({ kind: 'imported', nics: [] });
    expect((await t.client.networks.show({ network: 'blue' })).network.bridge).toBe('brlab');
    expect((await bridge('brlab'))?.ports).toHaveLength(1);
  });

  it('is undone as a whole, and releases the bridge with its VM', async () => {
    await there([WEB]);
    await t.done(t.client.hosts.import({ host, bridges: ['brlab'], withVms: true }));
    const [offer] = await t.client.undo.list({ limit: 5 });
    expect(offer).toMatchObject({
      words: { type: 'undo.imported', params: { vms: ['web'], networks: ['brlab'] } },
      removes: true,
    });
    await t.done(t.client.undo.run({}));
    expect([await t.client.vms.list({}), await t.client.networks.list({})]).toEqual([[], []]);
    expect(await onHost(VM1)).toMatchObject({ ours: false, state: 'up' });
    expect(await bridge('brlab')).toMatchObject({ alias: null, sealIngress: 'missing', ports: [{ kind: 'tap' }] });
    await t.until(async () => (await shown()).unmanaged.length === 1);
    await t.done(t.client.hosts.import({ host, bridges: ['brlab'], withVms: true }));
    expect((await bridge('brlab'))?.sealIngress).toBe('ok');
  });

  it('releases the bridge when its network is removed, and keeps the NICs in the definitions', async () => {
    await there([{ ...WEB, running: false }]);
    await t.done(t.client.hosts.import({ host, bridges: ['brlab'], withVms: true }));
    const { preview } = await t.client.networks.remove({ network: 'brlab', dryRun: true });
    expect(preview?.summary.map(textOf).join()).toContain('stays on "sim1"');
    expect(preview?.hosts[0]?.changes.map(textOf).join()).toContain('release the bridge brlab');
    await t.done(t.client.networks.remove({ network: 'brlab' }));
    expect(await bridge('brlab')).toMatchObject({ owner: null, sealIngress: 'missing' });
    expect(await t.client.vms.show({ vm: 'web' })).toMatchObject({
      vnics: [],
      boot: { kind: 'imported', nics: [{ mac: MAC1, on: 'bridge brlab' }] },
    });
    await t.done(t.client.vms.start({ vm: 'web' }));
    expect((await onHost(VM1))?.vnics).toMatchObject([{ mac: MAC1, bridge: 'brlab' }]);
    expect((await bridge('brlab'))?.ports).toHaveLength(1);
  });

  it('forgets or removes a VM, running or not, and keeps it on the host', async () => {
    await there([WEB, DB]);
    await t.done(t.client.hosts.import({ host, vms: ['web', 'db'] }));
    await t.done(t.client.vms.forget({ vm: 'web' }));
    expect(await onHost(VM1)).toMatchObject({ ours: false, state: 'up' });
    const { preview } = await t.client.vms.remove({ vm: 'db', dryRun: true });
    expect(preview?.summary.map(textOf).join()).toContain('it stays unchanged on "sim1"');
    await t.done(t.client.vms.remove({ vm: 'db' }));
    expect(await onHost(VM2)).toMatchObject({ ours: false, state: 'down' });
    expect(await t.client.vms.list({})).toEqual([]);
    await t.until(async () => (await shown()).unmanagedVms.length === 2);
  });

  it('starts, stops and plugs an imported VM, and follows changes by its owner', async () => {
    await there([DB]);
    await t.done(t.client.networks.add({ name: 'green', isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.hosts.import({ host, vms: ['db'] }));
    await t.done(t.client.vms.start({ vm: 'db' }));
    await t.until(async () => (await t.client.vms.show({ vm: 'db' })).state === 'up');
    await t.done(t.client.vnics.add({ vm: 'db', network: 'green' }));
    expect((await onHost(VM2))?.vnics.map(({ bridge: on }) => on)).toEqual(['brlab', 'green']);
    expect((await t.client.networks.show({ network: 'green' })).waysOut).toMatchObject([{ name: 'db' }]);
    await t.done(t.client.vms.stop({ vm: 'db' }));
    await t.done(t.client.vnics.remove({ vm: 'db', vnic: 'nic1' }));
    await expect
      .poll(async () => (await t.client.vms.show({ vm: 'db' })).boot)
      .toMatchObject({ nics: [{ mac: MAC2 }] });
    await t.done(t.client.vms.start({ vm: 'db' }));
    expect((await onHost(VM2))?.vnics.map(({ bridge: on }) => on)).toEqual(['brlab']);
    await t.done(t.client.vms.stop({ vm: 'db' }));
    await expect(t.client.vms.update({ vm: 'db', memoryMiB: 1024 })).rejects.toMatchObject({
      data: { rule: 'IMPORTED' },
    });
    await t.client.vms.update({ vm: 'db', name: 'data', comment: 'mine' });
    await expect(t.client.vms.move({ vm: 'data', host })).resolves.toMatchObject({ job: null });
    await expect(t.client.snapshots.add({ name: 's', vms: ['data'] })).rejects.toMatchObject({
      data: { rule: 'IMPORTED' },
    });
    await control().setVm(VM2, { memoryMiB: 777, cpus: 3 });
    await t.until(async () => (await t.client.vms.show({ vm: 'data' })).memoryMiB === 777);
    expect(await t.client.vms.show({ vm: 'data' })).toMatchObject({ cpus: 3, state: 'down' });
  });

  const refused: ReadonlyArray<readonly [what: string, make: () => Promise<void>, input: object, said: object]> = [
    [
      "another store's VM",
      () => control().addForeignVm({ id: VM1, name: 'web' }, [], { owner: OTHER_STORE }),
      { vms: ['web'] },
      { code: 'RULE_BROKEN', message: expect.stringContaining('take the host over') as string },
    ],
    [
      "another store's bridge",
      () => control().addForeignBridge('brlab', `atoll:${OTHER_STORE}:${OTHER_STORE}`),
      { bridges: ['brlab'] },
      { message: expect.stringContaining('another Atoll') as string },
    ],
    [
      'a hostile name of a bridge',
      () => control().addForeignBridge('a";reboot;'),
      { bridges: ['a";reboot;'] },
      { message: expect.stringContaining('rename it on the host') as string },
    ],
    [
      'an id that is no UUID',
      () => control().addForeignVm({ id: "1'; drop", name: 'web' }),
      { vms: ['web'] },
      { message: expect.stringContaining('not a UUID') as string },
    ],
    [
      'a bridge of a tool',
      () => control().addForeignBridge('virbr0'),
      { bridges: ['virbr0'] },
      { message: expect.stringContaining('libvirt created it') as string },
    ],
    [
      'a VM that is not there',
      () => control().addForeignVm({ id: VM1, name: 'web' }),
      { vms: ['wen'] },
      { code: 'NOT_FOUND', data: { remedy: note(expect.stringContaining('"web"') as string) } },
    ],
    ['nothing', () => Promise.resolve(), {}, { code: 'BAD_INPUT' }],
  ];
  it.each(refused)('refuses %s, with the remedy', async (what, make, input, said) => {
    await make();
    await t.until(async () => {
      const { unmanaged, unmanagedVms } = await shown();
      return unmanaged.length + unmanagedVms.length === (what === 'nothing' ? 0 : 1);
    });
    await expect(t.client.hosts.import({ host, ...input })).rejects.toMatchObject(said);
    expect([await t.client.vms.list({}), await t.client.networks.list({})]).toEqual([[], []]);
  });

  it('numbers a name that is taken, and refuses a MAC address that is in use', async () => {
    await t.client.vms.add({ name: 'web', vnics: [{ network: null, mac: MAC2 }] });
    await there([WEB, DB]);
    await expect(t.client.hosts.import({ host, vms: ['web'], name: 'web' })).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { remedy: note(expect.stringContaining('another name') as string) },
    });
    const { preview } = await t.client.hosts.import({ host, vms: ['web'], dryRun: true });
    expect(JSON.stringify(preview?.summary)).toContain('web-2');
    await t.done(t.client.hosts.import({ host, vms: ['web'] }));
    expect((await t.client.vms.list({})).map(({ name }) => name)).toEqual(['web', 'web-2']);
    await expect(t.client.hosts.import({ host, bridges: ['brlab'], withVms: true })).rejects.toMatchObject({
      message: expect.stringContaining(MAC2) as string,
    });
    expect(await t.client.networks.list({})).toEqual([]);
  });

  it('imports what it can of all, and says why it left out the rest', async () => {
    const [odd, twin, copy] = ['a', 'b', 'c'].map((c) => `${c.repeat(8)}-0000-0000-0000-${c.repeat(12)}`) as [
      string,
      string,
      string,
    ];
    await control().addForeignVm({ id: odd, name: ' \u202e<b>\n' });
    await control().addForeignVm({ id: twin, name: 'web' });
    await control().addForeignVm({ id: copy, name: 'copy' }, [{ mac: MAC1, bridge: 'brlab' }]);
    await control().addForeignVm({ id: OTHER_STORE, name: 'theirs' }, [], { owner: OTHER_STORE });
    await control().addForeignBridge('virbr0');
    await control().addForeignBridge('brlab');
    await control().addForeignVm({ id: VM1, name: 'web' }, [{ mac: MAC1, bridge: 'brlab' }]);
    await t.until(async () => (await shown()).unmanagedVms.length === 5 && (await shown()).unmanaged.length === 2);
    const { unmanaged, unmanagedVms } = await shown();
    const all = { host, vms: unmanagedVms.map(({ id }) => id), bridges: unmanaged.map(({ name }) => name) };
    await expect(t.client.hosts.import(all)).rejects.toMatchObject({ code: 'RULE_BROKEN' });
    const answer = await t.client.hosts.import({ ...all, skip: true });
    await t.done(Promise.resolve(answer));
    expect(answer.skipped.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'bridge brlab',
      'bridge virbr0',
      'vm theirs',
      'vm web',
    ]);
    expect(answer.skipped.find(({ name }) => name === 'web')?.why).toContain(MAC1);
    const there = await t.client.vms.list({ host });
    expect(there.map(({ id, name, state }) => [id, name, state]).sort()).toEqual([
      [odd, '<b>', 'down'],
      [twin, 'web', 'down'],
      [copy, 'copy', 'down'],
    ]);
    // Its bridge has a VM that was left out, so it is not sealed.
    expect(await t.client.networks.list({})).toEqual([]);
    await expect(t.client.hosts.import({ host, bridges: ['virbr0'], skip: true })).resolves.toMatchObject({
      job: null,
      vms: [],
      skipped: [{ name: 'virbr0', why: expect.stringContaining('add a vNIC with the MAC address') as string }],
    });
  });

  it('moves a NIC from a network of libvirt to one of Atoll, with its MAC address, while the VM is down', async () => {
    await control().addForeignBridge('virbr9');
    await control().addForeignVm({ id: VM1, name: 'web' }, [{ mac: MAC1, bridge: 'virbr9' }], { running: true });
    await t.until(async () => (await shown()).unmanagedVms.length === 1);
    await t.done(t.client.hosts.import({ host, vms: ['web'] }));
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await expect(t.client.vnics.add({ vm: 'web', network: 'blue', mac: MAC1 })).rejects.toMatchObject({
      code: 'STATE_ILLEGAL',
    });
    await t.done(t.client.vms.stop({ vm: 'web' }));
    const { preview } = await t.client.vnics.add({ vm: 'web', network: 'blue', mac: MAC1, dryRun: true });
    expect(JSON.stringify(preview?.summary)).toContain('virbr9');
    await t.client.vnics.add({ vm: 'web', network: 'blue', mac: MAC1 });
    await t.done(t.client.vms.start({ vm: 'web' }));
    expect((await onHost(VM1))?.vnics).toMatchObject([{ mac: MAC1, bridge: 'blue' }]);
    await t.until(async () => {
      const { boot } = await t.client.vms.show({ vm: 'web' });
      return boot.kind === 'imported' && boot.nics.length === 0;
    });
  });

  it('rolls back a VM that vanishes during the import, and continues with the others', async () => {
    await there([WEB, DB]);
    const answer = await t.client.hosts.import({ host, bridges: ['brlab'], withVms: true });
    void control().removeVm(VM2);
    const job = await t.ended(Promise.resolve(answer));
    expect(job).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('a bridge stays unchanged') as string },
    });
    expect((await t.client.vms.list({})).map(({ name, state }) => [name, state])).toEqual([['web', 'up']]);
    expect(await t.client.networks.list({})).toEqual([]);
    expect(await bridge('brlab')).toMatchObject({ owner: null, addresses: ['10.7.0.1/24'], ports: [{ kind: 'tap' }] });
    expect((await t.client.vms.show({ vm: 'web' })).boot).toMatchObject({ nics: [{ mac: MAC1 }] });
    expect((await shown()).host.state).toBe('up');
  });

  it.each(['queued', 'begun'])('leaves nothing behind when it is cancelled while it is %s', async (when) => {
    control().slowDown(150);
    await there([WEB]);
    const { job } = await t.client.hosts.import({ host, bridges: ['brlab'], withVms: true });
    const at = t.store.events.lastSeq();
    if (when === 'begun') await t.until(() => t.eventTypes(at).includes('job.started'));
    await t.client.jobs.cancel({ job: job ?? '' });
    const ended = await t.ended(Promise.resolve({ job }));
    expect(ended).toMatchObject({ state: 'cancelled' });
    expect(ended && canRetry(ended)).toBe(false);
    control().slowDown(0);
    expect([await t.client.vms.list({}), await t.client.networks.list({})]).toEqual([[], []]);
    expect((await bridge('brlab'))?.addresses).toEqual(['10.7.0.1/24']);
    expect(await onHost(VM1)).toMatchObject({ ours: false, state: 'up' });
  });

  it('offers no retry of what was rolled back', async () => {
    await there([DB]);
    machine().vms.adopt = () => Promise.reject(new Error('busy'));
    const { job } = await t.client.hosts.import({ host, vms: [VM2] });
    const ended = await t.ended(Promise.resolve({ job }));
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended && canRetry(ended)).toBe(false);
    await expect(t.client.jobs.retry({ job: job ?? '' })).rejects.toMatchObject({
      ...{ code: 'STATE_ILLEGAL', data: { remedy: { note: 'Import it again.' } } },
    });
  });

  it.each([0, 30, 90, 150])('continues in the next engine if the first ends %i ms after the request', async (ms) => {
    await there([WEB]);
    control().slowDown(25);
    await t.client.hosts.import({ host, bridges: ['brlab'], withVms: true });
    await new Promise((resolve) => setTimeout(resolve, ms));
    await t.engine.stop();
    const rows = t.store.vms.list().length;
    const marked = (await t.fleet.machine(host).connect(new AbortController().signal).then(observe)).bridges.some(
      ({ owner }) => owner !== null,
    );
    // A mark is never on a host before its rows are in the database.
    expect(rows).toBe(1);
    if (marked) expect(t.store.networks.list()).toHaveLength(1);
    const next = new TestEngine(t);
    await next.engine.start();
    await next.until(
      async () => (await next.client.networks.show({ network: 'brlab' })).attachments[0]?.state === 'in_sync',
    );
    await next.until(async () => (await next.client.vms.list({}))[0]?.state === 'up');
    expect(await onHost(VM1)).toMatchObject({ ours: true, state: 'up' });
    expect(await bridge('brlab')).toMatchObject({ addresses: [], sealIngress: 'ok', ports: [{ kind: 'tap' }] });
    await next.engine.stop();
  });

  it('adopts its bridge again when the owner recreates it, and creates it if nobody does', async () => {
    await there([DB]);
    await t.done(t.client.hosts.import({ host, bridges: ['brlab'], withVms: true }));
    const again = async (): Promise<void> => {
      await control().deleteBridge('brlab');
      await control().addForeignBridge('brlab');
    };
    await again();
    await t.until(async () => (await bridge('brlab'))?.sealIngress === 'ok');
    await control().deleteBridge('brlab');
    await t.until(async () => (await bridge('brlab'))?.sealIngress === 'ok');
  });

  it('imports a bridge with a NIC unchanged', async () => {
    await control().addForeignBridge('br0');
    await control().addAddress('br0', '192.0.2.77/24');
    await control().addNic('eth9');
    await control().setMaster('eth9', 'br0');
    await control().addForeignVm({ id: VM1, name: 'web' }, [{ mac: MAC1, bridge: 'br0' }], { running: true });
    await t.until(async () => (await shown()).unmanagedVms.length === 1);
    const before = await bridge('br0');
    const { preview } = await t.client.hosts.import({ host, bridges: ['br0'], dryRun: true });
    expect(preview?.summary.map(textOf).join()).toContain('the regular network "br0" on eth9, address 192.0.2.77/24');
    expect(preview?.hosts[0]?.changes).toEqual([]);
    await t.done(t.client.hosts.import({ host, bridges: ['br0'], withVms: true }));
    expect(await bridge('br0')).toEqual(before);
    const show = () => t.client.networks.show({ network: 'br0' });
    expect((await show()).attachments).toMatchObject([{ nic: 'eth9', imported: true, state: 'in_sync' }]);
    expect((await t.client.vms.show({ vm: 'web' })).vnics).toMatchObject([{ mac: MAC1 }]);
    await control().setMtu('br0', 1400);
    await t.until(async () => (await show()).attachments[0]?.state === 'out_of_sync');
    expect((await show()).attachments[0]?.differences).toMatchObject([{ what: 'MTU', wanted: '1500', actual: '1400' }]);
    expect((await bridge('br0'))?.mtu).toBe(1400);
    await t.done(t.client.hosts.sync({ host }));
    expect(await bridge('br0')).toEqual(before);
    await t.done(t.client.networks.remove({ network: 'br0' }));
    expect(await bridge('br0')).toEqual(before);
    expect((await t.client.vms.show({ vm: 'web' })).boot).toMatchObject({ nics: [{ mac: MAC1, on: 'bridge br0' }] });
  });

  it('turns a foreign bridge that blocks a network into its bridge on request', async () => {
    await control().addForeignBridge('blue');
    await t.ended(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    expect((await shown()).host.state).toBe('non_operational');
    await t.done(t.client.hosts.import({ host, bridges: ['blue'] }));
    expect((await shown()).host.state).toBe('up');
    expect(await bridge('blue')).toMatchObject({ owner: { kept: true }, sealIngress: 'ok' });
  });

  it('excludes imported VMs from actions on all VMs of a host, and from lab files', async () => {
    await there([DB]);
    await t.done(t.client.hosts.import({ host, vms: ['db'] }));
    const added = await t.client.vms.add({ name: 'own', host });
    const taken: Vm[] = [added.vm];
    const { snapshot, job } = await t.client.snapshots.add({ name: 's', host });
    await t.done(Promise.resolve({ job }));
    expect(snapshot.vms.map(({ vmId }) => vmId)).toEqual(taken.map(({ id }) => id));
    const { text } = await t.client.labfile.export({});
    expect(text).toContain('own');
    expect(text).not.toContain('db');
  });
});
