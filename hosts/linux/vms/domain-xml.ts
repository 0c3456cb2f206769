import type { XmlElement } from 'libxml2-wasm';
import { DEFAULT_HARDWARE, type DiskFormat, type Hardware } from '../../../contract';
import type { VmSpec, VnicSpec } from '../../../engine/ports/host-driver';
import { setBasics } from './basics-xml';
import { domainName } from './domain-name';
import { type DataDisk, diskAlias, diskAliases, setBootOrder, setDataDisks } from './disk-xml';
import { addInterface, editInterface, findInterface, isAsDesired, setInterfaceMtu } from './interface-xml';
import { type CdDrive, freeTarget, type HardwareNote, noteOf, setDrives, setHardware } from './hardware-xml';
import { ATOLL_NAMESPACE, add, child, element, elements, setChildText, setText, text, withXml } from './xml';

/** A disk of Atoll's in a domain, or its CD with first-boot data. `role` becomes its alias, which identifies it. */
export interface DiskFile {
  readonly role: 'disk' | 'seed';
  readonly path: string;
  readonly format: DiskFormat;
  /** The only backing file of an overlay. Without it the disk stands alone, whatever its header says. */
  readonly backing?: { readonly path: string; readonly format: DiskFormat };
}

/** What a VM boots from, as existing files. */
export interface BootFiles {
  readonly kernel: { readonly path: string; readonly initrd: string | null; readonly append: string } | null;
  readonly disks: readonly DiskFile[];
  readonly cdroms?: readonly CdDrive[];
  /** The tiny guest has a serial console and NICs; it needs no display, and no firmware that tries to boot from its NICs. */
  readonly bare: boolean;
}

export interface DomainContext {
  readonly storeId: string;
  /** Whether KVM works on the host; otherwise QEMU emulates (TCG). */
  readonly accelerated: boolean;
  readonly boot: BootFiles;
  /** The disks besides those of the boot source; none if omitted. */
  readonly dataDisks?: readonly DataDisk[];
  /** The VM's folder on its host. */
  readonly folder: string;
  /** All output of the serial console is appended to this file. */
  readonly serialLog: string;
}

export const serialSocket = (vmId: string): string => `/run/atoll/${vmId}.serial`;
export const screenSocket = (vmId: string): string => `/run/atoll/${vmId}.vnc`;

/** The name by which libvirt and a guest agent know their line. */
export const AGENT_CHANNEL = 'org.qemu.guest_agent.0';

/** How often a guest reports what it uses of its memory; seconds. */
const BALLOON_S = 10;

/** Free slots for hotplugged vNICs, beyond those that a VM has. */
const SPARE_PORTS = 8;

const SKELETON = `<domain>
  <features><acpi/><apic/></features>
  <clock offset="utc"/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <os><type arch="x86_64" machine="q35">hvm</type></os>
  <devices>
    <controller type="usb" model="none"/>
    <controller type="pci" index="0" model="pcie-root"/>
  </devices>
</domain>`;

/**
 * The definition of a VM for `virsh define`: a new one, or `existing` (`dumpxml --inactive`) changed to match. Anything in an
 * existing definition that Atoll does not manage stays unchanged. In an imported one that is everything except our vNICs and mark.
 */
export function domainXml(existing: string | null, spec: VmSpec, context: DomainContext): string {
  return withXml(existing ?? SKELETON, (document) => {
    const domain = document.root;
    if (spec.boot.kind === 'imported') {
      setImportedInterfaces(domain, spec, new Set(spec.boot.others));
      setMetadata(domain, spec, context.storeId, {});
      return document.toString({ format: false, noDeclaration: true });
    }
    if (existing === null) setIdentity(domain, spec, context);
    setBasics(domain, spec, context);
    const wasHardware = hardwareNote(domain);
    const before = diskAliases(domain);
    setBoot(domain, context);
    setDrives(domain, context.boot.cdroms ?? []);
    setSerial(domain, spec.id, context.serialLog);
    setInterfaces(domain, spec, context.boot.bare);
    const hardware = spec.hardware ?? DEFAULT_HARDWARE;
    const nics = spec.vnics.flatMap(({ mac }) => findInterface(domain, mac) ?? []);
    setHardware(domain, hardware, wasHardware, { folder: context.folder, nics });
    const bootOrder = bootOrderOf(context, hardware);
    const note = noteOf(hardware, bootOrder);
    if (context.boot.kernel === null)
      setBootOrder(domain, bootOrder, note.boot === wasHardware.boot ? before : new Set());
    if (!context.boot.bare) setAgentChannel(domain);
    setSparePorts(domain);
    setMetadata(domain, spec, context.storeId, note);
    return document.toString({ format: true, noDeclaration: true });
  });
}

