import type { XmlElement } from 'libxml2-wasm';
import {
  AppError,
  Appliance,
  type ApplianceDisk,
  DiskBus,
  Hardware,
  MAX_CDROMS,
  MAX_DISKS,
  NicModel,
  note,
} from '../../contract';
import { bad } from './bad';
import { plain } from './plain';
import { attribute, child, children, descendants, value, withOvf } from './ovf-xml';

/** Kinds of devices in CIM's numbers (DSP0243, CIM_ResourceAllocationSettingData.ResourceType). */
const CPU = 3;
const MEMORY = 4;
const NIC = 10;
const FLOPPY = 14;
const DRIVES: readonly number[] = [15, 16];
const DISK = 17;
const USB = 23;
const VIDEO = 24;
const SOUND = 35;
/** Controllers are created as disks need them. */
const CONTROLLERS: readonly number[] = [5, 6, 20];

const MIB = 1_048_576;
const MAX_NICS = 28;

/** One device of the virtual hardware. */
interface Item {
  readonly kind: number;
  readonly id: string;
  readonly parent: string | null;
  readonly subtype: string;
  readonly name: string;
  readonly at: number;
  readonly element: XmlElement;
}

/** The VM that a description contains, and the sums of no file. Throws BAD_INPUT or NOT_SUPPORTED. */
export function readOvf(text: string, shown: string): Appliance {
  return withOvf(text, shown, (envelope) => {
    const system = systemOf(envelope, shown);
    const hardware = child(system, 'VirtualHardwareSection');
    if (hardware === null) throw bad(shown, 'it describes no virtual hardware');
    const leftOut: string[] = [];
    const items = itemsOf(envelope, hardware);
    const vbox = descendants(system, 'Machine')[0] ?? null;
    const disks = disksOf({ envelope, items, shown, leftOut });
    const nics = items.filter(({ kind }) => kind === NIC);
    const drives = items.filter(({ kind }) => DRIVES.includes(kind));
    if (nics.length > MAX_NICS) leftOut.push(`${nics.length - MAX_NICS} NICs`);
    if (drives.length > MAX_CDROMS) leftOut.push(`${drives.length - MAX_CDROMS} CD drives`);
    leaveOut({ envelope, system, items, leftOut });
    const described = {
      name: nameOf(system, shown),
      comment: plain(value(child(system, 'AnnotationSection'), 'Annotation') ?? '', 1000),
      memoryMiB: memoryOf(items),
      cpus: quantity(items.find(({ kind }) => kind === CPU)) ?? 1,
      firmware: firmwareOf(system, vbox),
      tpm: attribute(system, 'tpm') === '2.0' || hasTpm(items, vbox) ? '2.0' : 'none',
      sound: soundOf(items, leftOut),
      nicModel: nicModelOf(nics, leftOut),
      disks,
      cdroms: Math.min(drives.length, MAX_CDROMS),
      nics: nics.slice(0, MAX_NICS).map(({ element }) => ({ network: networkOf(element) })),
      leftOut: [...new Set(leftOut)].slice(0, 100),
    };
    const checked = Appliance.safeParse(described);
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    throw bad(shown, `${issue?.path.join('.') ?? 'a value'} ${issue?.message ?? 'is out of range'}`);
  });
}

function systemOf(envelope: XmlElement, shown: string): XmlElement {
  const system = child(envelope, 'VirtualSystem');
  const collected = child(envelope, 'VirtualSystemCollection');
  if (system !== null && collected === null) return system;
  const inside = collected === null ? [] : descendants(collected, 'VirtualSystem');
  const [only] = inside;
  if (system === null && inside.length === 1 && only !== undefined) return only;
  if (collected === null) throw bad(shown, 'it describes no VM');
  throw new AppError('NOT_SUPPORTED', `${shown} describes ${inside.length} VMs`, {
    field: 'path',
    remedy: note('Export each VM to a file of its own.'),
  });
}

