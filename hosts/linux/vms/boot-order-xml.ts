import type { XmlElement } from 'libxml2-wasm';
import { DEFAULT_HARDWARE } from '../../../contract';
import type { BootTarget, VmSpec } from '../../../engine/ports/host-driver';
import { aliasOf, type DataDisk, diskAlias } from './disk-xml';
import { findInterface } from './interface-xml';
import { child, element, elements, text } from './xml';

/** The devices that a VM boots from: aliases of disks and CD drives, and MAC addresses of vNICs. */
export interface BootOrder {
  readonly devices: readonly string[];
  /** Whether a person chose it, rather than disks before or after CD drives. */
  readonly isAsked: boolean;
}

interface Bootable {
  readonly boot: {
    readonly disks: readonly { readonly role: string }[];
    readonly cdroms?: readonly { readonly name: string }[];
  };
  readonly dataDisks?: readonly DataDisk[];
}

/**
 * The devices of a VM in boot order. An empty disk falls through to the CD; once a system is installed on it, it boots from the disk.
 */
export function bootOrderOf(
  { bootOrder, hardware = DEFAULT_HARDWARE, vnics }: VmSpec,
  { boot: { disks, cdroms = [] }, dataDisks = [] }: Bootable,
): BootOrder {
  if (bootOrder) return { devices: bootOrder.map(tokenOf), isAsked: true };
  const ofBoot = disks.filter(({ role }) => role !== 'seed').map(({ role }) => aliasOf(role));
  const ofDisks = [...ofBoot, ...dataDisks.map(({ id }) => diskAlias(id))];
  const ofDrives = cdroms.map(({ name }) => aliasOf(name));
  switch (hardware.bootFirst) {
    case 'disk':
      return { devices: [...ofDisks, ...ofDrives], isAsked: false };
    case 'cdrom':
      return { devices: [...ofDrives, ...ofDisks], isAsked: false };
    case 'network':
      return { devices: [...vnics.map(({ mac }) => mac), ...ofDisks, ...ofDrives], isAsked: true };
  }
}

function tokenOf(target: BootTarget): string {
  if (target.kind === 'vnic') return target.mac;
  if (target.kind === 'cdrom') return aliasOf(target.name);
  return target.id === null ? aliasOf('disk') : diskAlias(target.id);
}

const deviceOf = (domain: XmlElement, token: string): XmlElement | null =>
  token.includes(':') ? findInterface(domain, token) : element(domain, `devices/disk[alias/@name="${token}"]`);

const aliasIn = (device: XmlElement): string => text(device, 'alias/@name') ?? '';

/** All disks and drives of a definition, and the NICs that are in its boot order: what an earlier order knew. */
export const numberedDevices = (domain: XmlElement): Set<string> =>
  new Set([
    ...elements(domain, 'devices/disk[alias]').map(aliasIn),
    ...elements(domain, 'devices/interface[boot]').map((nic) => text(nic, 'mac/@address')?.toLowerCase() ?? ''),
  ]);

/**
 * Gives devices their order for booting if it differs from the one that was noted, or one of them is new. Devices that someone else
 * put into the order stay ahead of them or behind them; behind them if a person chose the order. An order that exists stays: it may
 * have been changed on the host.
 */
export function setBootOrder(
  domain: XmlElement,
  { devices, isAsked }: BootOrder,
  { numbered, was, now }: { readonly numbered: ReadonlySet<string>; readonly was?: string; readonly now?: string },
): void {
  if (was === now && devices.every((token) => numbered.has(token))) return;
  const sequence = elements(domain, 'os/boot');
  // Someone's own boot sequence for the whole machine excludes one of single devices. Hard disks alone are libvirt's default.
  if (!isAsked && sequence.some((each) => each.attr('dev')?.value !== 'hd')) return;
  for (const each of sequence) each.remove();
  const ours = devices.flatMap((token) => deviceOf(domain, token) ?? []);
  const first = Math.min(...ours.flatMap((device) => (element(device, 'boot') ? [orderOf(device)] : [])));
  for (const device of leftOut(domain, devices, was)) element(device, 'boot')?.remove();
  const others = elements(domain, 'devices/*[boot/@order]')
    .filter((device) => !ours.some((each) => each.isSameNode(device)))
    .sort((a, b) => orderOf(a) - orderOf(b));
  const ahead = isAsked ? [] : others.filter((device) => orderOf(device) < first);
  [...ahead, ...ours, ...others.filter((device) => !ahead.includes(device))].forEach((device, i) =>
    child(device, 'boot').setAttr('order', String(i + 1)),
  );
}

/** Devices of Atoll's that the order no longer has. */
function leftOut(domain: XmlElement, devices: readonly string[], was = ''): XmlElement[] {
  const disks = elements(domain, 'devices/disk[boot]').filter(
    (disk) => aliasIn(disk).startsWith(aliasOf('')) && !devices.includes(aliasIn(disk)),
  );
  const nics = was.split(' ').filter((token) => token.includes(':') && !devices.includes(token));
  return [...disks, ...nics.flatMap((mac) => findInterface(domain, mac) ?? [])];
}

const orderOf = (device: XmlElement): number => Number(text(device, 'boot/@order') ?? '0');
