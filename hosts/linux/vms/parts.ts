import { createHash } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import type { MoveChoice, VmPart, VmSpec } from '../../../engine/ports/host-driver';
import { DEVICES, DOMAIN, FEATURES, LIBOSINFO, OS, OSINFO, OWN_DISK, type Rule } from './allow-list';
import { domainName } from './domain-name';
import { aliasOf } from './disk-xml';
import { screenSocket, serialSocket } from './lines-xml';
import { vnicsInMetadata } from './mark-xml';
import { diskAlias } from './disk-xml';
import { serialize } from './interface-xml';
import { ATOLL_NAMESPACE, add, child, element, elements, setText, text, withXml } from './xml';

/** What decides about a definition. */
export interface PartsContext {
  readonly spec: VmSpec;
  /** Paths of the files that move with the VM, on the source host. */
  readonly files: ReadonlySet<string>;
}

/** The decision about one element of a definition. */
type Verdict = 'carried' | 'dropped' | 'ask' | 'stays';

/** Resources of one host: they can be left behind, but not moved, whoever agrees. */
const STAYS = new Set(['hostdev', 'filesystem', 'tpm', 'emulator', 'disk', 'nvram', 'lease']);

const KNOWN_EMULATOR = /^\/usr\/(bin|libexec)\/(qemu-system-[\w]+|qemu-kvm|kvm)$/;
const LONGEST_SHOWN = 2_000;

/** The parts of a definition that a move asks the user about. */
export function partsOf(xml: string, context: PartsContext): VmPart[] {
  return withXml(xml, ({ root }) =>
    units(root).flatMap((unit) => {
      const verdict = evaluate(root, unit, context);
      return verdict === 'carried' || verdict === 'dropped' ? [] : [partOf(unit, verdict)];
    }),
  );
}

/**
 * The definition with what is on the allow-list and what the user agreed to, and nothing else. The name, the id and everything that
 * the database knows are written from the database.
 */
export function allowedXml(xml: string, context: PartsContext, { carry }: MoveChoice): string {
  const accepted = new Set(carry);
  return withXml(xml, (document) => {
    const { root } = document;
    for (const unit of units(root)) {
      const verdict = evaluate(root, unit, context);
      const yes = verdict === 'carried' || (verdict === 'ask' && accepted.has(partOf(unit, verdict).id));
      if (yes) continue;
      if (verdict === 'ask' && isOurVnic(unit, context)) strip(unit, DEVICES['interface']);
      else unit.remove();
    }
    keepAttributes(root, { type: /^(kvm|qemu)$/ });
    for (const name of ['devices', 'features', 'metadata']) {
      const holder = element(root, name);
      if (holder) keepAttributes(holder, {});
    }
    const os = element(root, 'os');
    if (os) keepAttributes(os, { firmware: /^(efi|bios)$/ });
    makeOurs(root, context.spec);
    return document.toString({ format: false, noDeclaration: true });
  });
}

/** The elements that are moved, left or asked about, each as a whole. */
const units = (root: XmlElement): XmlElement[] => [
  ...elements(root, '*').filter(({ name, namespaceUri }) => namespaceUri !== '' || !HOLDERS.has(name)),
  ...[...HOLDERS].flatMap((name) => elements(root, `${name}/*`)),
];
const HOLDERS = new Set(['os', 'features', 'devices', 'metadata']);

function evaluate(root: XmlElement, unit: XmlElement, context: PartsContext): Verdict {
  const holder = unit.parent;
  const inside = holder && HOLDERS.has(holder.name) ? holder.name : '';
  if (inside === 'metadata') return evaluateNote(unit);
  if (unit.namespaceUri !== '') return 'ask';
  if (inside === 'devices') return evaluateDevice(root, unit, context);
  const { boot } = context.spec;
  if (inside === 'os') {
    // What Atoll boots a VM from is written again from the database.
    if (boot.kind !== 'imported' && ['kernel', 'initrd', 'cmdline'].includes(unit.name)) return 'dropped';
    if (hasFirmware(context.spec) && ['firmware', 'loader', 'nvram'].includes(unit.name)) return 'dropped';
    if (unit.name === 'nvram' && !context.files.has(unit.content.trim())) return 'stays';
    return fits(unit, own(OS, unit.name)) ? 'carried' : STAYS.has(unit.name) ? 'stays' : 'ask';
  }
  return fits(unit, own(inside === 'features' ? FEATURES : DOMAIN, unit.name)) ? 'carried' : 'ask';
}

