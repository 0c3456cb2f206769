import {
  AppError,
  type Cdrom,
  DEFAULT_HARDWARE,
  type DiskFormat,
  type VmDefinition,
  note,
  run,
} from '../../../contract';
import type {
  ConsoleLine,
  CopyProgress,
  Disposal,
  GuestInfo,
  ScreenLine,
  VmDriver,
  VmMover,
  VmSpec,
  DriverVerb,
  VnicSpec,
} from '../../../engine/ports/host-driver';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { Adoption } from './adoption';
import { diskFormat, prepareBoot, type BootContext } from './boot-files';
import { vmDiskDir } from './folder';
import { LinuxCopies } from './copies';
import { LinuxDisks, prepareDisks } from './data-disks';
import { openSerial } from './console';
import { domainName, fallbackName } from './domain-name';
import { describeDefinition } from './definition';
import { domainXml } from './domain-xml';
import { storeOf } from './mark-xml';
import { pingFromGuest, readGuest } from './guest-agent';
import { LiveVnics } from './live-vnics';
import { changeMedium, type MediaContext } from './media';
import { LinuxMover } from './mover';
import { forgetDefinitions, keptDefinition } from './kept-definition';
import { ensureUnpluggedBridge } from './unplugged-bridge';
import { Removal } from './removal';
import { SavedMemory } from './saved-memory';
import { openVnc } from './screen';
import { LinuxSnapshots } from './snapshots';
import { LinuxVerbs } from './verbs';
import { definitionAndFile, dumpXml, noSuchVm, virsh, virshWithXml } from './virsh';
import { child, isSameXml, setText, text, withXml } from './xml';

export interface VirshOptions extends Pick<BootContext, 'diskDir' | 'tinyGuest' | 'baseImage' | 'copyToHost'> {
  readonly storeId: string;
  /** Creates the folders that VMs need, if they do not exist. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  /** The host's folder with copies of files of the engine's computer; null if it sees the files directly. */
  readonly broughtDir: string | null;
  /** The host's absolute folder for the VMs' serial logs. */
  readonly logDir: string;
  /** Whether QEMU there can't open files of users by their paths. */
  readonly lendsFiles?: boolean;
  /** Whether KVM works there. */
  accelerated(): Promise<boolean>;
}

/** Manages the VMs of a host through its libvirt, so that virt-manager and Cockpit see the same VMs. */
export function createVirshDriver(shell: Shell, options: VirshOptions): VmDriver {
  return new VirshDriver(shell, options);
}

class VirshDriver implements VmDriver {
  private readonly openLines = new Set<string>();
  private readonly boot: MediaContext;
  readonly mover: VmMover;
  readonly disks: LinuxDisks;
  readonly copies: LinuxCopies;
  readonly snapshots: LinuxSnapshots;
  private readonly memory: SavedMemory;
  private readonly vnics: LiveVnics;
  private readonly adoption: Adoption;
  private readonly verbs: LinuxVerbs;
  private readonly removal: Removal;

  constructor(
    private readonly shell: Shell,
    private readonly options: VirshOptions,
  ) {
    this.snapshots = new LinuxSnapshots(shell, options.diskDir);
    this.memory = new SavedMemory(shell, options.diskDir);
    this.verbs = new LinuxVerbs(shell, this.memory);
    this.boot = {
      shell,
      diskDir: options.diskDir,
      tinyGuest: (signal) => options.tinyGuest(signal),
      baseImage: (path, signal, progress) => options.baseImage(path, signal, progress),
      copyToHost: options.copyToHost,
      lendsFiles: options.lendsFiles ?? false,
    };
    const prepare = async (signal: AbortSignal): Promise<void> => options.prepare?.(signal);
    const requireOurs = (xml: string, vmId: string): void => this.requireOurs(xml, vmId);
    this.disks = new LinuxDisks(this.boot, { prepare, requireOurs });
    const { storeId } = options;
    this.adoption = new Adoption(shell, { storeId, requireOurs });
    this.removal = new Removal({
      ...{ shell, diskDir: options.diskDir, requireOurs },
      ...{ adoption: this.adoption, snapshots: this.snapshots, verbs: this.verbs },
      serialLog: (vmId) => this.serialLog(vmId),
    });
    this.vnics = new LiveVnics(shell, { storeId, ourXml: (...args) => this.ourXml(...args) });
    const defineFrom = (xml: string, spec: VmSpec, signal: AbortSignal): Promise<void> =>
      this.defineCopy(xml, spec, signal);
    this.copies = new LinuxCopies({ ...this.boot, disks: this.disks, defineFrom, requireOurs });
    this.mover = new LinuxMover({
      shell,
      diskDir: options.diskDir,
      broughtDir: options.broughtDir,
      prepare,
      baseImage: (path, signal) => options.baseImage(path, signal),
      defineFrom,
      requireOurs,
      serialLog: (vmId) => this.serialLog(vmId),
    });
  }