/** The same metadata for `virsh metadata --set`, which sets the namespace on every element itself and refuses an existing one. */
export function metadataXml(
  storeId: string,
  vmId: string,
  vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>,
  kept = false,
  hardware: HardwareNote = {},
): string {
  return withXml('<domain/>', ({ root }) => {
    fillMetadata(root, { storeId, vmId, vnics, kept, hardware });
    return root.toString({ format: false, noDeclaration: true });
  });
}

/** The vNICs that our metadata of a domain names. */
export function vnicsInMetadata(domain: XmlElement): Array<{ id: string; mac: string }> {
  return elements(domain, 'metadata/atoll:domain/atoll:vnic').map((vnic) => ({
    id: vnic.attr('id')?.value ?? '',
    mac: vnic.attr('mac')?.value ?? '',
  }));
}

/** What our metadata of a domain says of its hardware. */
export function hardwareNote(domain: XmlElement): HardwareNote {
  const note = element(domain, 'metadata/atoll:domain/atoll:hardware');
  return Object.fromEntries((note?.attrs ?? []).map(({ name, value }) => [name, value]));
}

/** The store that a domain belongs to; null: not Atoll's. */
export function storeOf(domain: XmlElement): string | null {
  return text(domain, 'metadata/atoll:domain/@store');
}

/** Whether a domain existed before Atoll managed it: it is never undefined, only released. */
export function isKept(domain: XmlElement): boolean {
  return text(domain, 'metadata/atoll:domain/@kept') === 'yes';
}

/** The files that a domain writes to as disks, with their formats in the definition: raw if omitted, as in libvirt. */
export function fileDisks(
  xml: string,
): Array<{ readonly path: string; readonly format: string; readonly standsAlone: boolean }> {
  return withXml(xml, ({ root }) =>
    elements(root, 'devices/disk[@type="file"][not(@device) or @device="disk"][source/@file]').map((disk) => ({
      path: text(disk, 'source/@file') ?? '',
      format: text(disk, 'driver/@type') ?? 'raw',
      // An empty element ends the chain; without one libvirt follows the disk's header.
      standsAlone: element(disk, 'backingStore[not(*)]') !== null,
    })),
  );
}

function setIdentity(domain: XmlElement, spec: VmSpec, context: DomainContext): void {
  setText(child(domain, 'name'), domainName(spec.id, spec.name));
  setText(child(domain, 'uuid'), spec.id);
  const devices = child(domain, 'devices');
  const balloon = add(devices, 'memballoon', { model: context.boot.bare ? 'none' : 'virtio' });
  // Without a period QEMU never asks the guest what it uses.
  if (!context.boot.bare) add(balloon, 'stats', { period: String(BALLOON_S) });
  if (context.boot.bare) return;
  add(add(devices, 'graphics', { type: 'vnc', socket: screenSocket(spec.id) }), 'listen', {
    type: 'socket',
    socket: screenSocket(spec.id),
  });
  add(add(devices, 'video'), 'model', { type: 'vga' });
  // A tablet reports absolute positions, a mouse only movements: a viewer's pointer and the guest's would drift apart.
  element(devices, 'controller[@type="usb"]')?.setAttr('model', 'qemu-xhci');
  add(devices, 'input', { type: 'tablet', bus: 'usb' });
  setText(add(add(devices, 'rng', { model: 'virtio' }), 'backend', { model: 'random' }), '/dev/urandom');
}

