import { expect, test } from 'vitest';
import type { DiskSpec, VmSpec } from '../../../engine/ports/host-driver';
import { type DomainContext, domainXml } from './domain-xml';
import type { DataDisk } from './disk-xml';
import { elements, loadXml, text, withXml } from './xml';

await loadXml();

const VM = '11111111-2222-4333-8444-555555555555';
const disk = (n: number, more: Partial<DiskSpec> = {}): DataDisk => {
  const id = `0000000${n}-2222-4333-8444-555555555555`;
  const spec: DiskSpec = {
    ...{ id, bus: 'virtio', format: 'qcow2', sizeBytes: 1 << 20, readOnly: false, discard: false },
    ...more,
  };
  return { ...spec, path: `/d/disk-${id}.${spec.format}` };
};
const spec: VmSpec = {
  ...{ id: VM, name: 'inst', memoryMiB: 1024, cpus: 1 },
  ...{ boot: { kind: 'devices' }, cdroms: [{ name: 'cd1', path: '/d/x.iso' }], vnics: [] },
};
const context = (...dataDisks: DataDisk[]): DomainContext => ({
  storeId: '99999999-2222-4333-8444-555555555555',
  accelerated: false,
  boot: { kernel: null, disks: [], cdroms: [{ name: 'cd1', path: '/d/x.iso' }], bare: false },
  folder: '/d',
  dataDisks,
  serialLog: '/lab/log/serial/inst.log',
});
const found = (xml: string) =>
  withXml(xml, ({ root }) =>
    elements(root, 'devices/disk').map((each) =>
      ['@device', 'target/@dev', 'target/@bus', 'driver/@type', 'boot/@order']
        .map((path) => text(each, path))
        .join(' '),
    ),
  );

test('an empty disk comes before the CD: an installed system then boots automatically', () => {
  const xml = domainXml(
    null,
    spec,
    context(disk(1), disk(2, { bus: 'sata', format: 'raw' }), disk(3, { bus: 'scsi' })),
  );
  expect(found(xml)).toEqual([
    'disk vda virtio qcow2 1',
    'disk sda sata raw 2',
    'disk sdb scsi qcow2 3',
    'cdrom sdc sata raw 4',
  ]);
  expect(withXml(xml, ({ root }) => text(root, 'devices/controller[@type="scsi"]/@model'))).toBe('virtio-scsi');
  // No header is followed.
  expect(withXml(xml, ({ root }) => elements(root, 'devices/disk/backingStore[not(*)]').length)).toBe(4);
});

test('a definition gets new disks, loses removed ones, and keeps what someone changed', () => {
  const first = domainXml(null, spec, context(disk(1), disk(2)));
  const changed = first
    .replace('<driver name="qemu" type="qcow2"/>', '<driver name="qemu" type="qcow2" cache="none"/>')
    .replace('<boot order="3"/>', '<boot order="9"/>');
  expect(domainXml(changed, spec, context(disk(1), disk(2)))).toBe(domainXml(changed, spec, context(disk(1), disk(2))));
  const same = domainXml(changed, spec, context(disk(1), disk(2)));
  expect(found(same)).toEqual(['disk vda virtio qcow2 1', 'disk vdb virtio qcow2 2', 'cdrom sda sata raw 9']);
  expect(same).toContain('cache="none"');
  const other = domainXml(same, spec, context(disk(1), disk(3)));
  expect(found(other)).toEqual(['disk vda virtio qcow2 1', 'cdrom sda sata raw 3', 'disk vdb virtio qcow2 2']);
  expect(other).toContain('cache="none"');
  expect(other).not.toContain(disk(2).path);
});

test('read-only and discard follow the record', () => {
  const on = domainXml(null, spec, context(disk(1, { readOnly: true, discard: true })));
  expect(on).toMatch(/discard="unmap"/);
  expect(withXml(on, ({ root }) => elements(root, 'devices/disk[@device="disk"]/readonly').length)).toBe(1);
  const off = domainXml(on, spec, context(disk(1)));
  expect(off).not.toMatch(/discard=/);
  expect(withXml(off, ({ root }) => elements(root, 'devices/disk[@device="disk"]/readonly').length)).toBe(0);
});
