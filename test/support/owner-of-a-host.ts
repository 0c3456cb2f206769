import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabShell } from '../../hosts/shells/lab';
import { type TinyGuest, ensureTinyGuest } from '../../hosts/tiny-guest/ensure';
import { GuestShell } from './guest-shell';

/** A VM as its owner has it, without Atoll. */
export interface OwnVm {
  readonly name: string;
  readonly id: string;
  readonly mac: string;
  readonly address: string;
}

/** On br-lab, whose host is 10.9.0.1 there. */
export const WEB: OwnVm = {
  name: 'web',
  id: '11111111-1111-4111-8111-111111111111',
  mac: '52:54:00:0a:00:02',
  address: '10.9.0.2/24',
};
export const DB: OwnVm = {
  name: 'db',
  id: '22222222-2222-4222-8222-222222222222',
  mac: '52:54:00:0a:00:03',
  address: '10.9.0.3/24',
};

/** What a person has on a host before Atoll comes: a bridge of his own with an address, and VMs on it by virsh. */
export class OwnerOfAHost {
  private readonly folder = mkdtempSync(join(tmpdir(), 'atoll-owner-'));
  private guest: TinyGuest | null = null;

  constructor(readonly shell: LabShell) {}

  async bridge(): Promise<void> {
    const script =
      'ip link add br-lab type bridge forward_delay 0 && ip address add 10.9.0.1/24 dev br-lab && ip link set br-lab up';
    await this.shell.script(script, []);
  }

  /** With parts that Atoll never writes: they must be there afterwards, each as it was. */
  async define({ name, id, mac, address }: OwnVm, more = ''): Promise<void> {
    this.guest ??= await ensureTinyGuest(this.folder);
    const { kernel, initrd } = this.guest;
    const xml = `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
      <name>own-${name}</name><uuid>${id}</uuid><title>${name}</title><description>made by hand &amp; kept</description>
      <metadata><own:note xmlns:own='urn:own:1' color='blue'>do not lose &lt;me&gt;</own:note></metadata>
      <memory unit='KiB'>200001</memory><vcpu>1</vcpu>
      <os><type arch='x86_64' machine='pc'>hvm</type><kernel>${kernel}</kernel><initrd>${initrd}</initrd>
        <cmdline>console=ttyS0 quiet atoll.name=${name} atoll.nic=${mac},${address}</cmdline></os>
      <features><acpi/><apic/></features><clock offset='localtime'/><on_crash>preserve</on_crash>
      <devices>
        <interface type='bridge'><mac address='${mac}'/><source bridge='br-lab'/><model type='e1000'/></interface>
        <interface type='user'><mac address='${mac.replace('52:54:00', '52:54:01')}'/><model type='rtl8139'/></interface>
        <serial type='unix'><source mode='bind' path='/run/atoll/own-${name}.serial'/></serial>
        <memballoon model='none'/>${more}
      </devices>
      <qemu:commandline><qemu:arg value='-name'/><qemu:arg value='mine'/></qemu:commandline>
    </domain>`;
    // e1000 is no module of the tiny guest; virtio is.
    await this.shell.script('cat | virsh -q define /dev/stdin', [], { stdin: xml.replace("'e1000'", "'virtio'") });
  }

  async start({ id, name }: OwnVm): Promise<GuestShell> {
    await this.shell.run(['virsh', '-q', 'start', id], { timeoutMs: 120_000 });
    const socket = await this.shell.connect(`/run/atoll/own-${name}.serial`);
    const guest = new GuestShell(name, {
      write: (text) => void socket.write(text),
      onText: (listener) => void socket.on('data', (bytes: Buffer) => listener(bytes.toString())),
      close: () => void socket.destroy(),
    });
    await guest.booted();
    return guest;
  }

  /** The definition, and the VM as it runs, without our mark. */
  async definitions({ id }: OwnVm): Promise<string[]> {
    const ask = async (...more: string[]): Promise<string> =>
      (await this.shell.run(['virsh', '-q', 'dumpxml', id, ...more])).stdout;
    const both = [await ask('--inactive'), await ask()];
    return both.map((xml) => xml.replace(/\s*<atoll:domain[^>]*?(\/>|>[\s\S]*?<\/atoll:domain>)/, ''));
  }

  async isMarked({ id }: OwnVm): Promise<boolean[]> {
    const ask = async (...more: string[]): Promise<boolean> =>
      (await this.shell.run(['virsh', '-q', 'dumpxml', id, ...more])).stdout.includes('urn:atoll:domain:1');
    return [await ask('--inactive'), await ask()];
  }

  async bridgeIs(name = 'br-lab'): Promise<{ alias: string | null; addresses: string[]; ports: string[] }> {
    const read = async (command: string): Promise<string> => (await this.shell.script(command, [name])).stdout.trim();
    const [alias, addresses, ports] = [
      await read('cat "/sys/class/net/$1/ifalias"'),
      await read('ip -j address show dev "$1"'),
      await read('ls "/sys/class/net/$1/brif"'),
    ];
    const [link] = JSON.parse(addresses) as Array<{ addr_info: Array<{ local: string }> }>;
    return {
      alias: alias === '' ? null : alias,
      addresses: (link?.addr_info ?? []).map(({ local }) => local),
      ports: ports.split(/\s+/).filter(Boolean),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
