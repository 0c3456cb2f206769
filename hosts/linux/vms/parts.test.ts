import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_HARDWARE } from '../../../contract';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { type DomainContext, domainXml } from './domain-xml';
import { withPaths } from './pack';
import { allowedXml, partsOf } from './parts';
import { loadXml } from './xml';

beforeAll(loadXml);

const MAC = '52:54:00:00:00:01';
const ID = '0198c5a0-0000-7000-8000-000000000001';
const vnic = { id: 'n', mac: MAC, bridge: 'blue', linked: true, mtu: 1500 };
const spec: VmSpec = {
  ...{ id: ID, name: 'db', memoryMiB: 64, cpus: 1, vnics: [vnic] },
  boot: { kind: 'image', base: '/b', format: 'qcow2', copy: 'thin', diskBytes: null, seed: null, addresses: [] },
};
const imported: VmSpec = { ...spec, boot: { kind: 'imported', others: [] } };
const context: DomainContext = {
  ...{ storeId: 'store', accelerated: false, folder: '/d', serialLog: '/log' },
  boot: { kernel: null, disks: [{ role: 'disk', path: '/d/disk.qcow2', format: 'qcow2' }], bare: false },
};
const files = new Set(['/d/disk.qcow2', '/d/more.raw']);
const own = (): string => domainXml(null, spec, context);
/** The definition of an Atoll VM with additions, as a host can have it. */
const withMore = (more: string, where = '</devices>', of = own()): string => of.replace(where, `${more}${where}`);
const asked = (xml: string, of = spec) =>
  partsOf(xml, { spec: of, files }).map(({ what, canCarry }) => [what, canCarry]);
const carried = (xml: string, carry: string[] = [], of = spec): string =>
  allowedXml(xml, { spec: of, files }, { carry, leave: [] });

const QEMU = 'xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"';

