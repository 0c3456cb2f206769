import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { verify } from 'unixcrypt';
import type { SeedDraft } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';

const KEY = 'ssh-ed25519 AAAA me@here';

describe('first-boot data', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(1);
    const networks = ['blue', 'green'].map((name) => ({ name, isIsolated: true, clusters: ['Default'] }));
    await t.done(t.client.networks.addMany({ networks }));
    await t.done(t.client.images.add({ name: 'deb', path: '/tmp/debian.qcow2' }));
  });
  afterEach(() => t.close());

  type Draft = Partial<SeedDraft>;
  const add = (name: string, seed: Draft, more: { networks?: string[]; start?: boolean; dryRun?: boolean } = {}) => {
    const { networks = ['blue'], ...rest } = more;
    const boot = { kind: 'image' as const, image: 'deb', seed: { user: 'me', ...seed } };
    return t.client.vms.add({ name, boot, vnics: networks.map((network) => ({ network })), ...rest });
  };
  const addresses = async (vm: string) =>
    (await t.client.vms.show({ vm })).vnics.map(({ assignedAddress }) => assignedAddress);
  const networkConfig = (text: string) => parse(text) as { ethernets: Record<string, { addresses?: string[] }> };

  it('stores a password only as a hash, and shows it only as set', async () => {
    const { vm, seed } = await add('web', { password: 'pässwort 1' });
    const stored = t.store.vms.get(vm.id)?.boot;
    const hash = stored?.kind === 'image' ? (stored.seed?.passwordHash ?? '') : '';
    expect(verify('pässwort 1', hash)).toBe(true);
    expect(JSON.stringify([stored, vm, t.store.events.recent({ limit: 100 })])).not.toContain('pässwort');
    expect(seed?.['user-data']).toContain('(hidden)');
    expect(JSON.stringify(seed)).not.toContain(hash);
    expect(await t.client.vms.seed({ vm: 'web' })).toEqual(seed);
  });

  it.each<[string, Draft, string]>([
    ['nobody to log in', { user: null }, 'boot.seed.user'],
    ['a user without key and password', {}, 'boot.seed.sshKeys'],
    ['a key for nobody', { user: null, sshKeys: [KEY] }, 'boot.seed.user'],
    [
      'an address of a vNIC that is not there',
      { addresses: [{ vnic: 'nic9', address: '10.9.0.2/24' }] },
      'boot.seed.addresses.0.vnic',
    ],
    [
      'an address twice',
      { addresses: ['fd00::2/64', 'FD00:0::2/64'].map((address) => ({ vnic: 'nic1', address })) },
      'boot.seed.addresses.1.address',
    ],
    ['a gateway that no vNIC reaches', { gateways: ['10.8.0.1'] }, 'boot.seed.gateways.0'],
    ['two IPv4 gateways', { gateways: ['10.1.0.250', '10.1.0.251'] }, 'boot.seed.gateways'],
    [
      'its own address as gateway',
      { addresses: [{ vnic: 'nic1', address: '10.9.0.2/24' }], gateways: ['10.9.0.2'] },
      'boot.seed.gateways.0',
    ],
    ['user data that are no YAML', { userData: '#cloud-config\na: [1' }, 'boot.seed.userData'],
    ['user data nested beyond reason', { userData: `#cloud-config\n${'['.repeat(16_000)}` }, 'boot.seed.userData'],
    ['a network configuration that is a list', { networkConfig: '- a\n' }, 'boot.seed.networkConfig'],
    ['addresses beside a network configuration', { networkConfig: 'version: 2\n', dns: ['9.9.9.9'] }, 'boot.seed.dns'],
    ['a user beside a MIME message', { userData: 'MIME-Version: 1.0\n' }, 'boot.seed.userData'],
  ])('is refused with %s', async (what, seed, field) => {
    const credentials = /nobody|without/.test(what) ? {} : { sshKeys: [KEY] };
    await expect(add('web', { ...credentials, ...seed })).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field } });
    expect(await t.client.vms.list({})).toEqual([]);
  });

  it.each([
    '10.9.0.0/24',
    '10.9.0.255/24',
    '224.0.0.1/24',
    '127.0.0.1/8',
    '0.0.0.0/0',
    'ff02::1/64',
    'fd00::/64',
    '10.9.0.2',
    '::ffff:10.0.0.1/96',
  ])('refuses the address %s', async (address) => {
    const seed = { sshKeys: [KEY], addresses: [{ vnic: 'nic1', address }] };
    await expect(add('web', seed)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('gives every vNIC of an isolated network an address, once', async () => {
    await t.done(t.client.vms.add({ name: 'tiny', vnics: [{ network: 'blue' }], start: true }));
    await add('web', { sshKeys: [KEY] }, { networks: ['blue', 'green'] });
    expect(await addresses('web')).toEqual(['10.1.0.2/24', '10.1.1.1/24']);
    await t.done(t.client.vms.start({ vm: 'web' }));
    expect(await addresses('web')).toEqual(['10.1.0.2/24', '10.1.1.1/24']);
    const seed = await t.client.vms.seed({ vm: 'web' });
    expect(networkConfig(seed?.['network-config'] ?? '')).toMatchObject({
      ethernets: { nic0: { addresses: ['10.1.0.2/24'] }, nic1: { addresses: ['10.1.1.1/24'] } },
    });
  });

  it('gives the addresses that it names, and no other VM any of them', async () => {
    const both = ['fd00::2/64', '10.1.0.1/24', '10.1.0.2/24'].map((address) => ({ vnic: 'nic1', address }));
    await add('web', { sshKeys: [KEY], addresses: both });
    expect(await addresses('web')).toEqual(['10.1.0.1/24']);
    await t.done(t.client.vms.add({ name: 'tiny', vnics: [{ network: 'blue' }], start: true }));
    expect(await addresses('tiny')).toEqual(['10.1.0.3/24']);
    const taken = { sshKeys: [KEY], addresses: [{ vnic: 'nic1', address: 'fd00:0:0::2/64' }] };
    await expect(add('db', taken)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The address fd00:0:0::2/64 of the VM "db" is in use by the VM "web" on the network "blue"',
    });
    await add('db', taken, { networks: ['green'] });
    await expect(t.client.vnics.move({ vm: 'db', vnic: 'nic1', network: 'blue' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('shows what a new VM would get, and writes nothing', async () => {
    const { seed } = await add('web', { password: 'x' }, { dryRun: true });
    expect(networkConfig(seed?.['network-config'] ?? '').ethernets['nic0']?.addresses).toEqual(['10.1.0.1/24']);
    expect(await t.client.vms.list({})).toEqual([]);
  });

  it('assigns nothing beside an own network configuration', async () => {
    await add('web', { sshKeys: [KEY], networkConfig: 'version: 2\nethernets: {}\n' }, { start: true });
    expect(await addresses('web')).toEqual([null]);
  });

  it('is exported with the data center, without what is not set', async () => {
    await add('web', { password: 'x', addresses: [{ vnic: 'nic1', address: '10.9.0.2/24' }] });
    const { text } = await t.client.labfile.export({});
    const [vm] = (parse(text) as { vms: Array<{ boot: { seed: object } }> }).vms;
    expect(vm?.boot.seed).toEqual({
      user: 'me',
      passwordHash: expect.stringMatching(/^\$6\$/) as string,
      addresses: [{ vnic: 'nic1', address: '10.9.0.2/24' }],
    });
  });

  it('refuses a disk that is smaller than the image', async () => {
    const [image] = await t.client.images.list();
    t.store.transaction((tx) => tx.images.update(image!.id, { virtualBytes: 2 * 1024 ** 2 }));
    const boot = { kind: 'image' as const, image: 'deb', diskBytes: 1024 ** 2 };
    await expect(t.client.vms.add({ name: 'web', boot })).rejects.toMatchObject({ data: { field: 'boot.diskBytes' } });
  });
});