function nameOf(system: XmlElement, shown: string): string {
  const stated = plain(value(system, 'Name') ?? attribute(system, 'id') ?? '', 200);
  const file = plain(
    shown
      .split('/')
      .at(-1)
      ?.replace(/\.ov[af]$/i, '') ?? '',
    200,
  );
  return stated || file || 'imported';
}

/** Those of the default configuration; a range (`ovf:bound`) is no device. */
function itemsOf(envelope: XmlElement, hardware: XmlElement): Item[] {
  const configurations = children(child(envelope, 'DeploymentOptionSection'), 'Configuration');
  const chosen = configurations.find((each) => attribute(each, 'default') === 'true') ?? configurations[0];
  const configuration = chosen === undefined ? null : attribute(chosen, 'id');
  return [
    ...children(hardware, 'Item'),
    ...children(hardware, 'StorageItem'),
    ...children(hardware, 'EthernetPortItem'),
  ]
    .filter((element) => attribute(element, 'bound') === null)
    .filter((element) => {
      const only = attribute(element, 'configuration');
      return only === null || configuration === null || only.split(/\s+/).includes(configuration);
    })
    .map((element) => ({
      kind: Number(value(element, 'ResourceType') ?? '0'),
      id: value(element, 'InstanceID') ?? value(element, 'InstanceId') ?? '',
      parent: value(element, 'Parent'),
      subtype: plain(value(element, 'ResourceSubType') ?? '', 60),
      name: plain(value(element, 'ElementName') ?? value(element, 'Caption') ?? '', 60),
      at: Number(value(element, 'AddressOnParent') ?? '0'),
      element,
    }));
}

/** In the order of their controllers and places, which is that of booting. */
function disksOf({
  envelope,
  items,
  shown,
  leftOut,
}: { envelope: XmlElement; items: readonly Item[]; shown: string } & {
  leftOut: string[];
}): ApplianceDisk[] {
  const found = items.filter(({ kind }) => kind === DISK);
  if (found.length > MAX_DISKS) throw bad(shown, `it has ${found.length} disks; the maximum is ${MAX_DISKS}`);
  const controllers = items.filter(({ kind }) => CONTROLLERS.includes(kind));
  const orderOf = ({ parent }: Item): number => controllers.findIndex(({ id }) => id === parent);
  const sorted = [...found].sort((a, b) => orderOf(a) - orderOf(b) || a.at - b.at);
  return sorted.map((item) => {
    const controller = controllers.find(({ id }) => id === item.parent);
    const own = diskOf(envelope, item, shown);
    const bus = own.bus ?? busOf(controller);
    if (own.bus !== null) return { ...own, bus };
    if (controller?.kind === 6 && bus === 'sata')
      leftOut.push(`controller ${controller.subtype || 'SCSI'} (its disks are on SATA)`);
    if (controller?.kind === 5) leftOut.push('IDE controller (its disks are on SATA)');
    return { ...own, bus };
  });
}

/** Every guest has a driver for SATA; virtio only what says so. */
function busOf(controller: Item | undefined): DiskBus {
  if (controller === undefined || !/virtio/i.test(controller.subtype)) return 'sata';
  return controller.kind === 6 ? 'scsi' : 'virtio';
}

type StatedDisk = Omit<ApplianceDisk, 'bus'> & { readonly bus: DiskBus | null };

