import { describe, expect, it } from 'vitest';
import { type Cdrom, DEFAULT_HARDWARE, type Hardware } from '../../../contract';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { type DomainContext, domainXml } from './domain-xml';
import { elements, loadXml, text, withXml } from './xml';

await loadXml();

const ID = '11111111-2222-4333-8444-555555555555';
const DISK = { role: 'disk', path: '/d/a.qcow2', format: 'qcow2' } as const;
const MAC = '56:6f:00:00:00:01';

const context = (cdroms: readonly Cdrom[], disks: DomainContext['boot']['disks']): DomainContext => ({
  ...{ storeId: 'store', accelerated: false, folder: '/disks/vm', serialLog: '/log' },
  boot: { kernel: null, disks, cdroms, bare: false },
});

/** The definition of a VM with these drives and settings, made from `existing`. */
function made(
  {
    cdroms = [],
    disks = [DISK],
    ...hardware
  }: Partial<Hardware> & { cdroms?: Cdrom[]; disks?: readonly (typeof DISK)[] },
  existing: string | null = null,
): string {
  const spec: VmSpec = {
    ...{ id: ID, name: 'web', memoryMiB: 64, cpus: 1, boot: { kind: 'devices' }, cdroms },
    hardware: { ...DEFAULT_HARDWARE, ...hardware },
    vnics: [{ id: 'n', mac: MAC, bridge: 'blue', linked: true, mtu: 1500, model: hardware.nicModel }],
  };
  return domainXml(existing, spec, context(cdroms, disks));
}
const at = (xml: string, path: string): string | null => withXml(xml, ({ root }) => text(root, path));
const orders = (xml: string): Array<string | null> =>
  withXml(xml, ({ root }) =>
    elements(root, 'devices/disk').map((disk) => `${text(disk, 'alias/@name')} ${text(disk, 'boot/@order') ?? '-'}`),
  );
const cd = (name: string): string => `devices/disk[alias/@name="ua-atoll-${name}"]`;

describe('CD drives', () => {
  const two = [
    { name: 'cd1', path: '/iso/a.iso' },
    { name: 'cd2', path: null },
  ];

  it('are read-only SATA drives whose images are raw whatever their first bytes say', () => {
    const xml = made({ cdroms: two });
    expect(at(xml, `${cd('cd1')}/source/@file`)).toBe('/iso/a.iso');
    expect(at(xml, `${cd('cd1')}/driver/@type`)).toBe('raw');
    expect(withXml(xml, ({ root }) => elements(root, `${cd('cd1')}/backingStore[not(*)]`))).toHaveLength(1);
    expect(at(xml, `${cd('cd2')}/source/@file`)).toBeNull();
    expect(at(xml, `${cd('cd1')}/target/@dev`)).toBe('sda');
    expect(at(xml, `${cd('cd2')}/target/@dev`)).toBe('sdb');
  });

  it('boot after the disks, or before them if asked to', () => {
    const xml = made({ cdroms: two });
    expect(orders(xml)).toEqual(['ua-atoll-disk 1', 'ua-atoll-cd1 2', 'ua-atoll-cd2 3']);
    const first = made({ cdroms: two, bootFirst: 'cdrom' }, xml);
    expect(orders(first)).toEqual(['ua-atoll-disk 3', 'ua-atoll-cd1 1', 'ua-atoll-cd2 2']);
    expect(orders(made({ cdroms: two }, first))).toEqual(orders(xml));
    expect(orders(made({ cdroms: [], disks: [DISK] }, first))).toEqual(['ua-atoll-disk 1']);
  });

  it('stay empty once the medium is out of the record', () => {
    const xml = made({ cdroms: two });
    const out = made({ cdroms: [{ name: 'cd1', path: null }, ...two.slice(1)] }, xml);
    expect(at(out, `${cd('cd1')}/source/@file`)).toBeNull();
    expect(out).not.toContain('/iso/a.iso');
  });

  it('take over the only drive of an older definition as cd1', () => {
    const old = made({ cdroms: two.slice(0, 1), disks: [] }).replace('ua-atoll-cd1', 'ua-atoll-iso');
    const now = made({ cdroms: [{ name: 'cd1', path: '/iso/b.iso' }], disks: [] }, old);
    expect(orders(now)).toEqual(['ua-atoll-cd1 1']);
    expect(at(now, `${cd('cd1')}/source/@file`)).toBe('/iso/b.iso');
  });

  it('boot although libvirt had put hard disks alone into the boot sequence of a VM without devices', () => {
    const bare = made({ disks: [] }).replace('</os>', '<boot dev="hd"/></os>');
    const xml = made({ cdroms: two.slice(0, 1), disks: [] }, bare);
    expect(orders(xml)).toEqual(['ua-atoll-cd1 1']);
    expect(at(xml, 'os/boot/@dev')).toBeNull();
  });

  it("leave a person's boot sequence and boot orders alone", () => {
    const sequence = made({}).replace('<boot order="1"/>', '').replace('</os>', '<boot dev="network"/></os>');
    expect(orders(made({ cdroms: two }, sequence))).toEqual(['ua-atoll-disk -', 'ua-atoll-cd1 -', 'ua-atoll-cd2 -']);
    const network = made({})
      .replace('<boot order="1"/>', '')
      .replace('<link state="up"/>', '<link state="up"/><boot order="1"/>');
    expect(orders(made({ cdroms: two }, network))).toEqual(['ua-atoll-disk 2', 'ua-atoll-cd1 3', 'ua-atoll-cd2 4']);
  });
});

