/** Outputs of the real tools (iproute2 6.15, nftables 1.1.3, libvirt 11.3), shortened. */

export const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const NETWORK = '0193a1b2-0000-7000-8000-000000000001';

/** `ip -j -d address` of a lab: lo, a sealed bridge with a tap, a VLAN, a bond, and what a filter skipped. */
export const LINKS = [
  {
    ifindex: 1,
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP'],
    mtu: 65536,
    link_type: 'loopback',
    address: '00:00:00:00:00:00',
    addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }],
  },
  {
    ifindex: 2,
    ifname: 'red',
    flags: ['BROADCAST', 'UP', 'LOWER_UP'],
    mtu: 1500,
    link_type: 'ether',
    address: '56:6f:00:00:00:01',
    ifalias: `atoll:${STORE}:${NETWORK}`,
    linkinfo: {
      info_kind: 'bridge',
      info_data: { stp_state: 0, forward_delay: 0, mcast_snooping: 0, vlan_filtering: 0, group_fwd_mask: '0xfff8' },
    },
    addr_info: [{ family: 'inet6', local: 'fe80::1', prefixlen: 64 }],
  },
  {
    ifindex: 3,
    ifname: 'vnet0',
    flags: ['UP'],
    mtu: 1500,
    link_type: 'ether',
    address: 'fe:6f:00:00:00:02',
    master: 'red',
    linkinfo: { info_kind: 'tun', info_data: { type: 'tap' }, info_slave_data: { group_fwd_mask: '0x4' } },
    addr_info: [],
  },
  {
    ifname: 'eth0.5',
    link: 'eth0',
    flags: ['UP'],
    mtu: 1500,
    link_type: 'ether',
    address: '02:00:00:00:00:03',
    linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 5 } },
    addr_info: [],
  },
  {
    ifname: 'bond0',
    flags: [],
    mtu: 1500,
    link_type: 'ether',
    linkinfo: { info_kind: 'bond', info_data: { mode: '802.3ad' } },
    addr_info: [{}],
  },
  {},
];

export const ROUTES = [
  { dst: 'default', gateway: '192.0.2.1', dev: 'eth0', protocol: 'static', flags: [], metric: 100 },
  { type: 'blackhole', dst: '10.0.0.0/8', dev: 'lo', flags: [] },
];

export const MONITOR = [
  '5: red: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group default ',
  'Deleted 7: vnet0@if2: <BROADCAST> mtu 1500 master red state UP group default ',
  '5: red    inet 10.0.0.1/24 scope global red',
  'multicast ff00::/8 dev red table local proto kernel metric 256 pref medium',
  '    link/ether 56:6f:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0',
];

const chain = {
  family: 'netdev',
  table: 'atoll_x',
  name: 'in_red',
  handle: 1,
  dev: 'red',
  type: 'filter',
  hook: 'ingress',
  prio: 0,
  policy: 'drop',
};
const metainfo = { version: '1.1.3', release_name: 'Commodore Bullmoose #4', json_schema_version: 1 };
export const NETDEV_TABLE = {
  nftables: [
    { metainfo },
    { table: { family: 'netdev', name: 'atoll_x', handle: 3, flags: ['dormant'] } },
    { chain },
    { chain: { ...chain, name: 'out_red', hook: 'egress' } },
    { rule: { family: 'netdev', table: 'atoll_x', chain: 'in_red', handle: 4, expr: [{ accept: null }] } },
  ],
};
export const RULES = {
  nftables: [
    { metainfo },
    { chain: { ...chain, table: 't', dev: ['vnet0', 'vnet1'] } },
    {
      rule: {
        family: 'netdev',
        table: 't',
        chain: 'p',
        handle: 2,
        expr: [{ fwd: { dev: 'eth0' } }, { dup: { addr: 'vnet0' } }],
      },
    },
  ],
};
export const BRIDGE_RULES = {
  nftables: [
    {
      rule: {
        family: 'bridge',
        table: 'b',
        chain: 'p',
        handle: 2,
        expr: [
          { match: { op: '==', left: { meta: { key: 'iifname' } }, right: { set: ['eth0', 'vnet0'] } } },
          { mangle: { key: { meta: { key: 'broute' } }, value: 1 } },
        ],
      },
    },
    { rule: { family: 'bridge', table: 'b', chain: 'p', handle: 3, expr: [{ queue: { num: 1 } }] } },
  ],
};
export const PROBE = {
  nftables: [
    { metainfo },
    {
      set: {
        family: 'netdev',
        name: 'seen',
        elem: [{ elem: { val: { concat: ['56:6f:00:00:00:01', 'arp'] }, counter: { packets: 2, bytes: 120 } } }],
      },
    },
    { counter: { name: 'sent_arp', packets: 3, bytes: 1 } },
  ],
};
export const FDB = [{ mac: '56:6f:00:00:00:07', ifname: 'vnet3', flags: [], master: 'red', state: '' }];
export const FILTERS = [
  { kind: 'clsact', handle: 'ffff:', dev: 'v0', parent: 'ffff:fff1' },
  { 'total acts': 1 },
  {
    protocol: 'all',
    pref: 49152,
    kind: 'u32',
    chain: 0,
    options: { fh: '800::800', actions: [{ order: 1, kind: 'mirred', mirred_action: 'mirror', to_dev: 'out' }] },
  },
  { actions: [{ order: 0, kind: 'mirred', to_dev: 'out' }] },
];

