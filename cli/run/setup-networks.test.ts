import { describe, expect, it } from 'vitest';
import { attachOf, bondOf } from './setup-networks';

describe('arguments of host setup-networks', () => {
  it('accept networks with their NIC and addresses, and isolated ones without', () => {
    expect(attachOf('blue')).toEqual({ network: 'blue', nic: null });
    expect(attachOf('red=eth1')).toEqual({ network: 'red', nic: 'eth1' });
    expect(attachOf('red=eth1,dhcp')).toEqual({ network: 'red', nic: 'eth1', ipv4: { kind: 'dhcp' } });
    expect(attachOf('red=bond0,address=192.0.2.10/24,gateway=192.0.2.1,address6=2001:db8::1/64')).toEqual({
      network: 'red',
      nic: 'bond0',
      ipv4: { kind: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' },
      ipv6: { kind: 'static', address: '2001:db8::1/64', gateway: null },
    });
  });

  it('accept bonds', () => {
    expect(bondOf('bond0=eth1+eth2')).toEqual({ name: 'bond0', nics: ['eth1', 'eth2'] });
    expect(bondOf('bond0=eth1+eth2,mode=802.3ad')).toEqual({ name: 'bond0', nics: ['eth1', 'eth2'], mode: '802.3ad' });
  });

  it.each(['red=', 'red=eth1,speed=fast', 'red=eth1,dhcp,address=192.0.2.1/24', 'red=eth1,gateway=192.0.2.1'])(
    'refuse %s',
    (text) => expect(() => attachOf(text)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', field: 'attach' })),
  );

  it.each(['bond0', 'bond0=eth1+eth2,speed=1'])('refuse %s', (text) =>
    expect(() => bondOf(text)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', field: 'bond' })),
  );
});