describe('hardware', () => {
  it('is chosen by libvirt by features, with the variables in the folder of the VM', () => {
    const xml = made({ firmware: 'uefi-secure' });
    expect(at(xml, 'os/@firmware')).toBe('efi');
    for (const name of ['secure-boot', 'enrolled-keys'])
      expect(at(xml, `os/firmware/feature[@name="${name}"]/@enabled`)).toBe('yes');
    expect(at(xml, 'os/nvram')).toBe('/disks/vm/nvram-uefi-secure.fd');
    const uefi = made({ firmware: 'uefi' }, xml);
    expect(at(uefi, 'os/firmware/feature[@name="enrolled-keys"]/@enabled')).toBe('no');
    expect(at(uefi, 'os/nvram')).toBe('/disks/vm/nvram-uefi.fd');
    const bios = made({}, uefi);
    expect(at(bios, 'os/@firmware')).toBeNull();
    expect(bios).not.toContain('nvram');
  });

  it('changes what is asked for, and back', () => {
    const settings = { video: 'virtio', sound: 'ich9', nicModel: 'e1000e', clock: 'localtime' } as const;
    const before = made({}, made({}));
    const xml = made(settings, before);
    expect(at(xml, 'devices/video/model/@type')).toBe('virtio');
    expect(at(xml, 'devices/sound/@model')).toBe('ich9');
    expect(at(xml, 'devices/interface/model/@type')).toBe('e1000e');
    expect(at(xml, 'clock/@offset')).toBe('localtime');
    expect(made({}, xml).replaceAll(/\s+/g, '')).toBe(before.replaceAll(/\s+/g, ''));
  });

  it('moves to another machine without its buses, and keeps all other devices', () => {
    const placed = made({}, null)
      .replace('machine="q35"', 'machine="pc-q35-9.2"')
      .replace('<watchdog model="itco"/>', '')
      .replace(
        '</devices>',
        `<hostdev type="pci"><source><address domain="0x0000" bus="0x01" slot="0x00" function="0x0"/></source>
        <address type="pci" bus="0x07" slot="0x00" function="0x0"/></hostdev><watchdog model="itco"/></devices>`,
      );
    const old = made({ machine: 'i440fx' }, placed);
    expect(at(old, 'os/type/@machine')).toBe('pc');
    expect(old).not.toMatch(/pcie-root|itco|type="pci" bus="0x07"/);
    expect(at(old, 'devices/hostdev/source/address/@bus')).toBe('0x01');
    const back = made({}, old);
    expect(at(back, 'os/type/@machine')).toBe('q35');
    expect(at(back, 'devices/controller[@model="pcie-root"]/@index')).toBe('0');
    // What virsh chose stays, as long as nobody asks for another.
    expect(at(made({}, placed), 'os/type/@machine')).toBe('pc-q35-9.2');
  });

  it('moves the boot disk to another bus, and back', () => {
    const disk = 'devices/disk[alias/@name="ua-atoll-disk"]';
    const before = made({}, made({ cdroms: [{ name: 'cd1', path: null }] })).replace(
      '<target dev="vda" bus="virtio"/>',
      '<target dev="vda" bus="virtio"/><address type="pci" domain="0x0000" bus="0x01" slot="0x00" function="0x0"/>',
    );
    const cdroms = [{ name: 'cd1', path: null }];
    const sata = made({ cdroms, diskBus: 'sata' }, before);
    expect([at(sata, `${disk}/target/@bus`), at(sata, `${disk}/target/@dev`)]).toEqual(['sata', 'sdb']);
    expect(withXml(sata, ({ root }) => elements(root, `${disk}/address`))).toEqual([]);
    expect(at(made({ cdroms, diskBus: 'sata' }, sata), `${disk}/target/@dev`)).toBe('sdb');
    const scsi = made({ cdroms, diskBus: 'scsi' }, sata);
    expect(at(scsi, 'devices/controller[@type="scsi"]/@model')).toBe('virtio-scsi');
    expect(at(made({ cdroms }, scsi), `${disk}/target/@dev`)).toBe('vda');
    expect(at(made({ diskBus: 'sata' }), `${disk}/target/@bus`)).toBe('sata');
  });

  it('gets a TPM, which goes again if it is not asked for', () => {
    const xml = made({ tpm: '2.0' });
    expect(at(xml, 'devices/tpm/@model')).toBe('tpm-crb');
    expect(at(xml, 'devices/tpm/backend[@type="emulator"]/@version')).toBe('2.0');
    expect(made({ tpm: '2.0' }, xml).match(/<tpm /g)).toHaveLength(1);
    expect(made({}, xml)).not.toContain('<tpm');
    const own = made({}).replace('</devices>', '<tpm model="tpm-tis"><backend type="emulator"/></tpm></devices>');
    expect(at(made({ tpm: '2.0' }, own), 'devices/tpm/@model')).toBe('tpm-tis');
  });

  it('that somebody set with virsh stays, as long as nobody asks for another', () => {
    const xml = made({})
      .replace('<os>', '<os firmware="efi">')
      .replace('<model type="vga"/>', '<model type="qxl" ram="65536"/>')
      .replace('</devices>', '<tpm model="tpm-tis"><backend type="emulator"/></tpm><sound model="usb"/></devices>');
    expect(made({}, xml)).toBe(made({}, made({}, xml)));
    const kept = made({ clock: 'localtime' }, xml);
    for (const part of ['firmware="efi"', 'type="qxl"', 'tpm-tis', '<sound model="usb"/>'])
      expect(kept).toContain(part);
    expect(at(made({ video: 'virtio' }, kept), 'devices/video/model/@ram')).toBeNull();
  });
});