export const ID = '11111111-2222-4333-8444-555555555555';
const MARK = 'f00dcafe';
const domain = `<domain type='kvm' id='1'><name>web1</name><uuid>${ID}</uuid><title>Web 1</title><metadata><a:domain xmlns:a="urn:atoll:domain:1" store="${STORE}" vm="x"/></metadata><memory unit='KiB'>196608</memory><vcpu placement='static'>2</vcpu><devices><emulator>/usr/bin/qemu-system-x86_64</emulator><disk type='file' device='disk'><source file='/a'/></disk><interface type='bridge'><mac address='56:6F:00:00:00:01'/><source bridge='blue'/><target dev='vnet0'/><link state='down'/></interface><interface type='network'><mac address='52:54:00:00:00:01'/><source network='default' bridge='virbr0'/></interface></devices></domain>\n`;
export const VIRSH = [
  `\n${MARK}running (booted)\n\n${domain}${MARK}${ID}\n`,
  `${ID}\n${MARK}shut off (saved)\n\n${domain}${MARK}${ID}\n`,
];

export const FACTS =
  'root 0\nip ip utility, iproute2-6.15.0\nnft nftables v1.1.3\nvirsh 11.3.0\nkernel 6.12.1\nbridge yes\nlibvirtd qemu:///system\nkvm yes\ncalls 0\nforward policy accept\nsystemd yes\npackages apt-get\n';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIPR5y0cHS5CGPz6a7VnPzyzb0iQ5Mkw2Zz0AfM0v1p4l';
export const KNOWN_HOSTS = `web1 ssh-ed25519 ${KEY}\n|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 ${KEY}\n*.lab,!bad.lab,[web2]:2222 ssh-ed25519 ${KEY}\n@revoked * ssh-ed25519 ${KEY}\n@cert-authority *.lab ssh-rsa ${KEY} a comment\n# a comment\n`;

export const LABFILE = `format: atoll/lab-1
networks:
  - name: red
    mtu: 1500
    comment: "the first \\u0041"
vms:
  - name: web1
    memory: 256
    vnics:
      - network: red
  - name: web2
    vnics: [{ network: red, linked: false }]
`;

/** `find -printf '%y %s %b %P\0'` over the folder of a VM, and `stat` of a file elsewhere. */
export const FILE_LIST = 'f 197120 392 disk.qcow2\0f 540672 1056 vars.fd\0';
export const FILE_STATS = '5a1b9a0e-1:64769:131 1048576 2048\n';

/** `qemu-img info --output=json` of version 10. */
export const IMAGE_INFO = {
  children: [
    {
      name: 'file',
      info: { children: [], 'virtual-size': 197120, filename: '/a', format: 'file', 'actual-size': 200704 },
    },
  ],
  'virtual-size': 1048576,
  filename: '/a',
  'cluster-size': 65536,
  format: 'qcow2',
  'actual-size': 200704,
  'format-specific': {
    type: 'qcow2',
    data: { compat: '1.1', 'lazy-refcounts': false, 'refcount-bits': 16, corrupt: false },
  },
  'dirty-flag': false,
};

/** The first 512 bytes of what `qemu-img create -f qcow2` makes. */
export const QCOW2_HEADER = Buffer.alloc(512);
QCOW2_HEADER.write('514649fb00000003', 'hex');
QCOW2_HEADER.writeUInt32BE(16, 20);
QCOW2_HEADER.writeBigUInt64BE(1048576n, 24);
QCOW2_HEADER.writeUInt32BE(4, 96);
QCOW2_HEADER.writeUInt32BE(112, 100);

export const VIRSH_EVENTS = [
  'qemu:///system',
  "event 'lifecycle' for domain 'web1': Started Booted",
  "event 'agent-lifecycle' for domain 'web1': state: 'connected' reason: 'channel event'",
  'events received: 2',
];

export const DOMAIN_WITH_PARTS = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>web1</name><uuid>${ID}</uuid><memory unit='KiB'>196608</memory><vcpu>1</vcpu><os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type><loader readonly='yes' type='pflash'>/tmp/evil.fd</loader><nvram>/var/vars.fd</nvram></os><clock offset='utc'/><devices><emulator>/tmp/evil</emulator><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/disk'/><backingStore/><target dev='vda' bus='virtio'/></disk><serial type='file'><source path='/etc/cron.d/x' append='on'/><target port='0'/></serial><channel type='unix'><source mode='bind' path='/tmp/s'/><target type='virtio' name='x'/></channel><filesystem type='mount'><source dir='/'/><target dir='root'/></filesystem><hostdev mode='subsystem' type='usb'><source><vendor id='0x1'/></source></hostdev><interface type='network'><source network='default'/></interface></devices><qemu:commandline><qemu:arg value='-chardev'/></qemu:commandline></domain>`;

export const PACKET_SOCKETS =
  'sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n00000000a1b2c3d4 3      3    0003   2     1 0      0      12345\n';
export const SOCKET_OWNERS =
  'p_raw UNCONN 0      0                 *:red                    * users:(("tcpdump",pid=123,fd=3)) ino:12345 sk:1\n';
export const HELD_LINKS = '/proc/77/fdinfo/5:link_type:\ttcx\n/proc/77/fdinfo/5:ifindex:\t3\n';
export const BPF_NET = [
  {
    xdp: [{ devname: 'red', ifindex: 2, mode: 'driver', id: 9 }],
    tc: [{ devname: 'vnet0', ifindex: 3, kind: 'tcx/ingress', name: 'watch', prog_id: 10 }],
    flow_dissector: [],
  },
];

export const FORWARDS = {
  entries: [{ id: 1, proto: 'tcp', host_addr: '127.0.0.2', host_port: 8080, guest_addr: '10.0.2.100', guest_port: 80 }],
};

export const TOOLS =
  'ip ip utility, iproute2-6.15.0\nnft nftables v1.1.3 (Commodore Bullmoose #4)\nvirsh 11.3.0\ndhclient installed\n';