function evaluateNote(unit: XmlElement): Verdict {
  if (unit.namespaceUri === ATOLL_NAMESPACE) return 'dropped';
  return unit.namespaceUri === LIBOSINFO && fits(unit, OSINFO, LIBOSINFO) ? 'carried' : 'ask';
}

function evaluateDevice(root: XmlElement, unit: XmlElement, context: PartsContext): Verdict {
  const { spec, files } = context;
  switch (unit.name) {
    case 'emulator':
      return KNOWN_EMULATOR.test(unit.content.trim()) ? 'dropped' : 'stays';
    case 'interface': {
      if (isOurVnic(unit, context)) return fits(unit, DEVICES['interface']) ? 'carried' : 'ask';
      const mac = (text(unit, 'mac/@address') ?? '').toLowerCase();
      const isNoted = vnicsInMetadata(root).some((vnic) => vnic.mac.toLowerCase() === mac);
      const isReleased = spec.boot.kind === 'imported' && spec.boot.others.includes(mac);
      return isNoted && !isReleased ? 'dropped' : 'ask';
    }
    case 'disk': {
      const role = roleOf(unit, spec);
      if (role !== null) return fits(unit, OWN_DISK) ? 'carried' : 'stays';
      const file = text(unit, 'source/@file');
      const isThere = file === null ? element(unit, 'source') === null : files.has(file);
      return isThere && fits(unit, DEVICES['disk']) ? 'carried' : 'stays';
    }
    case 'serial':
      return isOurSerial(unit, spec) ? 'carried' : fits(unit, DEVICES['serial']) ? 'carried' : 'ask';
    case 'console':
      // libvirt shows the first serial device as a console too.
      if (text(unit, 'target/@type') === 'serial' && element(root, 'devices/serial')) return 'dropped';
      return fits(unit, DEVICES['console']) ? 'carried' : 'ask';
    case 'graphics':
      return isOurScreen(unit, spec) || fits(unit, DEVICES['graphics']) ? 'carried' : 'ask';
    case 'tpm':
      // Written again from the database.
      return hasTpm(spec) && element(unit, 'backend[@type="emulator"]') !== null ? 'dropped' : 'stays';
    default:
      if (fits(unit, own(DEVICES, unit.name))) return 'carried';
      return STAYS.has(unit.name) ? 'stays' : 'ask';
  }
}

const hasFirmware = ({ hardware }: VmSpec): boolean => hardware !== undefined && hardware.firmware !== 'bios';

const hasTpm = ({ hardware }: VmSpec): boolean => hardware !== undefined && hardware.tpm !== 'none';

const isOurVnic = (unit: XmlElement, { spec }: PartsContext): boolean =>
  unit.name === 'interface' &&
  spec.vnics.some(({ mac }) => mac.toLowerCase() === text(unit, 'mac/@address')?.toLowerCase());

const isOurSerial = (unit: XmlElement, { id, boot }: VmSpec): boolean =>
  boot.kind !== 'imported' &&
  unit.attr('type')?.value === 'unix' &&
  [serialSocket(id), null].includes(text(unit, 'source/@path')) &&
  text(unit, 'alias/@name') === aliasOf('serial');

const isOurScreen = (unit: XmlElement, { id, boot }: VmSpec): boolean =>
  boot.kind !== 'imported' && unit.attr('type')?.value === 'vnc' && unit.attr('socket')?.value === screenSocket(id);

/** Which of Atoll's disks this is; null: someone else's. */
function roleOf(unit: XmlElement, { boot, disks = [], cdroms = [] }: VmSpec): string | null {
  const ofBoot = { image: ['disk', 'seed'], disk: ['disk'], devices: [], tiny: [], kernel: [], imported: [] }[
    boot.kind
  ];
  // The only drive of an older definition.
  const drives = cdroms.flatMap(({ name }) => (name === 'cd1' ? [name, 'iso'] : [name]));
  const alias = text(unit, 'alias/@name');
  const aliases = [...[...ofBoot, ...drives].map(aliasOf), ...disks.map(({ id }) => diskAlias(id))];
  return aliases.find((each) => each === alias) ?? null;
}

