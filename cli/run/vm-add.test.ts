import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../contract/app-error';
import { VM_COMMANDS } from '../commands/vms';
import { Input } from '../input';
import { optionsOf } from '../spec';
import { parseNewDisk } from './disk-options';
import { presetOf } from './hardware';
import { bootDraft, parseVnic } from './vm-add';

const spec = VM_COMMANDS.find(({ path }) => path.join(' ') === 'vm add');
const input = (options: Record<string, string | boolean | readonly string[]>) =>
  new Input(
    { args: spec?.args ?? [], options: spec ? optionsOf(spec) : [] },
    new Map(),
    new Map(Object.entries(options)),
  );

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('--network', () => {
  it.each([
    ['blue', { network: 'blue' }],
    ['blue,mac=56:6f:00:00:00:10', { network: 'blue', mac: '56:6f:00:00:00:10' }],
    ['a,b', { network: 'a,b' }],
    ['a,mac=x,mac=56:6f:00:00:00:10', { network: 'a,mac=x', mac: '56:6f:00:00:00:10' }],
    ['a\nb,mac=1', { network: 'a\nb', mac: '1' }],
  ])('%j', (text, vnic) => expect(parseVnic(text)).toEqual(vnic));
});

describe('--preset', () => {
  it('names a kind of guest', () => expect(presetOf(input({ preset: 'windows-11' }), 'devices')).toBe('windows-11'));
  it('is optional', () => expect(presetOf(input({}), 'tiny')).toBeUndefined());
  it.each([
    ['dos', 'devices'],
    ['linux', 'tiny'],
  ])('%s for a VM that boots %s is refused by its field', (preset, boot) => {
    expect(() => presetOf(input({ preset }), boot)).toThrow(expect.objectContaining({ field: 'preset' }));
  });
});

describe('--new-disk', () => {
  it.each([
    ['20G', { sizeBytes: 20 * 1024 ** 3, discard: false, readOnly: false }],
    [
      '1T,bus=sata,format=raw,name=data,discard,read-only',
      {
        ...{ sizeBytes: 1024 ** 4, bus: 'sata', format: 'raw' },
        ...{ name: 'data', discard: true, readOnly: true },
      },
    ],
  ])('%j', (text, disk) => expect(parseNewDisk(text)).toEqual(disk));

  it.each(['', 'big', '20G,bus=ide', '20G,format=vmdk', '20G,bus', '20G,discard=yes', '20G,size=1', '20G,'])(
    '%j is refused',
    (text) => expect(() => parseNewDisk(text)).toThrow(AppError),
  );
});

describe('the boot source of a VM', () => {
  it('is the tiny guest by default', () => {
    expect(bootDraft(input({}))).toEqual({ kind: 'tiny' });
    expect(bootDraft(input({ tiny: true }))).toEqual({ kind: 'tiny' });
  });

  it('is its disks and CD drives if it has a CD', () => {
    expect(bootDraft(input({ iso: ['x.iso'] }))).toEqual({ kind: 'devices' });
    expect(bootDraft(input({ iso: ['x.iso'], disk: '/d' }))).toEqual({ kind: 'disk', path: '/d' });
    expect(bootDraft(input({ iso: ['x.iso'], tiny: true }))).toEqual({ kind: 'tiny' });
  });

  it('has absolute paths, because the engine has another working directory', () => {
    expect(bootDraft(input({ disk: 'd.qcow2' }))).toEqual({ kind: 'disk', path: resolve('d.qcow2') });
    expect(bootDraft(input({ kernel: 'k', initrd: 'i', append: 'quiet' }))).toEqual({
      kind: 'kernel',
      kernel: resolve('k'),
      initrd: resolve('i'),
      append: 'quiet',
    });
  });

  it.each([
    ['two boot options', { tiny: true, disk: 'x' }],
    ['an initrd without a kernel', { initrd: 'x' }],
    ['a user without an image', { user: 'me' }],
    ['a user without a key', { image: 'x', user: 'me' }],
    ['an address without a user', { image: 'x', address: ['10.0.0.1/24'] }],
    ['a key that is not there', { image: 'x', user: 'me', 'ssh-key': ['/nonexistent/key'] }],
    ['keys in a file without any', { image: 'x', user: 'me', 'ssh-key': ['/dev/null'] }],
    ['a disk size without an image', { 'disk-size': '20G' }],
    ['a full copy without an image', { 'full-copy': true }],
    ['a disk size without a unit', { image: 'x', 'disk-size': '20' }],
  ])('is refused with %s', (_what, options) => {
    expect(() => bootDraft(input(options))).toThrow(AppError);
  });

  it('accepts a public key, and never sends a private one', () => {
    const [good, bad] = [join(folder, 'k.pub'), join(folder, 'k')];
    writeFileSync(good, '# mine\nssh-ed25519 AAAAC3Nz me@here\nssh-rsa AAAAB3Nz\n');
    writeFileSync(bad, '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n');
    const options = { image: 'deb', user: 'me', 'ssh-key': [good], address: ['10.0.0.1/24', 'nic2=fd00::1/64'] };
    expect(bootDraft(input({ ...options, 'disk-size': '20G' }))).toMatchObject({
      kind: 'image',
      image: 'deb',
      diskBytes: 20 * 1024 ** 3,
      seed: {
        user: 'me',
        sshKeys: ['ssh-ed25519 AAAAC3Nz me@here', 'ssh-rsa AAAAB3Nz'],
        password: null,
        addresses: [
          { vnic: 'nic1', address: '10.0.0.1/24' },
          { vnic: 'nic2', address: 'fd00::1/64' },
        ],
      },
    });
    expect(() => bootDraft(input({ image: 'deb', user: 'me', 'ssh-key': [bad] }))).toThrow(/private key/);
  });

  it('accepts a user with a password only', () => {
    const draft = bootDraft(input({ image: 'deb', user: 'me', 'password-stdin': true }), 'secret');
    expect(draft).toMatchObject({ seed: { user: 'me', password: 'secret', sshKeys: [] } });
  });

  it.each([
    ['10.9.0.2', '--address 10.9.0.2 has no prefix length.', 'Add it, for example --address 10.9.0.2/24'],
    ['nic2=fd00::2', '--address nic2=fd00::2 has no prefix length.', 'Add it, for example --address nic2=fd00::2/64'],
    ['10.9.0.0/24', '--address 10.9.0.0/24: is the address of the network itself; a guest needs one inside it.', null],
    ['10.9.0.255/24', '--address 10.9.0.255/24: is the broadcast address of its network.', null],
    ['224.0.0.1/4', '--address 224.0.0.1/4: is a multicast address.', null],
    ['web', /must be an address with its prefix length/, null],
  ])('says what is wrong with --address %s', (address, message, remedy) => {
    const draft = () => bootDraft(input({ image: 'deb', user: 'me', 'password-stdin': true, address: [address] }), 'x');
    expect(draft).toThrow(message);
    if (remedy !== null) expect(thrown(draft)).toMatchObject({ field: 'address', remedy: { note: remedy } });
  });
});

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
