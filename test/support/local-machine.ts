import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';

const go = new AbortController().signal;

/**
 * What a shared machine has and a lab has not: IPv6 is on, for new interfaces too; an /etc of its own, that outlives its power ($1:
 * where), with libvirt's part as the lab has it; and systemd, as far as can be seen. libvirtd reads its settings after it went to the
 * background, so it is asked something first: it would find the computer's own while the lab's lie aside.
 */
const SHARED = `
set -e
[ ! -d /etc/libvirt ] || virsh -q list >/dev/null
mkdir -p "$1/etc" "$1/work" "$1/aside" /run/systemd/system
[ ! -d /etc/libvirt ] || mount --move /etc/libvirt "$1/aside"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/work" /etc
[ ! -d /etc/libvirt ] || mount --move "$1/aside" /etc/libvirt
for which in all default; do echo 0 >/proc/sys/net/ipv6/conf/$which/disable_ipv6; done
`;

/**
 * A machine that stands for this computer: mount, network and pid namespaces with a libvirtd, in which everything that is done
 * to "this computer" is done. The real one's network is not touched.
 */
export class LocalMachine {
  private constructor(
    private readonly folder: string,
    private readonly lab: Lab,
  ) {}

  static async open(): Promise<LocalMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-machine-'));
    const machine = new LocalMachine(folder, new Lab(folder, randomUUID()));
    await machine.powerOn();
    return machine;
  }

  /** The hand that reaches into it without Atoll. */
  get shell(): LabShell {
    return new LabShell(this.lab);
  }

  /** What leads a command into it. */
  enter(): string[] {
    return ['nsenter', '-t', String(this.lab.enter().pid), '-m', '-n', '-p', '-r', '--'];
  }

  async powerOn(): Promise<void> {
    await this.lab.start(go);
    await this.shell.script(SHARED, [this.folder]);
  }

  /** As when the power goes: processes, bridges and taps are gone; what is on disk is not. */
  powerOff(): Promise<void> {
    return this.lab.stop(go);
  }

  async remove(): Promise<void> {
    await this.lab.remove(go);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
