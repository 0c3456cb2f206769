import { describe, expect, it } from 'vitest';
import type { IpLink } from './ip-json';
import { plainWords, portOptionsOf } from './port-options';

const bridge = (info_data = {}): IpLink => ({
  ifname: 'net1',
  flags: ['UP', 'LOWER_UP'],
  mtu: 1500,
  linkinfo: { info_kind: 'bridge', info_data: { stp_state: 0, forward_delay: 0, ...info_data } },
});
const tap = (data: Record<string, unknown>, more: Partial<IpLink> = {}): IpLink => ({
  ifname: 'vnet0',
  flags: ['UP', 'LOWER_UP'],
  operstate: 'UNKNOWN',
  mtu: 1500,
  master: 'net1',
  linkinfo: { info_kind: 'tun', info_slave_kind: 'bridge', info_slave_data: data },
  ...more,
});
/** As ip 6.15 prints it for a newly plugged port. */
const PLAIN = { state: 'forwarding', learning: true, flood: true, isolated: false, locked: false, mab: false };

describe('port options', () => {
  it('are default on a plain port, and on an old kernel without them', () => {
    expect(portOptionsOf(tap(PLAIN), bridge())).toEqual([]);
    expect(portOptionsOf(tap({}), bridge())).toEqual([]);
    expect(portOptionsOf(tap({ ...PLAIN, learning: 'on', isolated: 'off' }), bridge())).toEqual([]);
  });

  it('name both values', () => {
    expect(portOptionsOf(tap({ ...PLAIN, isolated: true, learning: 'off', backup_port: 'eth1' }), bridge())).toEqual([
      { name: 'isolated', wanted: 'off', actual: 'on' },
      { name: 'learning', wanted: 'on', actual: 'off' },
      { name: 'backup_port', wanted: 'none', actual: 'eth1' },
    ]);
  });

  it('include a tap that is down, but no NIC that is', () => {
    const down = [{ name: 'link', wanted: 'up', actual: 'down' }];
    expect(portOptionsOf(tap({ ...PLAIN, state: 'disabled' }, { flags: [] }), bridge())).toEqual(down);
    expect(plainWords(down)).toEqual({ isDown: true, switches: '', state: null });
    const nic = { info_slave_kind: 'bridge', info_slave_data: PLAIN };
    expect(portOptionsOf(tap(PLAIN, { flags: [], linkinfo: nic }), bridge())).toEqual([]);
  });

  it('report a port state only if someone set it', () => {
    const state = (value: string, more?: Partial<IpLink>, on = bridge()): string | undefined =>
      portOptionsOf(tap({ ...PLAIN, state: value }, more), on).find(({ name }) => name === 'state')?.actual;
    expect(state('blocking')).toBe('blocking');
    expect(state('disabled')).toBe('disabled');
    // No carrier, or down: set by the kernel.
    expect(state('disabled', { operstate: 'DOWN' })).toBeUndefined();
    expect(state('disabled', { flags: [] })).toBeUndefined();
    // In transition through STP or a delay: these are reported themselves.
    expect(state('listening', {}, bridge({ stp_state: 1 }))).toBeUndefined();
    expect(state('learning', {}, bridge({ forward_delay: 1500 }))).toBeUndefined();
    expect(state('learning')).toBe('learning');
  });

  it('are reset in one request, and the state in a separate one', () => {
    const options = portOptionsOf(tap({ ...PLAIN, locked: true, learning: false, state: 'blocking' }), bridge());
    expect(plainWords(options)).toEqual({ isDown: false, switches: 'locked off learning on', state: 'state 3' });
  });
});
