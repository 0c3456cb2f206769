import { expect, test } from 'vitest';
import type { VmSpec, VnicSpec } from '../../../engine/ports/host-driver';
import { sizeOfNuma } from './basics-xml';
import { domainXml, type DomainContext } from './domain-xml';
import {
  DEFINITIONS,
  lostParts as lost,
  partsOfXml as parts,
  readDefinition as read,
} from '../../../test/support/definitions';
import { element, elements, loadXml, text, withXml } from './xml';

await loadXml();

const STORE = '99999999-2222-4333-8444-555555555555';
const vnic = (mac: string, bridge: string): VnicSpec => ({ id: `id-${mac}`, mac, bridge, linked: true, mtu: 1400 });
const NEW = vnic('56:6f:00:00:00:77', 'blue');
const context = (cdrom: string | null): DomainContext => ({
  storeId: STORE,
  accelerated: true,
  boot: { kernel: null, disks: [], cdroms: [{ name: 'cd1', path: cdrom }], bare: false },
  folder: '/disks/x',
  serialLog: '/log/x.log',
});

const macsOf = (xml: string): string[] =>
  withXml(xml, ({ root }) => elements(root, 'devices/interface/mac').map((mac) => text(mac, '@address') ?? ''));

test('there are many forms', () => {
  expect(DEFINITIONS.length).toBeGreaterThanOrEqual(150);
  expect(lost(['a', 'b', 'b'], ['b', 'c'])).toEqual(['a', 'b']);
});

test.each(DEFINITIONS)('an imported VM loses nothing when it gets a vNIC and loses it again: %s', (name) => {
  const original = read(name);
  const boot = { kind: 'imported', others: macsOf(original) } as const;
  const spec: VmSpec = { id: 'x', name: 'x', memoryMiB: 1, cpus: 1, boot, vnics: [NEW] };
  const plugged = domainXml(original, spec, context(null));
  expect(lost(parts(original), parts(plugged))).toEqual([]);
  expect(plugged).toContain(NEW.mac);
  const unplugged = domainXml(plugged, { ...spec, vnics: [] }, context(null));
  expect(parts(unplugged)).toEqual(parts(original));
});

/** Devices keep their place in the boot order, though a CD drive is numbered among them. */
const unnumbered = (xml: string): string[] => parts(xml).map((line) => line.replace(/\/boot order=\d+/, '/boot order'));

/** What such an edit is meant to change: with it, what no longer fits another number of CPUs. */
const CHANGED =
  /^\/domain( |$)|^\/domain\/(title|memory|currentMemory|vcpu|cpu)( |$)|^\/domain\/(vcpus|cpu\/topology|cputune\/vcpupin)|^\/domain\/os\/(kernel|initrd|cmdline|boot)( |$)/;

test.each(DEFINITIONS)('an edit of CPUs, memory, vNICs and a CD loses nothing else: %s', (name) => {
  const original = read(name);
  const [mac] = macsOf(original).map((each) => each.toLowerCase());
  // NUMA nodes are of a size; another one is refused.
  const fixed = withXml(original, ({ root }) => sizeOfNuma(root)) ?? {};
  const spec: VmSpec = {
    ...{ id: 'x', name: 'x', memoryMiB: 3072, cpus: 3, boot: { kind: 'devices' }, cdroms: [] },
    ...{ vnics: [NEW], ...fixed },
  };
  const first = domainXml(original, spec, context('/new.iso'));
  const later: VmSpec = { ...spec, memoryMiB: 4096, vnics: [], ...fixed };
  const again = domainXml(first, later, context(null));
  for (const edited of [first, again])
    expect(lost(unnumbered(original), unnumbered(edited)).filter((line) => !CHANGED.test(line))).toEqual([]);
  expect(first).toContain('/new.iso');
  expect(again).not.toContain('/new.iso');
  expect(again).not.toContain(NEW.mac);
  if (mac !== undefined) expect(macsOf(again).map((each) => each.toLowerCase())).toContain(mac);
  expect(withXml(again, ({ root }) => element(root, 'memory')?.content)).toBe(String(later.memoryMiB * 1024));
});
