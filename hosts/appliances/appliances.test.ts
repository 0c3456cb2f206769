import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportedVm } from '../../engine/ports/appliances';
import { createAppliances } from './appliances';

const ID = '01890000-0000-7000-8000-000000000001';
const go = new AbortController().signal;
const quiet = (): void => undefined;

let home: string;
let files: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'atoll-appliances-'));
  files = join(home, 'mine');
  mkdirSync(files);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const port = () => createAppliances({ home });
const read = (path: string) => port().read(path, go);
const unpack = (path: string, sha256: string | null = null, signal = go) =>
  port().unpack(ID, { path, sha256 }, quiet, signal);
const put = (name: string, content: string | Buffer): string => {
  writeFileSync(join(files, name), content);
  return join(files, name);
};
/** An archive with these files, by GNU tar with these options. */
const ova = (names: readonly string[], options: readonly string[] = []): string => {
  execFileSync('tar', ['-C', files, '--format=ustar', ...options, '-cf', join(files, 'vm.ova'), '--', ...names]);
  return join(files, 'vm.ova');
};
const disk = (name = 'disk.vmdk', size = '8M'): string => {
  execFileSync('qemu-img', ['create', '-q', '-f', 'vmdk', '-o', 'subformat=streamOptimized', join(files, name), size]);
  return name;
};

const item = (kind: number, fields: string): string =>
  `<Item><rasd:InstanceID>${kind}</rasd:InstanceID><rasd:ResourceType>${kind}</rasd:ResourceType>${fields}</Item>`;
const VMDK = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized';

/** An OVF description with one disk; what is given replaces or extends its parts. */
function ovf({
  href = 'disk.vmdk',
  capacity = '8388608',
  items = '',
  more = '',
  file = '',
  disks = '',
  system = '',
} = {}): string {
  return `<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:rasd="urn:rasd" xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:vbox="http://www.virtualbox.org/ovf/machine">
<References><File ovf:id="file1" ovf:href="${href}" ${file}/></References>
<DiskSection><Info/><Disk ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:capacity="${capacity}" ovf:format="${VMDK}" ${disks}/></DiskSection>
${more}
<VirtualSystem ovf:id="old"><Info/><Name>Old server</Name>${system}
<VirtualHardwareSection><Info/>
${item(3, '<rasd:VirtualQuantity>2</rasd:VirtualQuantity>')}
${item(4, '<rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:VirtualQuantity>512</rasd:VirtualQuantity>')}
${item(17, '<rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource><rasd:Parent>20</rasd:Parent>')}
${items}
</VirtualHardwareSection></VirtualSystem></Envelope>`;
}

