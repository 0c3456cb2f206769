import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFacts } from './check-host';
import { networkdCheck, networkManagerCheck, takeoverFacts } from './takeovers';

/** Recorded on Debian 13 with NetworkManager 1.52, beside the network blue. */
const DEFAULT = 'ours blue \nnetworkmanager running\nnm-ignores interface-name:eth0\nnm-manages \n';
const MATCHES_ALL =
  'ours blue \nnetworkmanager running\nnm-ignores interface-name:eth0\nnm-all yes\nnm-manages lo blue \n';
const REMEDIED =
  'ours blue \nnetworkmanager running\nnm-ignores interface-name:eth0 interface-name:vnet* interface-name:atp* interface-name:ats* interface-name:att* interface-name:blue\nnm-all yes\nnm-manages lo \n';

describe('NetworkManager', () => {
  const check = (text: string) => networkManagerCheck(readFacts(text));

  it('leaves alone what others created, unless it is configured to manage all', () => {
    expect(check('')).toMatchObject({ state: 'ok', found: 'not running' });
    expect(check(DEFAULT)).toMatchObject({ state: 'ok', found: 'running, leaves them as they are', remedy: null });
    expect(check(MATCHES_ALL)).toMatchObject({ state: 'warning', found: 'running, manages blue' });
    expect(check(MATCHES_ALL.replace('lo blue', 'lo'))).toMatchObject({
      state: 'warning',
      found: 'running, configured to manage all devices',
    });
    expect(check(DEFAULT.replace('manages ', 'manages vnet0 '))).toMatchObject({ found: 'running, manages vnet0' });
    expect(check(DEFAULT.replace('manages ', 'manages eth0 wlan0 '))).toMatchObject({ state: 'ok' });
  });

  it('ignores them after the remedy, and not a network that is created later', () => {
    expect(check(REMEDIED)).toMatchObject({ state: 'ok', found: 'running, ignores them', remedy: null });
    expect(check(REMEDIED.replace('ours blue', 'ours blue green'))).toMatchObject({ state: 'warning' });
  });

  it('is made to ignore our names and nothing else, in addition to what it ignores', () => {
    const [, , line = ''] =
      check(MATCHES_ALL.replace('ours blue', "ours blue eth1.7 x';reboot"))?.remedy?.command ?? [];
    expect(line).toContain(
      "'unmanaged-devices+=interface-name:vnet*;interface-name:atp*;interface-name:ats*;interface-name:att*;interface-name:blue;interface-name:eth1.7' >",
    );
    expect(line).not.toContain('reboot');
  });
});

describe('networkd', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-networkd-'));
    mkdirSync(join(folder, 'etc'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What the check finds if these are the files of networkd; `ours`: our bridges. */
  const check = (files: Record<string, string>, ours = '') => {
    for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, 'etc', name), lines);
    const script = takeoverFacts([join(folder, 'etc')], join(folder, 'etc', '00-atoll-unmanaged.network'))
      .replace(/^ours=.*$/m, `ours='${ours}'`)
      .replace('command -v nmcli', 'false');
    const say = `say() { printf '%s %s\\n' "$1" "$2"; }`;
    return networkdCheck(readFacts(execFileSync('sh', ['-c', say + script], { encoding: 'utf8' })));
  };
  const takes = (...match: string[]): boolean =>
    check({ '50.network': `[Match]\n${match.join('\n')}\n[Network]\nDHCP=yes\n` }, 'blue').state === 'warning';

  it('takes what a file matches by name, by type, or by the MAC of a NIC alone', () => {
    expect(
      ['Name=*', 'Name=en* vnet*', 'Name=b?ue', 'Name=!en* !lo', 'Type=bridge'].map((line) => takes(line)),
    ).toEqual(Array(5).fill(true));
    expect(takes('Type=ether')).toBe(true);
    expect(takes('MACAddress=52:54:00:00:00:01')).toBe(true);
    expect(check({}).remedy).toMatchObject({ command: null, words: expect.stringContaining('PermanentMACAddress=') });
  });

  it('leaves alone what no file matches', () => {
    const others = [
      'Name=eth0',
      'Name=en* wl*',
      'Name=!blue vnet* at*',
      'Type=wlan',
      'PermanentMACAddress=52:54:00:00:00:01',
    ];
    expect(others.map((line) => takes(line))).toEqual(Array(5).fill(false));
    expect(takes('Type=ether', 'Kind=!*')).toBe(false);
    expect(takes('Name=*', 'Type=wlan')).toBe(false);
    expect(takes('Name=*', '[Link]', 'Unmanaged=yes')).toBe(false);
    expect(check({}).found).toBe('no .network file matches them');
  });

  it('ignores them after the remedy, and not a network that is created later', () => {
    const all = { '90-all.network': '[Match]\nName=*\n[Network]\nAddress=203.0.113.77/24\n' };
    const [, , line = ''] = check(all, 'blue').remedy?.command ?? [];
    const file = join(folder, 'etc', '00-atoll-unmanaged.network');
    const command = line.replace('/etc/systemd/network/00-atoll-unmanaged.network && networkctl reload', file);
    execFileSync('sh', ['-c', command]);
    expect(check({}, 'blue')).toMatchObject({ state: 'ok', found: 'ignores them', remedy: null });
    expect(check({}, 'blue green')).toMatchObject({
      state: 'warning',
      found: `${join(folder, 'etc/90-all.network')} matches them`,
    });
  });
});
