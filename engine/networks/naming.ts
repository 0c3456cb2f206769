/** Linux limits an interface's name to 15 bytes (IFNAMSIZ less the closing zero); oVirt's rule is narrower than the kernel's. */
const FITS = /^[0-9a-zA-Z_][0-9a-zA-Z_-]{0,14}$/;

/** Files of /proc/sys/net/ipv6/conf that are no interfaces, the loopback, and keywords of `ip link`. */
const RESERVED = new Set(
  'lo all default dev name type up down help mtu address alias link master nomaster group show set add del'.split(' '),
);

/** Interface names of the kernel, udev or other tools (systemd.net-naming-scheme(7)). */
const TAKEN_BY_OTHERS: readonly RegExp[] = [
  /^(eth|usb|wlan|wwan|ib|lo|tap|tun|team|dummy|wg|ppp|sit|gre|ifb|macvtap|macvlan|ipvlan|vxlan|vlan|nlmon|out)\d+/i,
  // Predictable names: enp3s0, eno1, ens18, wlp2s0, and by MAC enx0123456789ab.
  /^(en|wl|ww|ib|sl)[a-z]\d/i,
  /^(en|wl|ww)x[0-9a-f]{12}$/i,
  /^(bond|veth|vnet|virbr|docker|br-|lxcbr|lxdbr|incusbr|cni|podman|flannel|cali|ovs-|cilium)/i,
  // iproute2 reads `if5` as the interface with index 5, and other tools read `5` so.
  /^(if)?\d+$/,
  // Ours: `atp` is a probe's end, `atm` the temporary name of a bridge that is being renamed, `ats` and 12 digits the port of a
  // network's DHCP and DNS server.
  /^at[pm]/i,
  /^ats[0-9a-f]{12}$/i,
];

/** Whether a network's own name can be its bridge's (rule O5). */
export function canBeBridge(name: string): boolean {
  return FITS.test(name) && !RESERVED.has(name.toLowerCase()) && !TAKEN_BY_OTHERS.some((pattern) => pattern.test(name));
}

/**
 * The bridge's name of a new network, permanent and the same on all hosts (rule O5): the network's own name if possible, else `on`
 * and 13 alphanumerics of the network's id. `isTaken` knows the bridges of all other networks.
 */
export function bridgeName(name: string, networkId: string, isTaken: (bridge: string) => boolean): string {
  if (canBeBridge(name) && !isTaken(name)) return name;
  const digits = networkId.replace(/[^0-9a-zA-Z]/g, '');
  // The first 13 digits of a version 7 UUID are all time, so networks created in one go share them; its end is random.
  for (let start = 0; start + 13 <= digits.length; start += 1) {
    const candidate = `on${digits.slice(start, start + 13)}`;
    if (!isTaken(candidate)) return candidate;
  }
  throw new Error(`no bridge name is left for the network ${networkId}`);
}
