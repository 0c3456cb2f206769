import type { XmlElement } from 'libxml2-wasm';
import type { Hardware, KeptDevice, VmDefinition } from '../../../contract';
import { AGENT_CHANNEL } from './lines-xml';
import { isKept, vnicsInMetadata } from './mark-xml';
import { element, elements, text, withXml } from './xml';

/** More are not shown: a definition can have any number. */
const MAX_DEVICES = 200;
const MAX_TEXT = 300;

/** What every machine has; the rest of it is in other facts. */
const USUAL = new Set(
  'emulator controller graphics video sound audio memballoon rng serial console interface alias'.split(' '),
);

/** The hardware in a definition, and the devices that Atoll does not manage. */
export function describeDefinition(xml: string): VmDefinition {
  return withXml(xml, ({ root }) => ({
    machine: short(text(root, 'os/type/@machine')),
    cpu: short(text(root, 'cpu/model') ?? text(root, 'cpu/@mode')),
    firmware: firmwareOf(root),
    tpm: tpmOf(root),
    video: models(root, 'devices/video/model/@type'),
    sound: models(root, 'devices/sound/@model'),
    devices: [...keptDevices(root), ...foreignInterfaces(root)].slice(0, MAX_DEVICES),
  }));
}

const short = (value: string | null | undefined): string | null => value?.trim().slice(0, MAX_TEXT) || null;
const models = (root: XmlElement, xpath: string): string[] =>
  root
    .find(xpath)
    .slice(0, MAX_DEVICES)
    .flatMap(({ content }) => short(content) ?? []);

function firmwareOf(root: XmlElement): Hardware['firmware'] {
  const loader = element(root, 'os/loader');
  const isUefi =
    text(root, 'os/@firmware') === 'efi' ||
    text(root, 'os/loader/@type') === 'pflash' ||
    /OVMF|AAVMF|edk2|efi/i.test(loader?.content ?? '');
  if (!isUefi) return 'bios';
  const isSecure =
    text(root, 'os/loader/@secure') === 'yes' ||
    element(root, 'os/firmware/feature[@name="secure-boot"][@enabled="yes"]') !== null;
  return isSecure ? 'uefi-secure' : 'uefi';
}

function tpmOf(root: XmlElement): string | null {
  const tpm = element(root, 'devices/tpm');
  if (tpm === null) return null;
  const words = [text(tpm, '@model'), text(tpm, 'backend/@type'), text(tpm, 'backend/@version')];
  return short(words.filter((word) => word !== null).join(' ')) ?? 'yes';
}

const keptDevices = (root: XmlElement): KeptDevice[] =>
  elements(root, 'devices/*').flatMap((device) => (isKnown(device) ? [] : [describeDevice(device)]));

/** Atoll's own, or a part of every machine. */
function isKnown(device: XmlElement): boolean {
  if (device.namespaceUri !== '') return false;
  const type = device.attr('type')?.value ?? '';
  switch (device.name) {
    case 'input':
      return ['tablet', 'mouse', 'keyboard'].includes(type);
    case 'channel':
      return text(device, 'target/@name') === AGENT_CHANNEL;
    case 'tpm':
      return type === '' && element(device, 'backend[@type="emulator"]') !== null;
    case 'watchdog':
      // A part of every q35 machine.
      return device.attr('model')?.value === 'itco';
    case 'disk':
      return element(device, 'alias[starts-with(@name, "ua-atoll-")]') !== null;
    default:
      return USUAL.has(device.name);
  }
}

/** Those of an imported VM are with its vNICs. */
function foreignInterfaces(root: XmlElement): KeptDevice[] {
  if (isKept(root)) return [];
  const noted = new Set(vnicsInMetadata(root).map(({ mac }) => mac.toLowerCase()));
  return elements(root, 'devices/interface')
    .filter((nic) => !noted.has((text(nic, 'mac/@address') ?? '').toLowerCase()))
    .map(describeDevice);
}

function describeDevice(device: XmlElement): KeptDevice {
  const kind = [device.name, device.attr('type')?.value].filter(Boolean).join(' ');
  return { kind: kind.slice(0, MAX_TEXT), model: short(modelOf(device)), address: short(addressOf(device)) };
}

/** The first that it has. */
const MODELS = ['@model', 'model/@type', 'model/@name', 'driver/@type', 'backend/@type', 'target/@bus', '@bus'];

function modelOf(device: XmlElement): string | null {
  if (device.name !== 'disk') return first(device, MODELS);
  const words = [device.attr('device')?.value ?? 'disk', text(device, 'driver/@type'), text(device, 'target/@bus')];
  return words.filter(Boolean).join(', ');
}

const SOURCES = [
  ...['source/@file', 'source/@dev', 'source/@dir', 'source/@path', 'source/@name', 'source/@volume', 'source/@bridge'],
  ...['source/@network', 'source/address/@uuid', 'source/adapter/@name', 'cid/@address', 'lockspace', 'target/size'],
  ...['@name', '@action', 'target/@name', 'mac/@address', 'target/@dev'],
];

/** What it is of the host, or else its place in the machine. */
function addressOf(device: XmlElement): string | null {
  return usbId(device) ?? pciAddress(element(device, 'source/address')) ?? first(device, SOURCES) ?? ownAddress(device);
}

const ownAddress = (device: XmlElement): string | null => pciAddress(element(device, 'address'));

/** `046d:c52b`; without ids, the bus and the number there. */
function usbId(device: XmlElement): string | null {
  const [vendor, product] = [text(device, 'source/vendor/@id'), text(device, 'source/product/@id')];
  if (vendor !== null && product !== null) return [vendor, product].map((id) => id.replace(/^0x/, '')).join(':');
  const [bus, number] = [text(device, 'source/address/@bus'), text(device, 'source/address/@device')];
  return bus !== null && number !== null ? `bus ${bus}, device ${number}` : null;
}

/** `0000:01:00.0`, as lspci writes it. */
function pciAddress(address: XmlElement | null): string | null {
  if (address === null) return null;
  const part = (name: string, digits: number): string | null => {
    const value = address.attr(name)?.value;
    return value === undefined ? null : value.replace(/^0x/, '').padStart(digits, '0');
  };
  const [bus, slot, fn] = [part('bus', 2), part('slot', 2), part('function', 1)];
  return bus === null || slot === null || fn === null ? null : `${part('domain', 4) ?? '0000'}:${bus}:${slot}.${fn}`;
}

function first(device: XmlElement, places: readonly string[]): string | null {
  for (const xpath of places) {
    const found = text(device, xpath)?.trim();
    if (found) return found;
  }
  return null;
}