function setBoot(domain: XmlElement, { boot, dataDisks = [] }: DomainContext): void {
  const os = child(domain, 'os');
  setChildText(os, 'kernel', boot.kernel?.path ?? null);
  setChildText(os, 'initrd', boot.kernel?.initrd ?? null);
  setChildText(os, 'cmdline', boot.kernel?.append || null);
  const devices = child(domain, 'devices');
  for (const [index, file] of boot.disks.entries()) setDisk(devices, file, index);
  setDataDisks(domain, dataDisks);
}

/**
 * The aliases of disks and CD drives in boot order. An empty disk falls through to the CD; once a system is installed on it, it boots
 * from the disk.
 */
function bootOrderOf(
  { boot: { disks, cdroms = [] }, dataDisks = [] }: DomainContext,
  { bootFirst }: Hardware,
): string[] {
  const ofBoot = disks.filter(({ role }) => role !== 'seed').map(({ role }) => aliasOf(role));
  const ofDisks = [...ofBoot, ...dataDisks.map(({ id }) => diskAlias(id))];
  const ofDrives = cdroms.map(({ name }) => aliasOf(name));
  return bootFirst === 'cdrom' ? [...ofDrives, ...ofDisks] : [...ofDisks, ...ofDrives];
}

export const aliasOf = (role: string): string => `ua-atoll-${role}`;

function setDisk(devices: XmlElement, file: DiskFile, index: number): void {
  const known = element(devices, `disk[alias/@name="${aliasOf(file.role)}"]`);
  const disk = known ?? addDisk(devices, file, index);
  child(disk, 'driver').setAttr('type', file.format);
  const source = child(disk, 'source');
  source.setAttr('file', file.path);
  element(source, 'dataStore')?.remove();
  setChain(disk, file);
}

function addDisk(devices: XmlElement, file: DiskFile, index: number): XmlElement {
  const isCd = file.role !== 'disk';
  const disk = add(devices, 'disk', { type: 'file', device: isCd ? 'cdrom' : 'disk' });
  add(disk, 'driver', { name: 'qemu' });
  add(disk, 'source');
  const prefix = isCd ? 'sd' : 'vd';
  const usual = `${prefix}${String.fromCharCode('a'.charCodeAt(0) + index)}`;
  const dev = element(devices, `disk/target[@dev="${usual}"]`) ? freeTarget(devices, prefix) : usual;
  add(disk, 'target', { dev, bus: isCd ? 'sata' : 'virtio' });
  if (isCd) add(disk, 'readonly');
  add(disk, 'alias', { name: aliasOf(file.role) });
  return disk;
}

/**
 * Sets the backing chain of a disk explicitly. If a definition omits it, libvirt and QEMU trust the file's own header, and open
 * whatever it names (libvirt.org/formatdomain.html, backingStore).
 */
function setChain(disk: XmlElement, { backing }: DiskFile): void {
  for (const known of elements(disk, 'backingStore')) known.remove();
  if (!backing) return void add(disk, 'backingStore');
  const base = add(disk, 'backingStore', { type: 'file' });
  add(base, 'format', { type: backing.format });
  add(base, 'source', { file: backing.path });
  add(base, 'backingStore');
}

/** The socket accepts one client at a time and QEMU waits for none; the log keeps everything that had no listener. */
function setSerial(domain: XmlElement, vmId: string, log: string): void {
  const devices = child(domain, 'devices');
  const serial =
    element(devices, `serial[source/@path="${serialSocket(vmId)}"]`) ??
    element(devices, `serial[alias/@name="${aliasOf('serial')}"]`) ??
    add(devices, 'serial', { type: 'unix' });
  const source = child(serial, 'source');
  source.setAttr('mode', 'bind');
  source.setAttr('path', serialSocket(vmId));
  const file = child(serial, 'log');
  file.setAttr('file', log);
  file.setAttr('append', 'on');
  child(child(serial, 'target'), 'model').setAttr('name', 'isa-serial');
  child(serial, 'target').setAttr('type', 'isa-serial');
  child(serial, 'alias').setAttr('name', aliasOf('serial'));
}