  async define(spec: VmSpec, signal: AbortSignal, progress?: CopyProgress): Promise<void> {
    const isImported = spec.boot.kind === 'imported';
    // An imported VM's log is its owner's.
    if (!isImported) await this.options.prepare?.(signal);
    const needed = { folder: isImported ? null : this.options.logDir, file: this.snapshots.staleFile(spec.id) };
    const { xml: existing, exists: isStale } = await definitionAndFile(this.shell, spec.id, needed, signal);
    if (existing !== null) this.requireOurs(existing, spec.id);
    if (isImported) return this.redefine(existing, spec, signal);
    if (isStale) await this.snapshots.reap(spec.id, signal);
    if (existing === null) return this.defineNew(spec, signal, progress);
    await this.defineFrom(existing, spec, false, signal, progress);
    await this.rename(existing, spec, signal);
  }

  /** A VM that this host does not have: created, or defined as it was when it was removed. */
  private async defineNew(spec: VmSpec, signal: AbortSignal, progress?: CopyProgress): Promise<void> {
    const { storeId } = this.options;
    const kept = await keptDefinition(this.shell, this.options, { vmId: spec.id, storeId }, signal);
    await this.defineFrom(kept, spec, true, signal, progress);
    if (kept !== null) await forgetDefinitions(this.shell, this.options, [spec.id], signal);
  }

  /** An imported VM: written only if our part of it is not as desired. Only its creator could create it again. */
  private async redefine(existing: string | null, spec: VmSpec, signal: AbortSignal): Promise<void> {
    if (existing === null)
      throw new AppError('NOT_FOUND', `The imported VM ${spec.name} is no longer defined on ${this.shell.name}`, {
        remedy: run(
          'vms.forget',
          { vm: spec.name },
          'Define it there again with virsh define, or let Atoll forget it.',
        ),
      });
    if (spec.vnics.some((vnic) => vnic.bridge === null)) await ensureUnpluggedBridge(this.shell, signal);
    const context = {
      storeId: this.options.storeId,
      accelerated: false,
      boot: await prepareBoot(this.boot, spec, signal),
      folder: vmDiskDir(this.options, spec.id),
      serialLog: this.serialLog(spec.id),
    };
    const xml = domainXml(existing, spec, context);
    if (isSameXml(existing, xml)) return;
    await virshWithXml(this.shell, ['define', '/dev/stdin'], xml, { signal });
  }

  adopt(
    vmId: string,
    vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>,
    signal: AbortSignal,
    from?: string,
  ): Promise<void> {
    return this.adoption.adopt(vmId, vnics, signal, from);
  }

  whyNotAdopted(vmId: string, signal: AbortSignal): Promise<string | null> {
    return this.adoption.whyNotAdopted(vmId, signal);
  }

  release(vmId: string, signal: AbortSignal, to?: string): Promise<void> {
    return this.adoption.release(vmId, signal, to);
  }

  /** A VM that this host does not have, from the definition of another one, or of another host. */
  private async defineCopy(xml: string, spec: VmSpec, signal: AbortSignal): Promise<void> {
    await this.snapshots.reap(spec.id, signal);
    await this.shell.run(['mkdir', '-p', '--', this.options.logDir], { signal });
    await this.defineFrom(xml, spec, true, signal);
  }

  /**
   * `existing`: the definition to change; `isNew`: this host has none of it. What libvirt has already is not defined again. The folder of
   * serial logs exists.
   */
  private async defineFrom(
    existing: string | null,
    spec: VmSpec,
    isNew: boolean,
    signal: AbortSignal,
    progress?: CopyProgress,
  ): Promise<void> {
    if (spec.vnics.some((vnic) => vnic.bridge === null)) await ensureUnpluggedBridge(this.shell, signal);
    const boot = await prepareBoot(this.boot, spec, signal, progress);
    const dataDisks = await prepareDisks(this.boot, spec, signal);
    const context = {
      storeId: this.options.storeId,
      accelerated: await this.options.accelerated(),
      boot,
      dataDisks,
      folder: vmDiskDir(this.options, spec.id),
      serialLog: this.serialLog(spec.id),
    };
    const xml = domainXml(existing, spec, context);
    if (existing !== null && !isNew && isSameXml(existing, xml)) return;
    await this.defineXml(xml, spec, isNew, signal);
  }

  diskFormat(vmId: string, path: string, signal: AbortSignal): Promise<DiskFormat> {
    return diskFormat(this.shell, vmId, path, signal);
  }

  act(vmId: string, verb: DriverVerb, signal: AbortSignal): Promise<void> {
    return this.verbs.act(vmId, verb, signal);
  }

  remove(vmId: string, disks: Disposal, signal: AbortSignal): Promise<string[]> {
    return this.removal.remove(vmId, disks, signal);
  }

  untrash(vmId: string, signal: AbortSignal): Promise<void> {
    return this.removal.untrash(vmId, signal);
  }