describe('a description', () => {
  const described = (text: string) => read(put('vm.ovf', text));

  it('as VirtualBox writes it becomes a VM, with a report of what it does not get', async () => {
    expect(
      await described(
        ovf({
          capacity: '10737418240',
          items: [
            item(5, '<rasd:ResourceSubType>PIIX4</rasd:ResourceSubType>'),
            item(20, '<rasd:ResourceSubType>AHCI</rasd:ResourceSubType>'),
            item(23, '<rasd:ElementName>usb</rasd:ElementName>'),
            item(35, '<rasd:ResourceSubType>ensoniq1371</rasd:ResourceSubType>'),
            item(15, '<rasd:HostResource>/disk/none</rasd:HostResource><rasd:Parent>5</rasd:Parent>'),
            item(
              10,
              '<rasd:Connection>Intern&#x202e; blue</rasd:Connection><rasd:ResourceSubType>PCNet32</rasd:ResourceSubType>',
            ),
          ].join(''),
          system: `<AnnotationSection><Info/><Annotation>From the cellar</Annotation></AnnotationSection>
            <vbox:Machine><Hardware><Firmware type="EFI"/><TrustedPlatformModule type="v2_0"/>
            <SharedFolders><SharedFolder name="x" hostPath="/etc"/></SharedFolders></Hardware></vbox:Machine>`,
        }),
      ),
    ).toEqual({
      ...{ name: 'Old server', comment: 'From the cellar', memoryMiB: 512, cpus: 2, firmware: 'uefi', tpm: '2.0' },
      ...{ sound: 'none', nicModel: 'rtl8139', cdroms: 1 },
      disks: [{ file: 'disk.vmdk', format: 'vmdk', sizeBytes: 10_737_418_240, bus: 'sata' }],
      nics: [{ network: 'Intern blue' }],
      leftOut: ['USB controller', 'shared folders (1)', 'sound card ensoniq1371', 'NIC model PCNet32 (it is rtl8139)'],
    });
  });

  it('as VMware writes it becomes a VM: units, firmware, disks on a SCSI controller, the default configuration', async () => {
    const scsi = '<rasd:ResourceSubType>lsilogic</rasd:ResourceSubType>';
    const vmxnet = '<rasd:Connection>VM Network</rasd:Connection><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType>';
    const config = (key: string, value: string) =>
      `<vmw:Config ovf:required="false" vmw:key="${key}" vmw:value="${value}"/>`;
    const text = ovf({
      capacity: '20',
      disks: 'ovf:capacityAllocationUnits="byte * 2^30"',
      more: `<DeploymentOptionSection><Info/><Configuration ovf:id="small"/><Configuration ovf:id="large"/></DeploymentOptionSection>
        <NetworkSection><Info/><Network ovf:name="VM Network"/></NetworkSection>`,
      items: [
        item(6, scsi),
        item(14, ''),
        item(10, vmxnet),
        item(10, vmxnet).replace('<Item>', '<Item ovf:configuration="large">'),
        item(1, '<rasd:ResourceSubType>vmware.vmci</rasd:ResourceSubType>'),
        config('firmware', 'efi'),
        config('bootOptions.efiSecureBootEnabled', 'true'),
      ].join(''),
      system: '<ProductSection><Info/><Property ovf:key="ip"/><Property ovf:key="dns"/></ProductSection>',
    }).replace('<rasd:Parent>20<', '<rasd:Parent>6<');
    expect(await described(text)).toMatchObject({
      ...{ firmware: 'uefi-secure', nicModel: 'e1000e', nics: [{ network: 'VM Network' }] },
      disks: [{ sizeBytes: 20 * 1024 ** 3, bus: 'sata' }],
      leftOut: [
        'controller lsilogic (its disks are on SATA)',
        'floppy drive',
        'start-up settings (2)',
        'NIC model VmxNet3 (it is e1000e)',
      ],
    });
  });

  it.each([
    [
      'an entity expansion',
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>${ovf().replace('<?xml version="1.0"?>', '')}`,
      'DOCTYPE',
    ],
    ['something else', '<domain/>', 'root is domain'],
    ['broken XML', '<Envelope>', 'can be read'],
    ['no VM', '<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"/>', 'no VM'],
    ['a difference to another disk', ovf({ disks: 'ovf:parentRef="x"' }), 'difference'],
    ['a disk of 64 PiB', ovf({ capacity: String(2 ** 56) }), '64 TiB'],
    ['a disk without a size', ovf({ capacity: 'much' }), 'capacity'],
    ['memory of 100 TiB', ovf().replace('>512<', '>104857600<'), 'memoryMiB'],
    ['a disk that is not listed', ovf().replace('/disk/vmdisk1', '/disk/vmdisk2'), 'list of disks'],
  ])('with %s is refused', async (_what, text, why) => {
    await expect(described(text)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(why) as string,
      field: 'path',
    });
  });

  it.each([
    [
      'several VMs',
      `<Envelope><VirtualSystemCollection><VirtualSystem/><VirtualSystem/></VirtualSystemCollection></Envelope>`,
    ],
    ['a compressed disk', ovf({ file: 'ovf:compression="gzip"' })],
  ])('with %s is not supported', async (_what, text) => {
    await expect(described(text)).rejects.toMatchObject({ code: 'NOT_SUPPORTED', field: 'path' });
  });

  it('that is a link, a folder, missing or enormous is refused', async () => {
    const target = put('vm.ovf', ovf());
    symlinkSync(target, join(files, 'link.ovf'));
    const huge = put('huge.ovf', '<');
    truncateSync(huge, 3 * 1024 * 1024);
    await expect(read(join(files, 'link.ovf'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(read(join(files, 'none.ovf'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(read(files)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(read(huge)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('an archive', () => {
  it('is unpacked into private files, and compared with its manifest and a given sum', async () => {
    put('vm.ovf', ovf());
    const sum = (name: string) =>
      createHash('sha1')
        .update(readFileSync(join(files, name)))
        .digest('hex');
    disk();
    put('vm.mf', `SHA1(vm.ovf)= ${sum('vm.ovf')}\r\nSHA1 (disk.vmdk) = ${sum('disk.vmdk')}\n`);
    const path = ova(['vm.ovf', 'vm.mf', 'disk.vmdk']);
    const { appliance, disks } = await unpack(path);
    expect(appliance.name).toBe('Old server');
    expect(readFileSync(disks[0] ?? '').equals(readFileSync(join(files, 'disk.vmdk')))).toBe(true);
    await expect(unpack(path, 'ab'.repeat(32))).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'sha256' });
    put('vm.mf', `SHA1(disk.vmdk)= ${'0'.repeat(40)}\n`);
    await expect(unpack(ova(['vm.ovf', 'vm.mf', 'disk.vmdk']))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    put('vm.mf', `SHA1(gone.vmdk)= ${'0'.repeat(40)}\n`);
    await expect(unpack(ova(['vm.ovf', 'vm.mf', 'disk.vmdk']))).rejects.toThrow(/gone.vmdk/);
    await expect(unpack(path, null, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
    await port().remove(ID);
    expect(readdirSync(join(home, 'appliances'))).toEqual([]);
  });

  const hostile = (prepare: () => string) => async () => {
    put('vm.ovf', ovf());
    disk();
    let readBytes = 0;
    const unpacking = port().unpack(ID, { path: prepare(), sha256: null }, (done) => (readBytes = done), go);
    await expect(unpacking).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'path' });
    expect(readBytes).toBeLessThan(8 * 1024 * 1024);
    // Nothing but what was allowed is written, and nothing outside the private folder.
    expect(readdirSync(home).sort()).toEqual(['appliances', 'mine']);
    expect(readdirSync(join(home, 'appliances'))).toEqual([ID]);
    for (const name of readdirSync(join(home, 'appliances', ID))) expect(name).toMatch(/^file-\d+$/);
  };
  it(
    'with a path in a name is refused',
    hostile(() => ova(['vm.ovf', 'disk.vmdk'], ['--transform=s,disk,../../disk,', '-P'])),
  );
  it(
    'with an absolute path is refused',
    hostile(() => ova(['vm.ovf', 'disk.vmdk'], ['--transform=s,^disk,/tmp/disk,', '-P'])),
  );
  it(
    'with a link in place of a disk is refused',
    hostile(() => {
      rmSync(join(files, 'disk.vmdk'));
      symlinkSync('/etc/passwd', join(files, 'disk.vmdk'));
      return ova(['vm.ovf', 'disk.vmdk']);
    }),
  );
  it(
    'with two members of one name is refused',
    hostile(() => ova(['vm.ovf', 'disk.vmdk', 'vm.ovf'], ['--hard-dereference'])),
  );
  it(
    'that is cut off is refused',
    hostile(() => {
      const path = ova(['vm.ovf', 'disk.vmdk']);
      truncateSync(path, 12_000);
      return path;
    }),
  );
  it(
    'with an extended header of 1 GiB is refused without reading it',
    hostile(() => {
      const path = ova(['vm.ovf', 'disk.vmdk']);
      const archive = readFileSync(path);
      archive.write('x', 156);
      archive.write('10000000000\0', 124);
      archive.write('        ', 148);
      const sum = archive.subarray(0, 512).reduce((all, byte) => all + byte, 0);
      archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      writeFileSync(path, archive);
      truncateSync(path, 2 ** 30 + 4096);
      return path;
    }),
  );
  it(
    'without a description is refused',
    hostile(() => ova(['disk.vmdk'])),
  );
  it(
    'without the disk that it describes is refused',
    hostile(() => ova(['vm.ovf'])),
  );
  it(
    'with a disk of another format than described is refused',
    hostile(() => {
      put('disk.vmdk', 'plain text');
      return ova(['vm.ovf', 'disk.vmdk']);
    }),
  );
  it(
    'that is compressed is refused',
    hostile(() => ova(['vm.ovf', 'disk.vmdk'], ['-z'])),
  );

  it('that states more than the disk has room for is refused before it is written', async () => {
    put('vm.ovf', ovf());
    put('disk.vmdk', '');
    truncateSync(join(files, 'disk.vmdk'), 2 ** 43);
    await expect(unpack(put('vm.ovf', ovf()))).rejects.toMatchObject({ code: 'NO_CAPACITY', field: 'path' });
  });
});

describe('an exported VM', () => {
  const vm = (path: string): ExportedVm => ({
    ...{ id: ID, name: 'Web <1> & "Ä"/../x', comment: 'line\nand\u0001 more', memoryMiB: 768, cpus: 3 },
    ...{ firmware: 'uefi-secure', tpm: '2.0', sound: 'ich9', nicModel: 'virtio', cdroms: 1 },
    disks: [
      { path, format: 'raw', bus: 'virtio', virtualBytes: 1_048_576 },
      { path, format: 'raw', bus: 'scsi', virtualBytes: 1_048_576 },
    ],
    nics: [{ network: 'blue' }, { network: null }],
  });

  it.each(['ova', 'qcow2'] as const)('as %s is read back as it was, and overwrites nothing', async (format) => {
    const content = Buffer.alloc(1_048_576, 'x');
    const source = put('disk.raw', content);
    const path = join(files, 'out');
    expect(await port().pack(ID, vm(source), { path, format }, quiet, go)).toBeGreaterThan(1000);
    const readable =
      format === 'ova' ? path : join(path, readdirSync(path).find((name) => name.endsWith('.ovf')) ?? '');
    const { appliance, disks } = await unpack(readable);
    expect(appliance).toMatchObject({
      ...{ name: 'Web <1> & "Ä"/../x', comment: 'line and more', memoryMiB: 768, cpus: 3, firmware: 'uefi-secure' },
      ...{ tpm: '2.0', sound: 'ich9', nicModel: 'virtio', cdroms: 1, leftOut: [] },
      disks: [{ bus: 'virtio' }, { bus: 'scsi' }],
      nics: [{ network: 'blue' }, { network: null }],
    });
    const back = join(files, 'back');
    execFileSync('qemu-img', ['convert', '-O', 'raw', disks[1] ?? '', back]);
    expect(readFileSync(back).equals(content)).toBe(true);
    await expect(port().pack(ID, vm(source), { path, format }, quiet, go)).rejects.toMatchObject({ code: 'CONFLICT' });
    const cancelled = port().pack(ID, vm(source), { path: join(files, 'other'), format }, quiet, AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(files).filter((name) => /part|tar|other/.test(name))).toEqual([]);
  });
});