function diskOf(envelope: XmlElement, { element }: Item, shown: string): StatedDisk {
  const resource = value(element, 'HostResource') ?? '';
  const id = /^(?:ovf:)?\/disk\/(.+)$/.exec(resource)?.[1];
  const disk = children(child(envelope, 'DiskSection'), 'Disk').find((each) => attribute(each, 'diskId') === id);
  if (disk === undefined) throw bad(shown, 'a disk of its hardware is not in its list of disks');
  if (attribute(disk, 'parentRef') !== null)
    throw bad(shown, 'one of its disks holds only the difference to another disk');
  const reference = attribute(disk, 'fileRef');
  const file = children(child(envelope, 'References'), 'File').find((each) => attribute(each, 'id') === reference);
  if (file === undefined) throw bad(shown, 'one of its disks has no file');
  const compression = attribute(file, 'compression');
  if ((compression !== null && compression !== 'identity') || attribute(file, 'chunkSize') !== null)
    throw new AppError('NOT_SUPPORTED', `${shown} has a disk that is compressed or split outside its format`, {
      field: 'path',
      remedy: note('Export it without that, or import its disks one by one.'),
    });
  const capacity = Number(attribute(disk, 'capacity') ?? 'NaN') * unit(attribute(disk, 'capacityAllocationUnits'));
  if (!Number.isFinite(capacity)) throw bad(shown, 'one of its disks states no capacity');
  return {
    file: attribute(file, 'href') ?? '',
    format: formatOf(attribute(disk, 'format') ?? ''),
    sizeBytes: Math.ceil(capacity / 512) * 512,
    // Of an export of Atoll's.
    bus: DiskBus.safeParse(attribute(disk, 'bus')).data ?? null,
  };
}

/** By the address that stands for a format (DSP0243 names none but VMDK's; the others are VirtualBox's and oVirt's). */
function formatOf(uri: string): ApplianceDisk['format'] {
  if (/vmdk/i.test(uri)) return 'vmdk';
  if (/qcow/i.test(uri)) return 'qcow2';
  if (/vhdx/i.test(uri)) return 'vhdx';
  if (/vhd|virtualpc/i.test(uri)) return 'vhd';
  if (/vdi/i.test(uri)) return 'vdi';
  return null;
}

/** `byte * 2^20`, `MegaBytes`, `KB`, ... Without a unit it is bytes. */
export function unit(text: string | null): number {
  const power = /^byte\s*\*\s*(2|10)\s*\^\s*(\d{1,2})$/i.exec(text?.trim() ?? '');
  if (power) return Number(power[1]) ** Number(power[2]);
  const named = /^([kmg]|t)(?:i?b|(?:ilo|ega|iga|era)bytes?)?$/i.exec(text?.trim() ?? '')?.[1]?.toLowerCase();
  return named === undefined ? 1 : 1024 ** (['k', 'm', 'g', 't'].indexOf(named) + 1);
}

function memoryOf(items: readonly Item[]): number {
  const item = items.find(({ kind }) => kind === MEMORY);
  const amount = quantity(item);
  if (item === undefined || amount === null) return 1024;
  const bytes = amount * unit(value(item.element, 'AllocationUnits'));
  // Some programs state MiB without a unit.
  return bytes < MIB ? amount : Math.ceil(bytes / MIB);
}