/** Replaces what Atoll writes itself with plain elements, so that it keeps its position for the guest, and sets the owner. */
function makeOurs(root: XmlElement, spec: VmSpec): void {
  setText(child(root, 'uuid'), spec.id);
  if (spec.boot.kind !== 'imported') setText(child(root, 'name'), domainName(spec.id, spec.name));
  else setText(child(root, 'name'), domainName(spec.id, text(root, 'name') ?? ''));
  const seen = new Set<string>();
  for (const disk of elements(root, 'devices/disk')) {
    const role = roleOf(disk, spec);
    if (role === null) continue;
    if (seen.has(role)) disk.remove();
    seen.add(role);
    for (const name of ['source', 'backingStore']) element(disk, name)?.remove();
  }
  for (const serial of elements(root, 'devices/serial').filter((unit) => isOurSerial(unit, spec))) {
    empty(serial);
    serial.setAttr('type', 'unix');
    add(serial, 'alias', { name: aliasOf('serial') });
  }
  for (const screen of elements(root, 'devices/graphics').filter((unit) => isOurScreen(unit, spec))) {
    empty(screen);
    screen.setAttr('type', 'vnc');
    screen.setAttr('socket', screenSocket(spec.id));
    add(screen, 'listen', { type: 'socket', socket: screenSocket(spec.id) });
  }
}

function empty(unit: XmlElement): void {
  while (unit.firstChild) unit.firstChild.remove();
  keepAttributes(unit, {});
}

/** Whether an element and everything in it is on the list. */
export function fits(unit: XmlElement, rule: Rule | undefined, namespace = ''): boolean {
  if (rule === undefined || unit.namespaceUri !== namespace) return false;
  const inner = elements(unit, '*');
  if (inner.length === 0 && !(rule.text ?? /^\s*$/).test(unit.content)) return false;
  return (
    unit.attrs.every(
      ({ name, value, namespaceUri }) => namespaceUri === '' && Boolean(own(rule.attributes, name)?.test(value)),
    ) && inner.every((each) => fits(each, own(rule.children, each.name), namespace))
  );
}

/** Prevents access to properties that every object has. */
const own = <T>(of: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

/** Removes from an element what is not on the list. */
function strip(unit: XmlElement, rule: Rule | undefined): void {
  if (rule === undefined) return;
  keepAttributes(unit, rule.attributes);
  for (const each of elements(unit, '*')) {
    const inner = own(rule.children, each.name);
    if (inner === undefined || each.namespaceUri !== '') each.remove();
    else strip(each, inner);
  }
}

function keepAttributes(unit: XmlElement, allowed: Readonly<Record<string, RegExp>>): void {
  for (const attribute of unit.attrs) {
    const isAllowed = attribute.namespaceUri === '' && own(allowed, attribute.name)?.test(attribute.value) === true;
    if (!isAllowed) attribute.remove();
  }
}

/** Its id depends on its content: a part that the host has changed is another part. */
function partOf(unit: XmlElement, verdict: 'ask' | 'stays'): VmPart {
  const xml = serialize(unit);
  const tag = unit.name.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 20) || 'part';
  const hash = createHash('sha256').update(`${unit.namespaceUri}\n${xml}`).digest('hex').slice(0, 12);
  return { id: `${tag}-${hash}`, what: whatOf(unit), xml: xml.slice(0, LONGEST_SHOWN), canCarry: verdict === 'ask' };
}

/** A short description: its kind, and its target. */
function whatOf(unit: XmlElement): string {
  const name = unit.prefix === '' ? unit.name : `${unit.prefix}:${unit.name}`;
  const type = unit.attr('type')?.value ?? '';
  const source = element(unit, 'source');
  const leadsTo = source?.attrs.map(({ value }) => value).find((value) => value !== '') ?? '';
  return [name, type, leadsTo === '' ? '' : `(${leadsTo})`].filter(Boolean).join(' ').slice(0, 200);
}
