import { describe, expect, it } from 'vitest';
import type { Shell } from '../shell';
import { isBeforeTcx, listenerPoints, readBpfNet, readHeldLinks, readOwners, readPacketSockets } from './listeners';

/** Handwritten in the format of proc(5) and kernel 6.18: a socket of all protocols on link 2, and one of LLDP on all links. */
const PACKET = `sk               RefCnt Type Proto  Iface R Rmem   User   Inode
ffff8f1b0a3c1000 3      3    0003   2     1 0      0      41234
ffff8f1b0a3c2000 3      3    88cc   0     1 0      104    41235
`;
/** Handwritten in the format of ss of iproute2 6.15. */
const SS = `p_raw UNCONN 0 0 *:net1 * users:(("tcpdump",pid=713,fd=4)) ino:41234 sk:1 <->\n`;
/** In the format of bpftool 7.5 (bpftool-net(8)); not recorded: the test kernel has no BPF. */
const BPFTOOL = JSON.stringify([
  {
    xdp: [{ devname: 'eth0', ifindex: 9, mode: 'driver', id: 3 }],
    tc: [
      { devname: 'vnet0', ifindex: 3, kind: 'tcx/ingress', name: 'spy', prog_id: 28 },
      { devname: 'nk0', ifindex: 7, kind: 'netkit/peer', name: 'pass', prog_id: 29 },
    ],
    flow_dissector: [],
    netfilter: [],
  },
]);
/** In the format of bpf_tcx_link_fdinfo, as grep prints it; not recorded either. */
const FDINFO = `/proc/77/fdinfo/5:link_type:\ttcx
/proc/77/fdinfo/5:ifindex:\t3
/proc/77/fdinfo/6:link_type:\tperf_event
/proc/78/fdinfo/4:ifindex:\t2
`;
const LINKS = JSON.stringify([
  { ifindex: 2, ifname: 'net1', flags: [], mtu: 1500 },
  { ifindex: 3, ifname: 'vnet0', flags: [], mtu: 1500, master: 'net1' },
  { ifindex: 4, ifname: 'net2', flags: [], mtu: 1500 },
]);
const targets = ['net1', 'net2'].map((bridge) => ({ networkId: bridge, bridge, mtu: 1500 }));

/** A host on which the script prints these sections. */
function host({ packet = PACKET, packetExit = 0, kernel = '6.18.44', bpf = '', bpfExit = 127, fdinfo = '' }): Shell {
  return {
    name: 'node',
    run: ([tool]: readonly string[]) => Promise.resolve({ exit: 0, stderr: '', stdout: tool === 'ip' ? LINKS : SS }),
    script: (_script: string, [word]: readonly string[]) =>
      Promise.resolve({
        exit: 1,
        stderr: '',
        stdout: `${packet}\n${word} ${packetExit}\n${kernel}\n\n${word} 0\n${bpf}\n${word} ${bpfExit}\n${fdinfo}`,
      }),
  } as unknown as Shell;
}
const points = async (shell: Shell) =>
  (await listenerPoints(shell, targets, new AbortController().signal)).map((each) =>
    each.map(({ ok, evidence }) => ({ ok, evidence })),
  );

describe('packet sockets', () => {
  it('are read with link, protocol and owner', () => {
    expect(readPacketSockets(PACKET)).toEqual([
      { protocol: '0003', link: 2, user: '0', inode: '41234' },
      { protocol: '88cc', link: 0, user: '104', inode: '41235' },
    ]);
    expect(readOwners(SS)).toEqual(new Map([['41234', 'tcpdump (pid 713)']]));
  });

  it('on a bridge count against its network alone, with the program', async () => {
    const [[first], [second]] = (await points(host({}))) as [[object], [object]];
    expect(first).toEqual({ ok: false, evidence: 'packet sockets: tcpdump (pid 713) on net1' });
    expect(second).toMatchObject({ ok: true });
  });

  it('on all links count against each network', async () => {
    const all = PACKET.replace('0003   2 ', '0003   0 ');
    for (const [first] of await points(host({ packet: all })))
      expect(first).toEqual({ ok: false, evidence: 'packet sockets: tcpdump (pid 713) on all links' });
  });

  it('are none if the kernel has none, and unknown if it does not allow reading them', async () => {
    expect((await points(host({ packet: '' })))[0]?.[0]?.ok).toBe(true);
    expect((await points(host({ packet: '', packetExit: 1 })))[0]?.[0]).toMatchObject({
      ok: null,
      evidence: expect.stringContaining('could not be checked'),
    });
  });
});

describe('programs of BPF', () => {
  it('are found by bpftool, by the link that they are attached to', async () => {
    expect([...(readBpfNet(BPFTOOL) ?? [])]).toEqual([
      ['eth0', 'xdp'],
      ['vnet0', 'tcx/ingress spy'],
      ['nk0', 'netkit/peer pass'],
    ]);
    const [[, first], [, second]] = (await points(host({ bpf: BPFTOOL, bpfExit: 0 }))) as [
      [unknown, object],
      [unknown, object],
    ];
    expect(first).toEqual({ ok: false, evidence: 'attached: vnet0 (tcx/ingress spy)' });
    expect(second).toEqual({ ok: true, evidence: 'none on the bridge or its ports' });
  });

  it('are found without bpftool if a process holds them', async () => {
    expect(readHeldLinks(FDINFO)).toEqual(new Map([[3, 'tcx, kept by process 77']]));
    const [[, first], [, second]] = (await points(host({ fdinfo: FDINFO }))) as [[unknown, object], [unknown, object]];
    expect(first).toEqual({ ok: false, evidence: 'attached: vnet0 (tcx, kept by process 77)' });
    // Programs that no process holds open can still exist.
    expect(second).toMatchObject({ ok: null, evidence: expect.stringContaining('without bpftool') });
  });

  it('are unknown if bpftool answers in another format', async () => {
    expect(readBpfNet('Error: no')).toBeNull();
    expect((await points(host({ bpf: 'Error: no', bpfExit: 0 })))[0]?.[1]?.ok).toBeNull();
  });

  it('do not exist on kernels before tcx', async () => {
    expect(['5.15.0', '6.1.0-13-amd64', '6.5'].map(isBeforeTcx)).toEqual([true, true, true]);
    expect(['6.6.1', '6.12', '7.0', 'odd'].map(isBeforeTcx)).toEqual([false, false, false, false]);
    expect((await points(host({ kernel: '6.1.0-13-amd64' })))[0]?.[1]?.ok).toBe(true);
  });
});