function quantity(item: Item | undefined): number | null {
  const text = item === undefined ? null : value(item.element, 'VirtualQuantity');
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

/** VMware's setting, or VirtualBox's own part of the description. */
function firmwareOf(system: XmlElement, vbox: XmlElement | null): Appliance['firmware'] {
  const settings = new Map(
    [...descendants(system, 'Config'), ...descendants(system, 'ExtraConfig')].map((each) => [
      attribute(each, 'key') ?? '',
      attribute(each, 'value') ?? '',
    ]),
  );
  if (settings.get('firmware') === 'efi')
    return settings.get('bootOptions.efiSecureBootEnabled') === 'true' ? 'uefi-secure' : 'uefi';
  const type = vbox === null ? null : attribute(descendants(vbox, 'Firmware')[0] ?? null, 'type');
  return type !== null && /^EFI/i.test(type) ? 'uefi' : 'bios';
}

function hasTpm(items: readonly Item[], vbox: XmlElement | null): boolean {
  if (items.some(({ subtype }) => /vtpm/i.test(subtype))) return true;
  const type = vbox === null ? null : attribute(descendants(vbox, 'TrustedPlatformModule')[0] ?? null, 'type');
  return type === 'v2_0';
}

function soundOf(items: readonly Item[], leftOut: string[]): Appliance['sound'] {
  const card = items.find(({ kind, subtype }) => kind === SOUND || /hdaudio|soundcard/i.test(subtype));
  if (card === undefined) return 'none';
  const own = Hardware.shape.sound.safeParse(attribute(card.element, 'model')).data;
  if (own !== undefined) return own;
  if (/ac97/i.test(card.subtype)) return 'ac97';
  if (/hda|ich/i.test(card.subtype)) return 'ich9';
  leftOut.push(`sound card ${card.subtype || card.name}`.trim());
  return 'none';
}

/** One model for all NICs, as a VM of Atoll has it: that of the first. */
function nicModelOf(nics: readonly Item[], leftOut: string[]): NicModel {
  const models = nics.map((nic) => modelOf(nic));
  const first = models[0] ?? { model: 'virtio' as const, isSame: true };
  nics.forEach(({ subtype }, i) => {
    const own = models[i];
    if (own && (!own.isSame || own.model !== first.model)) leftOut.push(`NIC model ${subtype} (it is ${first.model})`);
  });
  return first.model;
}

function modelOf({ element, subtype }: Item): { readonly model: NicModel; readonly isSame: boolean } {
  const own = NicModel.safeParse(attribute(element, 'model')).data;
  if (own !== undefined) return { model: own, isSame: true };
  if (subtype === '' || /virtio/i.test(subtype)) return { model: 'virtio', isSame: true };
  if (/e1000e/i.test(subtype)) return { model: 'e1000e', isSame: true };
  if (/e1000/i.test(subtype)) return { model: 'e1000', isSame: true };
  if (/8139/.test(subtype)) return { model: 'rtl8139', isSame: true };
  return { model: /pcnet/i.test(subtype) ? 'rtl8139' : 'e1000e', isSame: false };
}

function networkOf(nic: XmlElement): string | null {
  const named = plain(value(nic, 'Connection') ?? '', 200);
  return named === '' ? null : named;
}

/** What the VM does not get, in words. */
function leaveOut({
  envelope,
  system,
  items,
  leftOut,
}: {
  envelope: XmlElement;
  system: XmlElement;
  items: readonly Item[];
  leftOut: string[];
}): void {
  const handled = [CPU, MEMORY, NIC, DISK, SOUND, VIDEO, ...DRIVES, ...CONTROLLERS];
  for (const item of items) {
    if (handled.includes(item.kind) || /vtpm|hdaudio|soundcard/i.test(item.subtype)) continue;
    if (item.kind === FLOPPY) leftOut.push('floppy drive');
    else if (item.kind === USB) leftOut.push('USB controller');
    // VMware lists its VMCI device and the video card as "other".
    else if (!/vmci|videocard/i.test(item.subtype)) leftOut.push(`device ${item.subtype || item.name || item.kind}`);
  }
  for (const { kind, element } of items)
    if (DRIVES.includes(kind) && /\/file\//.test(value(element, 'HostResource') ?? '')) leftOut.push('CD in a drive');
  const properties = descendants(system, 'Property').length;
  if (properties > 0) leftOut.push(`start-up settings (${properties})`);
  if (descendants(envelope, 'EulaSection').length > 0) leftOut.push('license agreement');
  if (descendants(envelope, 'StartupSection').length > 0) leftOut.push('start order');
  const keys = descendants(system, 'ExtraConfig').length;
  if (keys > 0) leftOut.push(`VMware settings (${keys})`);
  const shared = descendants(system, 'SharedFolder').length;
  if (shared > 0) leftOut.push(`shared folders (${shared})`);
  if (descendants(system, 'Snapshot').length > 0) leftOut.push('snapshots');
}
