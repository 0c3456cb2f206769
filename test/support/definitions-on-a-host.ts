import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_HARDWARE, type Hardware } from '../../contract';
import type { BootSpec, VmDriver, VmSpec, VnicSpec } from '../../engine/ports/host-driver';
import { createVirshDriver } from '../../hosts/linux/vms/virsh-driver';
import { child, elements, loadXml, setText, text, withXml } from '../../hosts/linux/vms/xml';
import { DEFINITIONS, lostParts, partsOfXml, readDefinition } from './definitions';
import { LocalMachine } from './local-machine';

await loadXml();

/** As a host without KVM, and without other distributions' emulators and machines, can define it. */
const forThisHost = (xml: string): string =>
  xml
    .replace(/(<domain\b[^>]*\btype=['"])kvm/, '$1qemu')
    .replaceAll(/<emulator>[^<]*<\/emulator>/g, '')
    .replace(/machine=(['"])pc-q35[^'"]*\1/, 'machine="q35"')
    .replace(/machine=(['"])pc-i440fx[^'"]*\1/, 'machine="pc"');

const idOf = (name: string): string => `aaaaaaaa-1111-4111-8111-${String(DEFINITIONS.indexOf(name)).padStart(12, '0')}`;

/** With a name and an id of its own; a definition that repeats its id elsewhere (SMBIOS) has it there too. */
function ownDefinition(name: string): string {
  const id = idOf(name);
  return withXml(forThisHost(readDefinition(name)), (document) => {
    const was = text(document.root, 'uuid') ?? id;
    setText(child(document.root, 'name'), `vm-${name}`);
    const xml = document.toString({ format: false });
    return xml.replaceAll(was, id);
  });
}

/** The memory and CPUs that it has: libvirt refuses other ones beside NUMA nodes. */
const sizeOf = (xml: string): { memoryMiB: number; cpus: number } =>
  withXml(xml, ({ root }) => ({
    memoryMiB: Math.max(1, Math.round(Number(text(root, 'memory')) / 1024)),
    cpus: Number(text(root, 'vcpu')),
  }));

const VNIC: VnicSpec = { id: 'id-nic', mac: '56:6f:00:00:00:77', bridge: 'blue', linked: true, mtu: 1400 };
const OTHER: Hardware = { ...DEFAULT_HARDWARE, clock: 'localtime', sound: 'ac97' };

/** What an edit of title, clock, sound and a CD is meant to change. */
const EDITED =
  /^\/domain( |$)|^\/domain\/(title|memory|currentMemory|vcpu|cpu|clock)( |$)|^\/domain\/devices\/(sound|audio)|^\/domain\/os\/(kernel|initrd|cmdline|boot)( |$)/;
/** Without the boot order, in which the CD drive is numbered too, and what a new port makes of the address of the one before it. */
const plain = (parts: readonly string[]): string[] =>
  parts.map((line) => line.replace(/\/boot order=\d+/, '/boot order').replace(' multifunction=on', ''));

/** For each of these definitions: libvirt defines it, Atoll imports, edits and releases it, and the two definitions are compared. */
export function testDefinitions(names: readonly string[]): void {
  const signal = new AbortController().signal;
  let machine: LocalMachine;
  let driver: VmDriver;
  const counts = { defined: 0 };
  beforeAll(async () => {
    machine = await LocalMachine.open();
    await machine.shell.script('mkdir -p /run/atoll/disks && truncate -s 1M /run/atoll/new.iso', []);
    driver = createVirshDriver(machine.shell, {
      storeId: '99999999-2222-4333-8444-555555555555',
      diskDir: '/run/atoll/disks',
      logDir: '/run/atoll/logs',
      broughtDir: null,
      copyToHost: null,
      tinyGuest: () => Promise.reject(new Error('none here')),
      baseImage: (path) => Promise.resolve(path),
      accelerated: () => Promise.resolve(false),
    });
  });
  afterAll(() => machine?.remove());

  const dump = async (id: string): Promise<string> =>
    (await machine.shell.run(['virsh', '-q', 'dumpxml', id, '--inactive', '--security-info'])).stdout;

  it.for(names)('loses nothing of %s', async (name, { skip }) => {
    const id = idOf(name);
    const options = { stdin: ownDefinition(name), okExits: 'any' } as const;
    const { exit, stderr } = await machine.shell.script('cat | virsh -q define /dev/stdin', [], options);
    // This libvirt or its QEMU lacks something that the definition uses.
    if (exit !== 0) return skip(stderr.trim());
    counts.defined += 1;
    const original = await dump(id);
    const others = withXml(original, ({ root }) =>
      elements(root, 'devices/interface/mac').map((mac) => text(mac, '@address') ?? ''),
    );
    const { memoryMiB, cpus } = sizeOf(original);
    const spec = (boot: BootSpec, more: Partial<VmSpec>): VmSpec => ({
      ...{ id, name: `vm-${name}`, memoryMiB, cpus, boot, vnics: [] },
      ...more,
    });
    const imported = (vnics: readonly VnicSpec[]): VmSpec => spec({ kind: 'imported', others }, { vnics });
    await driver.adopt(id, [], signal);
    await driver.define(imported([VNIC]), signal);
    const plugged = await dump(id);
    expect(plugged).toContain(VNIC.mac);
    expect(lostParts(partsOfXml(original), partsOfXml(plugged))).toEqual([]);
    await driver.define(imported([]), signal);
    await driver.release(id, signal);
    expect(partsOfXml(await dump(id))).toEqual(partsOfXml(original));

    // As a VM of Atoll's to which somebody has added all of this with virsh.
    await driver.adopt(id, [], signal);
    const cdroms = [{ name: 'cd1', path: '/run/atoll/new.iso' }];
    await driver.define(spec({ kind: 'devices' }, { vnics: [VNIC], cdroms, hardware: OTHER }), signal);
    const edited = await dump(id);
    expect(edited).toContain('/run/atoll/new.iso');
    expect(
      lostParts(plain(partsOfXml(original)), plain(partsOfXml(edited))).filter((line) => !EDITED.test(line)),
    ).toEqual([]);
  });

  it('defines most of them', () => {
    expect(counts.defined).toBeGreaterThanOrEqual(Math.floor(names.length * 0.8));
  });
}
