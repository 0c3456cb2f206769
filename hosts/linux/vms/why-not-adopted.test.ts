import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalShell } from '../../shells/local';
import { whyNotAdopted } from './why-not-adopted';
import { loadXml } from './xml';

const ID = '0198c5a0-0000-7000-8000-0000000000cc';
const go = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'atoll-adopted-'));
const at = (name: string): string => join(folder, name);
beforeAll(loadXml);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A qcow2 header of version 3 with a backing file, an external data file, or neither. */
function qcow2(name: string, { backing = false, data = false } = {}): string {
  const header = Buffer.alloc(512);
  header.write('QFI\xfb', 'latin1');
  header.writeUInt32BE(3, 4);
  if (backing) header.writeBigUInt64BE(300n, 8);
  if (backing) header.writeUInt32BE(10, 16);
  header.writeBigUInt64BE(data ? 0b100n : 0n, 72);
  writeFileSync(at(name), header);
  return at(name);
}

const domain = (devices: string, more = ''): string => `<domain type="kvm"><name>web</name><uuid>${ID}</uuid>
  <memory unit="MiB">64</memory><vcpu>1</vcpu>${more}
  <os><type arch="x86_64" machine="q35">hvm</type></os><devices>${devices}</devices></domain>`;
const disk = (file: string, format = 'qcow2', chain = '<backingStore/>'): string =>
  `<disk type="file" device="disk"><driver name="qemu" type="${format}"/><source file="${file}"/>${chain}
   <target dev="vda" bus="virtio"/></disk>`;
const why = (xml: string): Promise<string | null> => whyNotAdopted(new LocalShell(), ID, xml, go);

it('accepts a VM with a plain disk, an overlay with an explicit base, and NICs', async () => {
  const base = `<backingStore type="file"><format type="qcow2"/><source file="${at('base')}"/><backingStore/></backingStore>`;
  const nic =
    '<interface type="bridge"><mac address="52:54:00:00:00:01"/><source bridge="blue"/><model type="virtio"/></interface>';
  expect(await why(domain(disk(qcow2('plain')) + nic))).toBeNull();
  const overlay = disk(qcow2('overlay', { backing: true }), 'qcow2', base).replace(
    '</disk>',
    '<alias name="ua-atoll-disk"/></disk>',
  );
  expect(await why(domain(overlay))).toBeNull();
});

it.each([
  [
    "a disk that opens a file of its header's choice",
    () => domain(disk(qcow2('led', { backing: true }))),
    /backing file/,
  ],
  ['a disk with an external data file', () => domain(disk(qcow2('data', { data: true }))), /data file/],
  ['a disk of another format', () => domain(disk(qcow2('other'), 'vmdk')), /format vmdk/],
  ['a disk that is not there', () => domain(disk(at('none'))), /does not exist/],
  [
    'a folder of the host',
    () => domain('<filesystem type="mount"><source dir="/etc"/><target dir="etc"/></filesystem>'),
    /filesystem/,
  ],
  ['a device of the host', () => domain('<hostdev mode="subsystem" type="pci"/>'), /hostdev/],
  [
    'arguments for QEMU',
    () =>
      domain(
        '',
        '<q:commandline xmlns:q="http://libvirt.org/schemas/domain/qemu/1.0"><q:arg value="-s"/></q:commandline>',
      ),
    /commandline/,
  ],
  ['a program of its own', () => domain('<emulator>/tmp/qemu</emulator>'), /emulator/],
])('refuses %s', async (_what, xml, words) => {
  expect(await why(xml())).toMatch(words);
});
