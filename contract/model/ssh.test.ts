import { describe, expect, it } from 'vitest';
import { hostKeyIn, SshHow, parseSshAddress, sshArgv } from './ssh';

const takes = (how: object): boolean => SshHow.safeParse({ kind: 'ssh', ...how }).success;

describe('the address of a host over SSH', () => {
  it('is parsed in its common forms', () => {
    expect(parseSshAddress('root@[::1]:2222')).toEqual({ user: 'root', host: '::1', port: 2222 });
    expect(parseSshAddress('fe80::1%eth0')).toEqual({ user: null, host: 'fe80::1%eth0', port: null });
    expect(parseSshAddress('node1:22')).toEqual({ user: null, host: 'node1', port: 22 });
    expect(parseSshAddress('a b@c@d')).toBeNull();
  });

  it('can be any IPv6 address, and never an option of ssh', () => {
    for (const address of ['::1', 'fd77::9', 'fe80::1%eth0', 'node-1.example']) expect(takes({ address })).toBe(true);
    for (const address of ['-oProxyCommand=x', '', 'a b', 'a\n', '$(id)', "a'b"])
      expect(takes({ address })).toBe(false);
    for (const jump of ['[fe80::1%wlan0]:22', 'u@[::1]', 'a,b:22']) expect(takes({ address: 'h', jump })).toBe(true);
    for (const jump of ['-x', 'a,-b', '[::1%$(id)]', 'a;b']) expect(takes({ address: 'h', jump })).toBe(false);
  });
});

it('has one command to test it with, whoever shows it', () => {
  const commandFor = (address: string) => sshArgv(parseSshAddress(address)!).join(' ');
  expect(commandFor('root@[::1]:2222')).toBe('ssh -p 2222 root@::1');
  expect(commandFor('node1:22')).toBe('ssh node1');
});

describe('a host key as people type it', () => {
  const KEY = `SHA256:${'a'.repeat(43)}`;

  it.each([
    [KEY, { fingerprint: KEY }],
    [`node1=${KEY}`, { place: 'node1:22', fingerprint: KEY }],
    [`node1:2222=${KEY}`, { place: 'node1:2222', fingerprint: KEY }],
    [`[::1]=${KEY}`, { place: '[::1]:22', fingerprint: KEY }],
    [`a b@c@d=${KEY}`, { place: 'a b@c@d', fingerprint: KEY }],
    ['MD5:00:11', null],
    ['', null],
  ])('%j is read as %j', (typed, key) => expect(hostKeyIn(typed)).toEqual(key));
});