  emptyTrash(vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    return this.removal.emptyTrash(vmIds, signal);
  }

  plug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    return this.vnics.plug(vmId, vnic, signal);
  }

  unplug(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    return this.vnics.unplug(vmId, vnic, signal);
  }

  update(vmId: string, vnic: VnicSpec, signal: AbortSignal): Promise<void> {
    return this.vnics.update(vmId, vnic, signal);
  }

  async changeMedium(vmId: string, cdrom: Cdrom, signal: AbortSignal, progress?: CopyProgress): Promise<void> {
    const live = await this.ourXml(vmId, 'live', signal);
    const inactive = await this.ourXml(vmId, 'inactive', signal);
    await changeMedium(this.boot, { id: vmId, live, inactive }, cdrom, signal, progress);
  }

  pingFrom(vmId: string, address: string, signal: AbortSignal): Promise<boolean | null> {
    return pingFromGuest(this.shell, { vmId, address }, signal);
  }

  async definition(vmId: string, signal: AbortSignal): Promise<VmDefinition | null> {
    const xml = await dumpXml(this.shell, vmId, 'inactive', signal);
    return xml === null ? null : describeDefinition(xml);
  }

  guest(vmId: string, signal: AbortSignal): Promise<GuestInfo | null> {
    return readGuest(this.shell, vmId, signal);
  }

  async openConsole(vmId: string, signal: AbortSignal): Promise<ConsoleLine> {
    if (this.openLines.has(vmId))
      throw new AppError('CONFLICT', 'The serial line of this VM is already open', {
        remedy: note('It takes one reader at a time.'),
      });
    this.openLines.add(vmId);
    try {
      const line = await openSerial(this.shell, vmId, this.serialLog(vmId), signal);
      line.onClose(() => this.openLines.delete(vmId));
      return line;
    } catch (error) {
      this.openLines.delete(vmId);
      throw error;
    }
  }

  openScreen(vmId: string, signal: AbortSignal): Promise<ScreenLine> {
    return openVnc(this.shell, vmId, signal);
  }

  private serialLog(vmId: string): string {
    return `${this.options.logDir}/${vmId}.log`;
  }

  /** Another VM of this host can already have the name (names are unique in a data center, domains on a host). */
  private async defineXml(xml: string, spec: VmSpec, isNew: boolean, signal: AbortSignal): Promise<void> {
    const result = await virshWithXml(this.shell, ['define', '/dev/stdin'], xml, { signal, okExits: 'any' });
    if (result.exit === 0) return;
    if (MACHINE_UNKNOWN.test(result.stderr)) throw noSuchMachine(this.shell.name, spec);
    if (!isNew || !/already exists with uuid|already defined/i.test(result.stderr))
      throw new CommandError(this.shell.name, ['virsh', 'define'], result.exit, result.stderr);
    const renamed = withXml(xml, (document) => {
      setText(child(document.root, 'name'), fallbackName(spec.id));
      return document.toString({ format: false, noDeclaration: true });
    });
    await virshWithXml(this.shell, ['define', '/dev/stdin'], renamed, { signal });
  }

  /** Renames the domain with the VM if libvirt allows it (not while it runs); the title always has the real name. */
  private async rename(existing: string, spec: VmSpec, signal: AbortSignal): Promise<void> {
    const now = withXml(existing, ({ root }) => text(root, 'name'));
    const wanted = domainName(spec.id, spec.name);
    if (now === wanted || now === fallbackName(spec.id)) return;
    await virsh(this.shell, ['domrename', spec.id, wanted], { signal, okExits: 'any' });
  }

  private async ourXml(vmId: string, which: 'live' | 'inactive', signal: AbortSignal): Promise<string> {
    const xml = await dumpXml(this.shell, vmId, which, signal);
    if (xml === null) throw noSuchVm(vmId, this.shell);
    this.requireOurs(xml, vmId);
    return xml;
  }

  private requireOurs(xml: string, vmId: string): void {
    const owner = withXml(xml, ({ root }) => storeOf(root));
    if (owner === this.options.storeId) return;
    throw new AppError(
      'CONFLICT',
      `The VM ${vmId} on ${this.shell.name} does not have this Atoll's mark, and was left alone`,
      {
        remedy: note('It belongs to another Atoll, or its metadata was removed.'),
      },
    );
  }
}

/** How libvirt refuses a machine type that the host's QEMU does not have. */
const MACHINE_UNKNOWN =
  /does not support machine type|machine type '[^']*' is not|the machine '[^']*' is not supported/i;

const noSuchMachine = (host: string, { name, hardware = DEFAULT_HARDWARE }: VmSpec): AppError =>
  new AppError(
    'NOT_SUPPORTED',
    `The QEMU of ${host} does not have the machine type of "${name}", ${hardware.machine}`,
    {
      rule: 'HARDWARE',
      field: 'hardware.machine',
      remedy: note('Choose the other machine type while the VM is down.'),
    },
  );
