import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IpLink } from './ip-json';
import { ALL_NICS, LOOK_AT_SPEEDS, readSpeeds } from './speeds';

const link = (ifname: string, address: string): IpLink => ({ ifname, address, flags: [], mtu: 1500 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-speeds-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder as the kernel has one for an interface. `speed` null: reading it fails, as without a link. */
function has(name: string, kind: 'device' | 'bonding' | 'tun_flags', address: string, speed: string | null): void {
  mkdirSync(join(folder, name, kind), { recursive: true });
  writeFileSync(join(folder, name, 'address'), `${address}\n`);
  if (speed !== null) writeFileSync(join(folder, name, 'speed'), `${speed}\n`);
}

const printed = (nics: readonly string[] = ALL_NICS): string =>
  execFileSync('sh', ['-c', `${LOOK_AT_SPEEDS}\nlook_at_speeds "$@"`, 'sh', folder, ...nics], { encoding: 'utf8' });

test('prints the speeds of NICs and bonds with a link, and of nothing else', () => {
  has('eth0', 'device', '02:00:00:00:00:01', '10000');
  has('eth1', 'device', '02:00:00:00:00:02', null);
  has('-n', 'device', '02:00:00:00:00:03', '100');
  has('bond0', 'bonding', '02:00:00:00:00:01', '20000');
  has('vnet0', 'tun_flags', '02:00:00:00:00:04', '10');
  expect(printed().trimEnd().split('\n').sort()).toEqual([
    '-n 02:00:00:00:00:03 100',
    'bond0 02:00:00:00:00:01 20000',
    'eth0 02:00:00:00:00:01 10000',
  ]);
});

test('prints the speeds of those that it is asked for', () => {
  has('eth0', 'device', '02:00:00:00:00:01', '10000');
  has('eth1', 'device', '02:00:00:00:00:02', '1000');
  expect(printed(['eth1', 'gone', '?', '../eth0'])).toBe('eth1 02:00:00:00:00:02 1000\neth0 02:00:00:00:00:01 10000\n');
  expect(printed([])).toBe('');
});

test('prints nothing where there is no NIC, and where there is no such folder', () => {
  expect(printed()).toBe('');
  rmSync(folder, { recursive: true });
  expect(printed()).toBe('');
});

test('reads speeds, and drops those that a driver does not know or that are of another interface of the name', () => {
  const links = ['a', 'b', 'c', 'd', 'e'].map((name, i) => link(name, `02:00:00:00:00:0${i}`));
  const lines = [
    'a 02:00:00:00:00:00 2500',
    'b 02:00:00:00:00:01 -1',
    'c 02:00:00:00:00:02 65535',
    'd 02:00:00:00:00:99 1000',
    'e 02:00:00:00:00:04 4294967295',
    'gone 02:00:00:00:00:05 1000',
    '__proto__',
  ];
  expect([...readSpeeds(lines.join('\n'), links)]).toEqual([['a', 2500]]);
});
