import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Seed } from '../../contract';
import { type SeedNic, seedFiles, shownSeedFiles } from './seed-files';

const KEY = 'ssh-ed25519 AAAA yes: "quoted" # no';
const HASH = `$6$abcdefgh$${'a'.repeat(86)}`;
const nic = (given: Partial<SeedNic> = {}): SeedNic => ({
  mac: '56:6f:00:00:00:01',
  addresses: [],
  gateway: null,
  dhcp: false,
  ...given,
});
const files = (seed: Partial<Seed>, nics: readonly SeedNic[] = [nic()]) =>
  seedFiles({ vmId: 'an-id', hostname: 'web', seed: Seed.parse({ user: 'ann', sshKeys: [KEY], ...seed }), nics });
/** As cloud-init reads it. */
const read = (text: string): unknown => parse(text, { version: '1.1' });
const networkOf = (seed: Partial<Seed>, nics: readonly SeedNic[]) =>
  (read(files(seed, nics)['network-config']) as { ethernets: Record<string, unknown> }).ethernets;

describe('the user data of a seed', () => {
  it('create the user with keys only, and no password', () => {
    const text = files({ sshKeys: [KEY, 'ssh-rsa BBBB'] })['user-data'];
    expect(text.split('\n')[0]).toBe('#cloud-config');
    expect(read(text)).toMatchObject({
      hostname: 'web',
      users: [{ name: 'ann', ssh_authorized_keys: [KEY, 'ssh-rsa BBBB'], lock_passwd: true }],
      ssh_pwauth: false,
    });
    expect(text).not.toContain('hashed_passwd');
  });

  it('unlock the password, which SSH accepts only if there is no key', () => {
    expect(read(files({ passwordHash: HASH })['user-data'])).toMatchObject({
      users: [{ name: 'ann', hashed_passwd: HASH, lock_passwd: false }],
      ssh_pwauth: false,
    });
    expect(read(files({ passwordHash: HASH, sshKeys: [] })['user-data'])).toMatchObject({ ssh_pwauth: true });
  });

  it('keep names that YAML 1.1 would read as something else', () => {
    expect(read(files({ user: 'yes' })['user-data'])).toMatchObject({ users: [{ name: 'yes' }] });
    expect(read(files({ hostname: '0x1f' })['meta-data'])).toMatchObject({ 'instance-id': 'an-id' });
    const meta = seedFiles({ vmId: '1e3', hostname: '12e4', seed: Seed.parse({}), nics: [] })['meta-data'];
    expect(read(meta)).toEqual({ 'instance-id': '1e3', 'local-hostname': '12e4' });
  });

  it('are shown without the hash of the password', () => {
    const seed = Seed.parse({ user: 'ann', passwordHash: HASH });
    const shown = shownSeedFiles({ vmId: 'x', hostname: 'web', seed, nics: [] })['user-data'];
    expect(shown).not.toContain(HASH);
    expect(shown).toContain('(hidden)');
  });

  it('have the own file beside ours, unchanged and first', () => {
    const own = '#!/bin/sh\necho atoll-seed "$1"\n';
    const text = files({ userData: own })['user-data'];
    const boundary = /boundary="([^"]+)"/.exec(text)?.[1] ?? '';
    const [, theirs, ours, end] = text.split(`--${boundary}`);
    expect(theirs).toContain(`\n\n${own}`);
    expect(ours).toMatch(/Merge-Type: list\(append\)/);
    expect(read(ours?.slice(ours.indexOf('#cloud-config')) ?? '')).toMatchObject({ users: [{ name: 'ann' }] });
    expect(end).toBe('--\n');
  });

  it('are the own file as it is if that is a MIME message', () => {
    const own = 'Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n\n--x--\n';
    expect(files({ user: null, sshKeys: [], userData: own })['user-data']).toBe(own);
  });
});

describe('the network configuration of a seed', () => {
  it('names every vNIC by its MAC address, and waits for none', () => {
    const nics = [nic({ addresses: ['10.9.0.2/24', 'fd00::2/64'] }), nic({ mac: '56:6f:00:00:00:02' })];
    expect(networkOf({}, nics)).toEqual({
      nic0: {
        match: { macaddress: '56:6f:00:00:00:01' },
        dhcp4: false,
        dhcp6: false,
        optional: true,
        addresses: ['10.9.0.2/24', 'fd00::2/64'],
      },
      nic1: { match: { macaddress: '56:6f:00:00:00:02' }, dhcp4: false, dhcp6: false, optional: true },
    });
    expect(read(files({}, [])['network-config'])).toEqual({ version: 2, ethernets: {} });
  });

  it('asks a network with its own addresses for one', () => {
    expect(networkOf({}, [nic({ dhcp: true })])).toMatchObject({ nic0: { dhcp4: true } });
  });

  it("has the uplink's gateway, and another one instead if it is named", () => {
    const out = nic({ addresses: ['10.0.2.100/24'], gateway: '10.0.2.2' });
    const inner = nic({ mac: '56:6f:00:00:00:02', addresses: ['10.9.0.2/24'] });
    expect(networkOf({ dns: ['9.9.9.9'], searchDomains: ['lab'] }, [inner, out])).toMatchObject({
      nic1: {
        routes: [{ to: '0.0.0.0/0', via: '10.0.2.2' }],
        nameservers: { addresses: ['9.9.9.9'], search: ['lab'] },
      },
    });
    const named = networkOf({ gateways: ['10.9.0.1'] }, [inner, out]);
    expect(named).toMatchObject({ nic0: { routes: [{ to: '0.0.0.0/0', via: '10.9.0.1' }] } });
    expect(named['nic1']).not.toHaveProperty('routes');
  });

  it('routes IPv6 by the vNIC in whose subnet the gateway is', () => {
    const nics = [nic({ addresses: ['10.9.0.2/24'] }), nic({ mac: '56:6f:00:00:00:02', addresses: ['fd00::2/64'] })];
    expect(networkOf({ gateways: ['fd00::1'] }, nics)).toMatchObject({
      nic1: { routes: [{ to: '::/0', via: 'fd00::1' }] },
    });
  });

  it('is the own file as it is', () => {
    const own = 'version: 1\nconfig: []\n';
    expect(files({ networkConfig: own })['network-config']).toBe(own);
  });
});