describe("a part of a VM's definition", () => {
  it('is moved without asking if Atoll created it', () => {
    expect(asked(own())).toEqual([]);
    const again = domainXml(carried(own()), spec, context);
    for (const part of ['/d/disk.qcow2', MAC, 'ua-atoll-serial', '/run/atoll/', 'type="tablet"'])
      expect(again).toContain(part);
  });

  it('is an overlay whose base on the other host comes from the database', () => {
    const onBase = (base: string): DomainContext => ({
      ...context,
      boot: {
        ...context.boot,
        disks: [{ role: 'disk', path: '/d/disk.qcow2', format: 'qcow2', backing: { path: base, format: 'qcow2' } }],
      },
    });
    const xml = domainXml(null, spec, onBase('/here/base'));
    expect(asked(xml)).toEqual([]);
    expect(carried(xml)).not.toContain('/here/base');
    expect(domainXml(carried(xml), spec, onBase('/there/base'))).toContain('<source file="/there/base"/>');
  });

  it('is a disk of the user, and its header is not trusted', () => {
    const moved = withPaths(carried(withMore(DISK('/d/more.raw'))), new Map([['/d/more.raw', '/there/more.raw']]));
    const disk = /<disk[^>]*>(?:(?!<.disk>).)*more.raw.*?<.disk>/.exec(moved)?.[0];
    expect(disk).toContain('<source file="/there/more.raw"/>');
    expect(disk).toContain('<backingStore/>');
  });

  it.each([
    ['memory tuning', '<memtune><hard_limit unit="KiB">1000</hard_limit></memtune>', '</domain>'],
    ['limits of its CPUs', '<cputune><shares>512</shares></cputune>', '</domain>'],
    ['what a person wrote of it', '<description>my words</description>', '</domain>'],
    ['a timer of its clock', '<timer name="hpet" present="no"/>', '</clock>'],
    ['a watchdog', '<watchdog model="itco" action="reset"/>', '</devices>'],
    ['a disk that goes with it', DISK('/d/more.raw'), '</devices>'],
    ['known firmware', '<loader readonly="yes" type="pflash">/usr/share/OVMF/OVMF_CODE_4M.fd</loader>', '</os>'],
  ])('is moved if it is %s', (_what, more, where) => {
    const xml = withMore(more, where, own().replace('<clock offset="utc"/>', '<clock offset="utc"></clock>'));
    expect(asked(xml)).toEqual([]);
    expect(carried(xml)).toContain(more);
  });

  it.each([
    ['a serial line into a file', '<serial type="file"><source path="/etc/cron.d/x" append="on"/></serial>'],
    ['a serial line over TCP', '<serial type="tcp"><source mode="bind" host="0.0.0.0" service="1"/></serial>'],
    ['a pipe', '<parallel type="pipe"><source path="/tmp/x"/></parallel>'],
    ['a device as a console', '<console type="dev"><source path="/dev/ttyS0"/></console>'],
    ['a log of a console', '<console type="pty"><log file="/etc/x"/></console>'],
    ['a log of its serial line', '<serial type="pty"><log file="/etc/x"/></serial>'],
    ['a channel', '<channel type="unix"><target type="virtio" name="x"/></channel>'],
    [
      'a NIC on a bridge of the host',
      '<interface type="bridge"><mac address="52:54:00:00:00:99"/><source bridge="lan"/></interface>',
    ],
    ['a NIC with a script', '<interface type="ethernet"><script path="/tmp/x"/></interface>'],
    ['shared memory', '<shmem name="x"/>'],
    ['a screen that listens', '<graphics type="vnc" port="5900" listen="0.0.0.0"/>'],
    ['a random number device over the network', '<rng model="virtio"><backend model="egd" type="tcp"/></rng>'],
    ['a random number device from a file', '<rng model="virtio"><backend model="random">/etc/shadow</backend></rng>'],
    ['a dump by the watchdog', '<watchdog model="itco" action="dump"/>'],
    ['an element that nobody knows', '<teleporter/>'],
    ['a name of every object', '<constructor/>'],
    ['a known element of another namespace', '<x:video xmlns:x="urn:x"/>'],
    ['an attribute that nobody knows', '<panic model="isa" run="x"/>'],
  ])('is not moved if it is %s, unless the user agrees', (_what, more) => {
    for (const of of [spec, imported]) {
      const xml = withMore(more);
      // For an imported VM the display and the serial console of Atoll's form belong to someone else.
      const known = new Set(partsOf(own(), { spec: of, files }).map(({ id }) => id));
      const [part, ...others] = partsOf(xml, { spec: of, files }).filter(({ id }) => !known.has(id));
      expect(others).toEqual([]);
      expect(part).toMatchObject({ canCarry: true });
      expect(carried(xml, [], of)).not.toContain(part?.xml);
      expect(carried(xml, [part?.id ?? ''], of)).toContain(part?.xml);
    }
  });

  it.each([
    ['a device of its host', '<hostdev mode="subsystem" type="pci"/>'],
    ['a folder of its host', '<filesystem type="mount"><source dir="/"/><target dir="x"/></filesystem>'],
    ['a block device', '<disk type="block"><source dev="/dev/sda"/><target dev="vdx"/></disk>'],
    ['a disk over the network', '<disk type="network"><source protocol="nbd" name="x"/><target dev="vdx"/></disk>'],
    ['a file that does not go with it', DISK('/etc/shadow')],
    [
      'a disk with a base',
      DISK('/d/more.raw', '<backingStore type="file"><source file="/etc/shadow"/></backingStore>'),
    ],
    ['a TPM', '<tpm model="tpm-crb"><backend type="emulator"/></tpm>'],
    ['an emulator of somebody', '<emulator>/tmp/qemu</emulator>'],
  ])('is never %s', (_what, more) => {
    const xml = withMore(more);
    const [part, ...others] = partsOf(xml, { spec, files });
    expect(others).toEqual([]);
    expect(part).toMatchObject({ canCarry: false });
    expect(carried(xml, [part?.id ?? ''])).not.toContain(part?.xml);
  });

  it('has the TPM of its hardware written again, and no other', () => {
    const of = { ...spec, hardware: { ...DEFAULT_HARDWARE, tpm: '2.0' as const } };
    const emulated = '<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>';
    const passed = '<tpm model="tpm-tis"><backend type="passthrough"><device path="/dev/tpm0"/></backend></tpm>';
    expect(partsOf(withMore(emulated), { spec: of, files })).toEqual([]);
    expect(partsOf(withMore(passed), { spec: of, files })).toMatchObject([{ what: 'tpm', canCarry: false }]);
  });

  it.each([
    ['arguments of QEMU', `<qemu:commandline ${QEMU}><qemu:arg value="-chardev"/></qemu:commandline>`, '</domain>'],
    ['a loader', '<loader type="rom">/tmp/evil.fd</loader>', '</os>'],
    ['a loader above the known folders', '<loader>/usr/share/OVMF/../../../tmp/x</loader>', '</os>'],
    ['a table of ACPI', '<acpi><table type="slic">/etc/shadow</table></acpi>', '</os>'],
    [
      'a file in firmware settings',
      '<sysinfo type="fwcfg"><entry name="opt/x" file="/etc/shadow"/></sysinfo>',
      '</domain>',
    ],
    ['no confinement', '<seclabel type="none"/>', '</domain>'],
    ['notes of another tool', '<x:y xmlns:x="urn:x">z</x:y>', '</metadata>'],
    ['a core dump', '<on_crash>coredump-destroy</on_crash>', '</domain>'],
    ['a partition of somebody', '<resource><partition>/other</partition></resource>', '</domain>'],
  ])('is not %s', (_what, more, where) => {
    const xml = withMore(more, where);
    expect(asked(xml)).toHaveLength(1);
    expect(carried(xml)).not.toContain(more.slice(0, 14));
  });

  it('is a vNIC of ours without additions by others', () => {
    const xml = own().replace('<model type="virtio"/>', '<model type="virtio"/><script path="/tmp/x"/>');
    expect(asked(xml)).toEqual([['interface bridge (blue)', true]]);
    expect(carried(xml)).toContain(MAC);
    expect(carried(xml)).not.toContain('/tmp/x');
  });

  it('gets the id and name from the database, whatever its host says, and none of its paths', () => {
    const xml = own()
      .replace(`<uuid>${ID}</uuid>`, '<uuid>0198c5a0-0000-7000-8000-0000000000ff</uuid>')
      .replace('<name>db</name>', '<name>other</name>')
      .replace('/d/disk.qcow2', '/etc/shadow')
      .replace('"/log"', '"/etc/cron.d/x"');
    const again = domainXml(carried(xml), spec, context);
    expect(again).toContain(`<uuid>${ID}</uuid>`);
    expect(again).toContain('<name>db</name>');
    expect(again).not.toContain('/etc/');
  });

  it('is asked about again if it changed since the user agreed', () => {
    const serial = (path: string): string => withMore(`<serial type="file"><source path="${path}"/></serial>`);
    const [first] = partsOf(serial('/a'), { spec, files });
    const [second] = partsOf(serial('/b'), { spec, files });
    expect(first?.id).not.toBe(second?.id);
    expect(carried(serial('/b'), [first?.id ?? ''])).not.toContain('path="/b"');
  });
});

function DISK(path: string, more = ''): string {
  return `<disk type="file" device="disk"><driver name="qemu" type="raw"/><source file="${path}"/>${more}<target dev="vdx" bus="virtio"/></disk>`;
}