/** Former vNICs of ours (by our metadata) that are no longer desired are removed; foreign ones stay. */
function setInterfaces(domain: XmlElement, spec: VmSpec, bare: boolean): void {
  const wanted = new Set(spec.vnics.map((vnic) => vnic.mac));
  for (const { mac } of vnicsInMetadata(domain)) if (!wanted.has(mac)) findInterface(domain, mac)?.remove();
  const devices = child(domain, 'devices');
  for (const vnic of spec.vnics) {
    const existing = findInterface(domain, vnic.mac);
    const made = existing ?? addInterface(devices, vnic);
    if (existing) editInterface(existing, vnic);
    else if (bare) add(made, 'rom', { enabled: 'no' });
    setInterfaceMtu(made, vnic.mtu);
  }
}

/** Updates the vNICs of an imported VM; does not touch those already as desired, released ones (`others`) and foreign ones. */
function setImportedInterfaces(domain: XmlElement, spec: VmSpec, others: ReadonlySet<string>): void {
  const wanted = new Set(spec.vnics.map((vnic) => vnic.mac));
  for (const { mac } of vnicsInMetadata(domain))
    if (!wanted.has(mac) && !others.has(mac)) findInterface(domain, mac)?.remove();
  const devices = child(domain, 'devices');
  for (const vnic of spec.vnics) {
    const existing = findInterface(domain, vnic.mac);
    if (!existing) setInterfaceMtu(addInterface(devices, vnic), vnic.mtu);
    else if (!isAsDesired(existing, vnic)) editInterface(existing, vnic);
  }
}

/** The line to a guest agent; a guest without one does not notice it. */
function setAgentChannel(domain: XmlElement): void {
  const devices = child(domain, 'devices');
  if (element(devices, `channel[target/@name="${AGENT_CHANNEL}"]`) !== null) return;
  if (element(devices, 'controller[@type="virtio-serial"]') === null)
    add(devices, 'controller', { type: 'virtio-serial', index: '0' });
  add(add(devices, 'channel', { type: 'unix' }), 'target', { type: 'virtio', name: AGENT_CHANNEL });
}

/** A running q35 machine can only accept a device into a pcie-root-port that existed at its start. Others have no such ports. */
function setSparePorts(domain: XmlElement): void {
  const devices = child(domain, 'devices');
  if (element(devices, 'controller[@model="pcie-root"]') === null) return;
  const takers = elements(
    devices,
    'interface | disk[target/@bus="virtio"] | rng | memballoon[@model="virtio"] | controller[@model="virtio-scsi"] | controller[@type="virtio-serial"] | controller[@model="qemu-xhci"]',
  ).length;
  const ports = elements(devices, 'controller[@type="pci"][@model="pcie-root-port"]').length;
  for (let missing = takers + SPARE_PORTS - ports; missing > 0; missing -= 1) {
    add(devices, 'controller', { type: 'pci', model: 'pcie-root-port' });
  }
}

function setMetadata(domain: XmlElement, spec: VmSpec, storeId: string, hardware: HardwareNote): void {
  const metadata = child(domain, 'metadata');
  element(metadata, 'atoll:domain')?.remove();
  const made = metadata.addElement('domain');
  made.addNsDeclaration(ATOLL_NAMESPACE, 'atoll');
  made.namespacePrefix = 'atoll';
  const kept = spec.boot.kind === 'imported';
  fillMetadata(made, { storeId, vmId: spec.id, vnics: spec.vnics, kept, hardware }, 'atoll');
}

interface Note {
  readonly storeId: string;
  readonly vmId: string;
  readonly vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>;
  readonly kept: boolean;
  readonly hardware: HardwareNote;
}

function fillMetadata(note: XmlElement, { storeId, vmId, vnics, kept, hardware }: Note, prefix?: string): void {
  note.setAttr('store', storeId);
  note.setAttr('vm', vmId);
  if (kept) note.setAttr('kept', 'yes');
  for (const { id, mac } of vnics) {
    const vnic = note.addElement('vnic', prefix);
    vnic.setAttr('id', id);
    vnic.setAttr('mac', mac);
  }
  const settings = Object.entries(hardware);
  if (settings.length === 0) return;
  const made = note.addElement('hardware', prefix);
  for (const [key, value] of settings) made.setAttr(key, value);
}
