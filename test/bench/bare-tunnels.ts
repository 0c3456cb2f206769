import { spawn } from 'node:child_process';
import type { MeshHost, TunnelMesh } from '../support/tunnel-mesh';

/** Makes a bridge between two hosts by other means; it has the name of the guests that are plugged into it. */
export type BareTunnel = (mesh: TunnelMesh) => Promise<void>;

const script = (host: MeshHost, text: string, args: readonly string[] = []): Promise<unknown> =>
  host.machine.shell.script(text, args, { timeoutMs: 60_000 });

const BRIDGE = `
bridge() { ip link add "$1" type bridge stp_state 0 forward_delay 0 mcast_snooping 0 && echo 1 >/proc/sys/net/ipv6/conf/$1/disable_ipv6 && ip link set "$1" mtu 1370 up; }
`;

/** WireGuard and VXLAN as people set them up: both in the host's own namespace. */
export const BARE: BareTunnel = async ({ hosts }) => {
  const keys: string[] = [];
  for (const host of hosts) {
    const { stdout } = await host.machine.shell.script(WIREGUARD, [`10.254.0.${host.number}`]);
    keys.push(stdout.trim());
  }
  for (const [i, host] of hosts.entries()) {
    const other = hosts[1 - i];
    await script(host, VXLAN, [keys[1 - i] ?? '', other?.machine.address ?? '', `10.254.0.${other?.number ?? 0}`]);
  }
};

/** $1: the address in the tunnel. Prints the public key. */
const WIREGUARD = `
umask 077; mkdir -p /run/bare && wg genkey >/run/bare/key
ip link add name bwg0 type wireguard 2>/dev/null || {
  WG_PROCESS_FOREGROUND=1 LOG_LEVEL=error setsid wireguard-go -f bwg0 </dev/null >/dev/null 2>&1 &
  until [ -S /run/wireguard/bwg0.sock ] && [ -e /sys/class/net/bwg0 ]; do sleep 0.05; done
}
wg set bwg0 listen-port 51999 private-key /run/bare/key
ip address add "$1/24" dev bwg0; ip link set bwg0 mtu 1420 up
wg pubkey </run/bare/key
`;

/** $1: the other's key, $2: its address, $3: its address in the tunnel. */
const VXLAN = `${BRIDGE}
wg set bwg0 peer "$1" allowed-ips "$3/32" endpoint "$2:51999" persistent-keepalive 25
bridge bare
ip link add bvx0 type vxlan id 7 remote "$3" dstport 4790 dev bwg0
ip link set bvx0 mtu 1370 master bare up
`;

/** An sshd beside the usual one, which lets tunnels be made. $1: the host's folder. */
const SSHD = `/usr/sbin/sshd -f "$1/sshd_config" -p 2222 -o PermitTunnel=yes -o PidFile="$1/tunnels.pid"`;
/** `Tunnel` is before `-w`, which would set it to IP otherwise. */
const dial = (keyFile: string, { machine }: MeshHost, tap: number): string[] => [
  ...['ssh', '-N', '-p', '2222', '-i', keyFile],
  ...['Tunnel=ethernet', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'].flatMap((each) => ['-o', each]),
  ...['-w', `${tap}:${tap}`, `root@${machine.address}`],
];
/** $1: the tap, $2: the bridge. */
const TAKE = `
for i in $(seq 200); do [ -e "/sys/class/net/$1" ] && break; sleep 0.1; done
ip link set "$1" mtu 1370 master "$2" up
`;

/** One \`ssh -w\` from the first host to the second. */
export const SSH_TAP: BareTunnel = async ({ hosts, net }) => {
  const [one, other] = hosts;
  if (!one || !other) return;
  for (const host of hosts) await script(host, `${BRIDGE}\nbridge tap && ${SSHD}`, [host.machine.folder]);
  await script(one, 'setsid "$@" </dev/null >/dev/null 2>&1 &', dial(net.keyFile, other, 5));
  for (const host of [one, other]) await script(host, TAKE, ['tap5', 'tap']);
};

/**
 * One \`ssh -w\` to each host from here, where both taps are in a bridge: as a relay, but this computer sees every frame. Returns what
 * ends them. Needs the sshd that SSH_TAP has started.
 */
export async function hub({ hosts, net }: TunnelMesh): Promise<() => void> {
  await net.underlay.shell.script(`${BRIDGE}\nbridge hub`, []);
  const calls = hosts.map((host) => {
    const [command = '', ...args] = dial(net.keyFile, host, 10 + host.number);
    return spawn(command, args, { stdio: 'ignore' });
  });
  for (const host of hosts) {
    const tap = `tap${10 + host.number}`;
    await script(host, `${BRIDGE}\nbridge hub\n${TAKE}`, [tap, 'hub']);
    await net.underlay.shell.script(TAKE, [tap, 'hub']);
  }
  return () => calls.forEach((call) => call.kill());
}
