import type { IpLink } from './ip-json';

/** Where the kernel has a folder for each interface (Documentation/ABI/testing/sysfs-class-net). */
export const SYSFS_NET = '/sys/class/net';

/** Asks for the speed of every NIC and bond. */
export const ALL_NICS: readonly string[] = ['*'];

/**
 * A part of the observation's script: prints name, MAC address and speed of the links of NICs and bonds, without a process. Only NICs
 * have a device. To read the speed of a NIC without a link fails. $1: the folder; then the names of those to ask for, or `*`: to find
 * them among 3,000 taps takes longer than all else that is read of these.
 */
export const LOOK_AT_SPEEDS = `
look_at_speeds() {
  folder=$1; shift
  [ "$*" != '*' ] || set -- "$folder"/*
  for nic; do
    nic=$folder/\${nic##*/}
    [ -e "$nic/device" ] || [ -e "$nic/bonding" ] || continue
    { read -r mac <"$nic/address" && read -r speed <"$nic/speed" && printf '%s %s %s\\n' "\${nic##*/}" "$mac" "$speed"; } 2>/dev/null
  done
  true
}
`;

/** What a driver reports that does not know it: -1, and on old kernels the same in 16 bits. */
const UNKNOWN = 65_535;

/**
 * The speed of each link in megabits per second, by its name. /sys may be that of another network namespace, so a speed counts only
 * for the MAC address that it was read beside.
 */
export function readSpeeds(text: string, links: readonly IpLink[]): Map<string, number> {
  const macs = new Map(links.map(({ ifname, address }) => [ifname, address]));
  const speeds = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name = '', mac = '', speed = ''] = line.split(' ');
    const mbps = /^[1-9][0-9]{0,7}$/.test(speed) ? Number(speed) : UNKNOWN;
    if (mbps !== UNKNOWN && macs.get(name) === mac) speeds.set(name, mbps);
  }
  return speeds;
}
