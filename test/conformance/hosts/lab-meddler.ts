import type { ImportedLines } from '../../../contract';
import { sealTable } from '../../../hosts/linux/seal';
import { serversFolder } from '../../../hosts/linux/services/scripts';
import { tunnelDevice, tunnelNamespace } from '../../../hosts/linux/stretch/names';
import type { Shell } from '../../../hosts/shell';
import type { Meddler } from './kind';

/** Kills the QEMU of the VM $1 (the shell that runs this has the id on its command line too). */
const KILL_QEMU = `
for process in /proc/[0-9]*; do
  case $(readlink "$process/exe") in
    */qemu*) grep -q -- "$1" "$process/cmdline" && kill -9 "\${process#/proc/}" && exit 0 ;;
  esac
done
exit 1
`;

/** Reads the pid of the server behind the port $2. */
const SERVER_PID = 'read -r pid _ <"$1/$2.pid"';

let peers = 0;

/** Outside changes in a lab: `ip`, `nft` and `kill`, run inside it, independent of the driver. */
export function labMeddler(shell: Shell, storeId: string): Meddler {
  const ip = async (...args: string[]): Promise<void> => void (await shell.run(['ip', ...args]));
  const nft = async (text: string): Promise<void> => void (await shell.run(['nft', '-f', '-'], { stdin: text }));
  return {
    deleteBridge: (bridge) => ip('link', 'delete', 'dev', bridge),
    renameBridge: (from, to) => ip('link', 'set', 'dev', from, 'name', to),
    addAddress: (bridge, address) => ip('address', 'add', address, 'dev', bridge),
    flushSeal: () => nft('flush ruleset\n'),
    loosenSeal: (bridge) => nft(accepting(sealTable(storeId), bridge)),
    setBridgeUp: (bridge, up) => ip('link', 'set', 'dev', bridge, up ? 'up' : 'down'),
    async switchIpv6On(bridge) {
      await shell.script('echo 0 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"', [bridge]);
    },
    setAlias: (bridge, alias) => ip('link', 'set', 'dev', bridge, 'alias', alias),
    setMtu: (bridge, mtu) => ip('link', 'set', 'dev', bridge, 'mtu', String(mtu)),
    setMaster: (link, bridge) =>
      ip('link', 'set', 'dev', link, ...(bridge === null ? ['nomaster'] : ['master', bridge])),
    setPortOption: (link, name, value) => ip('link', 'set', 'dev', link, 'type', 'bridge_slave', name, value),
    setPortUp: (link, up) => ip('link', 'set', 'dev', link, up ? 'up' : 'down'),
    async addForeignBridge(name, alias) {
      await ip('link', 'add', 'name', name, 'type', 'bridge');
      if (alias !== null) await ip('link', 'set', 'dev', name, 'alias', alias);
      await ip('link', 'set', 'dev', name, 'up');
    },
    async addForeignVm({ id, name }, nics, { running = false, owner, lines }) {
      const cards = nics.map(
        ({ mac, bridge }) =>
          `<interface type="bridge"><mac address="${mac}"/><source bridge="${bridge}"/><model type="e1000"/></interface>`,
      );
      const mark =
        owner === undefined ? '' : `<metadata><a:domain xmlns:a="urn:atoll:domain:1" store="${owner}"/></metadata>`;
      const xml = `<domain type="qemu"><name>own-${id}</name><uuid>${id}</uuid><title>${name}</title>${mark}
        <memory unit="MiB">64</memory><vcpu>1</vcpu><os><type>hvm</type></os><devices>${cards.join('')}${linesXml(lines)}</devices></domain>`;
      await shell.script('cat | virsh -q define /dev/stdin', [], { stdin: xml });
      if (running) await shell.run(['virsh', '-q', 'start', id]);
    },
    async addNic(name) {
      peers += 1;
      // Systemd gives a new interface another MAC address, some time later, unless it was given one.
      const mac = (end: string): string => `02:00:5e:00:${end}:${(peers % 256).toString(16).padStart(2, '0')}`;
      const peer = ['peer', 'name', `cf-peer${peers}`, 'address', mac('02')];
      await ip('link', 'add', 'name', name, 'address', mac('01'), 'type', 'veth', ...peer);
      await ip('link', 'set', 'dev', `cf-peer${peers}`, 'up');
      await ip('link', 'set', 'dev', name, 'up');
    },
    async killServer(port) {
      await shell.script(`${SERVER_PID} && kill -9 "$pid"`, [serversFolder(sealTable(storeId)), port]);
    },
    async changeServer(port) {
      const script = `${SERVER_PID} && nsenter -t "$pid" -n ip address add 192.0.2.77/32 dev eth0`;
      await shell.script(script, [serversFolder(sealTable(storeId)), port]);
    },
    async openServer(port) {
      await shell.script(`${SERVER_PID} && nsenter -t "$pid" -n nft flush ruleset`, [
        serversFolder(sealTable(storeId)),
        port,
      ]);
    },
    deleteTunnel: () => ip('netns', 'delete', tunnelNamespace(storeId)),
    async changeTunnel() {
      await ip('-n', tunnelNamespace(storeId), 'route', 'add', '192.0.2.0/24', 'dev', tunnelDevice(storeId));
    },
    changeEnd: (port, fault) =>
      fault === null
        ? ip('link', 'delete', 'dev', port)
        : ip('link', 'set', 'dev', port, 'type', 'vxlan', 'remote', '192.0.2.9'),
    async killVm(vmId) {
      await shell.script(KILL_QEMU, [vmId]);
    },
  };
}

/** A serial port and a display as virt-manager defines them. */
function linesXml(lines: ImportedLines | undefined): string {
  if (lines === undefined) return '';
  const display = `<graphics type="${lines.screen}" autoport="yes" listen="127.0.0.1"/><video><model type="vga"/></video>`;
  return `${lines.console ? '<serial type="pty"/>' : ''}${lines.screen === 'none' ? '' : display}`;
}

/** Both chains of a bridge, recreated with a policy that lets everything through. */
function accepting(table: string, bridge: string): string {
  const sides = { in_: 'ingress', out_: 'egress' } as const;
  return Object.entries(sides)
    .map(([prefix, hook]) => {
      const chain = `netdev ${table} ${prefix}${bridge}`;
      return `delete chain ${chain}\nadd chain ${chain} { type filter hook ${hook} device "${bridge}" priority 0; policy accept; }\n`;
    })
    .join('');
}
