import { describe, expect, it } from 'vitest';
import { readDeepCheck } from './deep-check';
import { readServers } from './observe';

const SOUND = 'name dnsmasq\nrights 0000000000000400\nconfined 1\n';

describe('the inside of a server', () => {
  it('is as it was made', () => {
    expect(readDeepCheck(`w ats1\n${SOUND}w ats2\n${SOUND}`, 'w')).toEqual(
      new Map([
        ['ats1', []],
        ['ats2', []],
      ]),
    );
  });

  it.each([
    ['+ interface eth1', 'the interface eth1 was added in its network namespace'],
    ['- address 10.9.0.254/24 on eth0', 'the address 10.9.0.254/24 on eth0 was removed in its network namespace'],
    ['+ route default via 10.9.0.1', 'the route default via 10.9.0.1 was added in its network namespace'],
    ['- forwarding of IPv4 0\n+ forwarding of IPv4 1', 'packets are forwarded in its network namespace'],
    ['- filter table inet services {\n- filter }', 'the packet filter in its network namespace was changed'],
    ['+ file names 1 2', 'its file names was changed'],
    ['+ process 4711 sh', 'another process is in its network namespace: 4711 sh'],
    ['+ user namespace of the host', 'it runs in the user namespace of the host'],
    ['? namespace', 'its network namespace can no longer be entered'],
    ['rights 000001ffffffffff', 'its process has other capabilities: 000001ffffffffff'],
    ['confined 0', 'its process can gain privileges'],
    ['name sh', 'its process is now sh'],
  ])('reports %j', (lines, fault) => {
    expect(readDeepCheck(`w ats1\n${SOUND}${lines}\n`, 'w').get('ats1')).toEqual([fault]);
  });

  it('does not pass control characters of a host on', () => {
    const [fault] = readDeepCheck(`w ats1\n${SOUND}+ process 1 a\u001b[2J\u202eb${'x'.repeat(500)}\n`, 'w').get(
      'ats1',
    )!;
    expect(fault).toMatch(/^another process is in its network namespace: 1 a\[2Jbx+$/);
    expect(fault!.length).toBeLessThan(200);
  });
});

describe('recorded servers', () => {
  it('have the leases of their own process, and nothing that is no lease', () => {
    const text = `server ats1 12 yes a1 b2
server ats2 13 no - -
/proc/12/root/run/leases:1700000000 56:6f:00:00:00:0a 10.9.0.10 
/proc/12/root/run/leases:0 12345 fd00::1 
/proc/12/root/run/leases:root:x:0:0
/proc/12/root/run/other:1700000000 56:6f:00:00:00:0a 10.9.0.11 
`;
    const { servers, leases } = readServers(text);
    expect(servers.get('ats1')).toEqual({ pid: '12', isRunning: true, settings: 'a1', records: 'b2', hasGuard: false });
    expect(servers.get('ats2')).toEqual({
      pid: '13',
      isRunning: false,
      settings: null,
      records: null,
      hasGuard: false,
    });
    expect([...leases]).toEqual([
      [
        '12',
        [
          { mac: '56:6f:00:00:00:0a', address: '10.9.0.10', expiresAt: 1_700_000_000_000 },
          { mac: null, address: 'fd00::1', expiresAt: null },
        ],
      ],
    ]);
  });
});
