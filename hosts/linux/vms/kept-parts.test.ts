import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { XmlElement } from 'libxml2-wasm';
import { expect, test } from 'vitest';
import type { VmSpec, VnicSpec } from '../../../engine/ports/host-driver';
import { domainXml, type DomainContext } from './domain-xml';
import { element, elements, loadXml, text, withXml, xmlLibrary } from './xml';

await loadXml();

/** Definitions as other tools write them; test/fixtures/domains/README.md says which. */
const FOLDER = join(import.meta.dirname, '../../../test/fixtures/domains');
const FIXTURES = readdirSync(FOLDER).filter((name) => name.endsWith('.xml'));
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

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

const isElement = (node: unknown): node is XmlElement => node instanceof xmlLibrary().XmlElement;

/** Every element, in order: its path with the attributes of all above it, its own attributes and its own text. */
function parts(xml: string): string[] {
  const found: string[] = [];
  const walk = (node: XmlElement, above: string): void => {
    const attributes = node.attrs.map((each) => `${each.name}=${each.value}`).sort();
    const children: XmlElement[] = [];
    for (let each = node.firstChild; each !== null; each = each.next) if (isElement(each)) children.push(each);
    const own = children.length === 0 ? node.content.trim() : '';
    const line = `${above}/${node.name}`;
    if (!node.namespaceUri.startsWith('urn:atoll:')) found.push([line, ...attributes, own].join(' '));
    for (const each of children) walk(each, line);
  };
  withXml(xml, ({ root }) => walk(root, ''));
  return found.filter((line) => line.trim() !== '/domain/metadata');
}

/** What is in `before` and not in `now`. */
function lost(before: readonly string[], now: readonly string[]): string[] {
  const left = [...now];
  return before.filter((line) => {
    const place = left.indexOf(line);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

const macsOf = (xml: string): string[] =>
  withXml(xml, ({ root }) => elements(root, 'devices/interface/mac').map((mac) => text(mac, '@address') ?? ''));

test('there are many forms', () => {
  expect(FIXTURES.length).toBeGreaterThan(60);
  expect(lost(['a', 'b', 'b'], ['b', 'c'])).toEqual(['a', 'b']);
});

test.each(FIXTURES)('an imported VM loses nothing when it gets a vNIC and loses it again: %s', (name) => {
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

/** What such an edit is meant to change. */
const CHANGED =
  /^\/domain( |$)|^\/domain\/(title|memory|currentMemory|vcpu|cpu)( |$)|^\/domain\/os\/(kernel|initrd|cmdline|boot)( |$)/;

test.each(FIXTURES)('an edit of CPUs, memory, vNICs and a CD loses nothing else: %s', (name) => {
  const original = read(name);
  const [mac] = macsOf(original).map((each) => each.toLowerCase());
  const spec: VmSpec = {
    ...{ id: 'x', name: 'x', memoryMiB: 3072, cpus: 3, boot: { kind: 'devices' }, cdroms: [] },
    vnics: [NEW],
  };
  const first = domainXml(original, spec, context('/new.iso'));
  const again = domainXml(first, { ...spec, memoryMiB: 4096, vnics: [] }, context(null));
  for (const edited of [first, again])
    expect(lost(unnumbered(original), unnumbered(edited)).filter((line) => !CHANGED.test(line))).toEqual([]);
  expect(first).toContain('/new.iso');
  expect(again).not.toContain('/new.iso');
  expect(again).not.toContain(NEW.mac);
  if (mac !== undefined) expect(macsOf(again).map((each) => each.toLowerCase())).toContain(mac);
  expect(withXml(again, ({ root }) => element(root, 'memory')?.content)).toBe('4096');
});
