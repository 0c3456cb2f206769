import { describe, expect, it } from 'vitest';
import { DEFAULT_HARDWARE, type Hardware } from '../../../contract';
import type { BootTarget, VmSpec } from '../../../engine/ports/host-driver';
import { type DomainContext, domainXml } from './domain-xml';
import { elements, loadXml, text, withXml } from './xml';

await loadXml();

const DATA = '00000001-2222-4333-8444-555555555555';
const [FIRST, SECOND] = ['56:6f:00:00:00:01', '56:6f:00:00:00:02'];
const cdroms = [{ name: 'cd1', path: '/d/x.iso' }];
const CONTEXT: DomainContext = {
  ...{ storeId: 'store', accelerated: false, folder: '/d', serialLog: '/log' },
  boot: { kernel: null, disks: [{ role: 'disk', path: '/d/a.qcow2', format: 'qcow2' }], cdroms, bare: false },
  dataDisks: [
    {
      ...{ id: DATA, bus: 'virtio', format: 'qcow2', sizeBytes: 1 << 20, readOnly: false, discard: false },
      path: '/d/b.qcow2',
    },
  ],
};
const DISK: BootTarget = { kind: 'disk', id: null };
const CD: BootTarget = { kind: 'cdrom', name: 'cd1' };
const NIC: BootTarget = { kind: 'vnic', mac: SECOND };

function made(bootOrder?: readonly BootTarget[], existing: string | null = null, more: Partial<Hardware> = {}): string {
  const nic = (id: string, mac: string) => ({ id, mac, bridge: 'blue', linked: true, mtu: 1500 });
  const spec: VmSpec = {
    ...{ id: '11111111-2222-4333-8444-555555555555', name: 'web', memoryMiB: 64, cpus: 1, cdroms, bootOrder },
    ...{ boot: { kind: 'devices' }, hardware: { ...DEFAULT_HARDWARE, ...more } },
    vnics: [nic('a', FIRST), nic('b', SECOND)],
  };
  return domainXml(existing, spec, CONTEXT);
}

/** The devices in boot order, as libvirt reads it. */
const order = (xml: string): string[] =>
  withXml(xml, ({ root }) =>
    elements(root, 'devices/*[boot/@order]')
      .sort((a, b) => Number(text(a, 'boot/@order')) - Number(text(b, 'boot/@order')))
      .map((device) => text(device, 'mac/@address') ?? text(device, 'target/@dev') ?? device.name),
  );

describe('the boot order of a definition', () => {
  it('has the named devices and no others, in their order', () => {
    const xml = made([NIC, DISK]);
    expect(order(xml)).toEqual([SECOND, 'vda']);
    expect(order(made([CD], xml))).toEqual(['sda']);
    expect(order(made([{ kind: 'disk', id: DATA }, NIC, CD], xml))).toEqual(['vdb', SECOND, 'sda']);
  });

  it('returns to disks and drives when no devices are named, also from a single one', () => {
    const usual = order(made());
    expect(usual).toEqual(['vda', 'vdb', 'sda']);
    for (const chosen of [[NIC, DISK], [NIC], [DISK]]) expect(order(made(undefined, made(chosen)))).toEqual(usual);
  });

  it('begins with all NICs if the network is first, and without them afterwards', () => {
    const xml = made(undefined, null, { bootFirst: 'network' });
    expect(order(xml)).toEqual([FIRST, SECOND, 'vda', 'vdb', 'sda']);
    expect(order(made(undefined, xml))).toEqual(['vda', 'vdb', 'sda']);
  });

  it('numbers a NIC again that was unplugged and plugged in again while the VM ran', () => {
    const xml = made([NIC, DISK]);
    const again = withXml(xml, (document) => {
      for (const boot of elements(document.root, 'devices/interface/boot')) boot.remove();
      return document.toString({ format: false });
    });
    expect(order(again)).toEqual(['vda']);
    expect(order(made([NIC, DISK], again))).toEqual([SECOND, 'vda']);
  });

  it('stays as somebody has set it with virsh until another one is asked for', () => {
    const changed = made([NIC, DISK]).replace('<boot order="1"/>', '<boot order="9"/>');
    expect(order(made([NIC, DISK], changed))).toEqual(order(changed));
    expect(order(made([DISK, NIC], changed))).toEqual(['vda', SECOND]);
  });

  it("replaces somebody's boot sequence of the whole machine only if it is asked for", () => {
    const sequence = withXml(made(), (document) => {
      for (const boot of elements(document.root, 'devices/*/boot')) boot.remove();
      return document.toString({ format: false }).replace('</os>', '<boot dev="network"/></os>');
    });
    expect(order(made(undefined, sequence))).toEqual([]);
    const asked = made([NIC], sequence);
    expect(order(asked)).toEqual([SECOND]);
    expect(withXml(asked, ({ root }) => text(root, 'os/boot/@dev'))).toBeNull();
  });
});

describe('the CPUs of a definition', () => {
  const cpu = (xml: string, path: string): string | null => withXml(xml, ({ root }) => text(root, `cpu/${path}`));

  it("are of the model that is asked for, and the host's again", () => {
    const before = made();
    const xml = made(undefined, before, { cpuModel: 'Nehalem' });
    expect([cpu(xml, '@mode'), cpu(xml, 'model')]).toEqual(['custom', 'Nehalem']);
    expect(order(xml)).toEqual(order(before));
    const back = made(undefined, xml);
    expect([cpu(back, '@mode'), cpu(back, '@match'), cpu(back, 'model')]).toEqual(['maximum', null, null]);
  });

  it('are cores of one socket if asked for, also when their number changes', () => {
    const one = made(undefined, null, { cpuTopology: 'cores' });
    expect([cpu(one, 'topology/@sockets'), cpu(one, 'topology/@cores')]).toEqual(['1', '1']);
    const spec: VmSpec = {
      ...{ id: '11111111-2222-4333-8444-555555555555', name: 'web', memoryMiB: 64, cpus: 6, cdroms, vnics: [] },
      ...{ boot: { kind: 'devices' }, hardware: { ...DEFAULT_HARDWARE, cpuTopology: 'cores' } },
    };
    const six = domainXml(one, spec, CONTEXT);
    expect([cpu(six, 'topology/@sockets'), cpu(six, 'topology/@cores')]).toEqual(['1', '6']);
    expect(cpu(made(undefined, six), 'topology/@sockets')).toBeNull();
  });

  it("are not changed beside NUMA nodes that somebody added, with the reason in place of libvirt's", () => {
    const numa = made()
      .replace('</cpu>', '<numa><cell id="0" cpus="0" memory="65536" unit="KiB"/></numa></cpu>')
      .replace(
        '<cpu mode="maximum"/>',
        '<cpu mode="maximum"><numa><cell id="0" cpus="0" memory="65536" unit="KiB"/></numa></cpu>',
      );
    expect(numa).toContain('<numa>');
    expect(made(undefined, numa)).toContain('<numa>');
    const spec: VmSpec = {
      ...{ id: '11111111-2222-4333-8444-555555555555', name: 'web', memoryMiB: 64, cpus: 2, cdroms, vnics: [] },
      boot: { kind: 'devices' },
    };
    expect(() => domainXml(numa, spec, CONTEXT)).toThrow(/NUMA nodes for 1 CPUs and 64 MiB/);
    expect(() => domainXml(numa, { ...spec, cpus: 1, memoryMiB: 128 }, CONTEXT)).toThrow(/NUMA/);
  });
});
