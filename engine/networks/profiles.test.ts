import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

describe('vNIC profiles', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(1);
    for (const name of ['blue', 'green'])
      await t.done(t.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    await t.client.networks.addProfile({ network: 'blue', name: 'lab' });
  });
  afterEach(() => t.close());

  const names = async (network = 'blue'): Promise<string[]> =>
    (await t.client.networks.profiles({ network })).map(({ name }) => name);
  const idOf = async (name: string): Promise<string | undefined> =>
    (await t.client.networks.profiles({ network: 'blue' })).find((each) => each.name === name)?.id;
  const nic = async () => (await t.client.vms.show({ vm: 'web' })).vnics[0];

  it('have names of their own on each network', async () => {
    expect(await names()).toEqual(['blue', 'lab']);
    await t.client.networks.addProfile({ network: 'green', name: 'lab' });
    const taken = { code: 'CONFLICT', data: { field: 'name' } };
    await expect(t.client.networks.addProfile({ network: 'blue', name: 'lab' })).rejects.toMatchObject(taken);
    await expect(
      t.client.networks.renameProfile({ network: 'blue', profile: 'blue', name: 'lab' }),
    ).rejects.toMatchObject(taken);
    await t.client.networks.renameProfile({ network: 'blue', profile: 'lab', name: 'lab 2' });
    expect(await names()).toEqual(['blue', 'lab 2']);
    await expect(t.client.networks.removeProfile({ network: 'green', profile: 'blue' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('are chosen for a vNIC, which stays on the network if its profile changes', async () => {
    await t.client.vms.add({ name: 'web', vnics: [{ network: 'blue', profile: 'lab' }] });
    expect((await nic())?.profileId).toBe(await idOf('lab'));
    const moved = await t.client.vnics.move({ vm: 'web', vnic: 'nic1', network: 'blue', profile: 'blue' });
    expect(moved).toMatchObject({ job: null, vnic: { profileId: await idOf('blue') } });
    await t.done(t.client.vms.start({ vm: 'web' }));
    await expect.poll(async () => (await t.client.vms.show({ vm: 'web' })).state).toBe('up');
    await t.done(t.client.vnics.move({ vm: 'web', vnic: 'nic1', network: 'green' }));
    await t.done(t.client.vnics.move({ vm: 'web', vnic: 'nic1', network: 'blue', profile: 'lab' }));
    expect((await nic())?.profileId).toBe(await idOf('lab'));
    await expect(
      t.client.vnics.move({ vm: 'web', vnic: 'nic1', network: 'green', profile: 'lab' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', data: { field: 'profile' } });
  });

  it('stay while a vNIC has them, and the last one always', async () => {
    await t.client.vms.add({ name: 'web', vnics: [{ network: 'blue', profile: 'lab' }] });
    await expect(t.client.networks.removeProfile({ network: 'blue', profile: 'lab' })).rejects.toMatchObject({
      message: 'The vNIC profile "lab" is used by "web"',
    });
    await t.client.networks.removeProfile({ network: 'blue', profile: 'blue' });
    await t.client.vnics.remove({ vm: 'web', vnic: 'nic1' });
    await expect(t.client.networks.removeProfile({ network: 'blue', profile: 'lab' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    // A vNIC that comes back has the profile that it had.
    await t.client.networks.addProfile({ network: 'blue', name: 'other' });
    await t.client.undo.run({
      event: (await t.client.undo.list({})).find(({ words }) => words.type === 'undo.vnic.removed')?.event,
    });
    expect((await nic())?.profileId).toBe(await idOf('lab'));
  });

  it('are undone, until they change again', async () => {
    const lab = await idOf('lab');
    await t.client.networks.renameProfile({ network: 'blue', profile: 'lab', name: 'lab 2' });
    await t.client.undo.run({});
    expect(await names()).toEqual(['blue', 'lab']);
    await t.client.networks.removeProfile({ network: 'blue', profile: 'lab' });
    await t.client.undo.run({});
    expect(await idOf('lab')).toBe(lab);
    const [{ event } = { event: 0 }] = await t.client.undo.list({});
    await t.client.networks.renameProfile({ network: 'blue', profile: 'blue', name: 'x' });
    await expect(t.client.undo.run({ event })).rejects.toMatchObject({ data: { rule: 'UNDO' } });
  });
});
