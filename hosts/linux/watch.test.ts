import { expect, test } from 'vitest';
import { isAboutTap, readMonitorLine } from './watch';

test.each([
  ['5: red: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group default ', true],
  ['Deleted 5: red: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default ', true],
  ['7: vnet0@if2: <BROADCAST> mtu 1500 master red state UP group default ', true],
  ['5: red    inet 10.0.0.1/24 scope global red', true],
  ['multicast ff00::/8 dev red table local proto kernel metric 256 pref medium', true],
  ['1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default ', false],
  ['9: atp1a2b3ca@if2: <BROADCAST> mtu 1500 master red state UP group default ', false],
  ['9: atpdeadbea@if2: <BROADCAST> mtu 1500 master red state UP group default ', true],
  ['    link/ether 56:6f:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0', false],
  ['\tdev red', false],
  ['', false],
  ['[nsid current]5: red: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group default ', true],
  ['[nsid current]1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default ', false],
  ['[nsid current]    link/ether 56:6f:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0', false],
  ['[nsid 7]2: atw0000000000aa: <POINTOPOINT,NOARP> mtu 1420 qdisc noop state DOWN group default ', true],
  ['[nsid 7]Deleted unicast 10.255.0.2 dev atw0000000000aa table main proto boot scope link ', true],
  ['[nsid current]Deleted nsid 7 (iproute2 netns name: atoll-0000000000aa)', true],
  ['[nsid current]Deleted nsid 3 ', false],
  ['[nsid 3]5: eth0: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group default ', false],
])('reports %j as %s', (line, reported) =>
  expect(readMonitorLine(line, new Set(['atp1a2b3c']), 7) !== null).toBe(reported),
);

test.each([
  ['7: vnet0: <BROADCAST,MULTICAST,UP> mtu 1500 master red state UNKNOWN ', true],
  ['Deleted 7: vnet12@if2: <BROADCAST> mtu 1500 master red state UP group default ', true],
  ['multicast ff00::/8 dev vnet3 table local proto kernel metric 256 pref medium', true],
  [
    '5: red: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default event FEATURE CHANGE ',
    true,
  ],
  ['5: red: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group default ', false],
  ['5: red: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue master vnet1 state DOWN group default ', false],
  ['8: vnet0x: <BROADCAST> mtu 1500 state UP group default ', false],
  ['5: red    inet 10.0.0.1/24 scope global red', false],
  ['10.0.0.0/24 dev red proto kernel scope link src 10.0.0.1 ', false],
])('takes %j for one of a tap: %s', (line, isTap) => expect(isAboutTap(readMonitorLine(line) ?? '')).toBe(isTap));

test('takes no line of nft for one of a tap', () =>
  expect(isAboutTap('nft {"add": {"chain": {"table": "atoll_1", "dev": "vnet0"}}}')).toBe(false));
