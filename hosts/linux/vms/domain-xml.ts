import type { XmlElement } from 'libxml2-wasm';
import { DEFAULT_HARDWARE } from '../../../contract';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { setBasics } from './basics-xml';
import { type DiskFile, setDisk } from './boot-disks-xml';
import { bootOrderOf, numberedDevices, setBootOrder } from './boot-order-xml';
import { domainName } from './domain-name';
import { type DataDisk, setDataDisks } from './disk-xml';
import { addInterface, editInterface, findInterface, isAsDesired, setInterfaceMtu } from './interface-xml';
import { type CdDrive, noteOf, setDrives, setHardware } from './hardware-xml';
import { screenSocket, setAgentChannel, setSerial } from './lines-xml';
import { hardwareNote, setMetadata, vnicsInMetadata } from './mark-xml';
import { add, child, element, elements, setChildText, setText, withXml } from './xml';

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
    const wasHardware = hardwareNote(domain);
    setBasics(domain, spec, context, wasHardware);
    const numbered = numberedDevices(domain);
    setBoot(domain, context);
    setDrives(domain, context.boot.cdroms ?? []);
    setSerial(domain, spec.id, context.serialLog);
    setInterfaces(domain, spec, context.boot.bare);
    const hardware = spec.hardware ?? DEFAULT_HARDWARE;
    const nics = spec.vnics.flatMap(({ mac }) => findInterface(domain, mac) ?? []);
    setHardware(domain, hardware, wasHardware, { folder: context.folder, nics });
    const order = bootOrderOf(spec, context);
    const note = noteOf(hardware, order);
    if (context.boot.kernel === null) setBootOrder(domain, order, { numbered, was: wasHardware.boot, now: note.boot });
    if (!context.boot.bare) setAgentChannel(domain);
    setSparePorts(domain);
    setMetadata(domain, spec, context.storeId, note);
    return document.toString({ format: true, noDeclaration: true });
  });
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
