import type { XmlElement } from 'libxml2-wasm';
import type { VnicSpec } from '../../../engine/ports/host-driver';
import { add, child, element, elements, xmlLibrary } from './xml';
import { UNPLUGGED_BRIDGE } from './unplugged-bridge';

const bridgeOf = (vnic: VnicSpec): string => vnic.bridge ?? UNPLUGGED_BRIDGE;

/** The <interface> of a vNIC by its MAC (validated: hex digits and colons), in any letter case. */
export function findInterface(domain: XmlElement, mac: string): XmlElement | null {
  const same = (candidate: XmlElement): boolean =>
    element(candidate, 'mac')?.attr('address')?.value.toLowerCase() === mac;
  return elements(domain, 'devices/interface').find(same) ?? null;
}

/** Adds the <interface> of a vNIC below `parent`. */
export function addInterface(parent: XmlElement, vnic: VnicSpec): XmlElement {
  const made = add(parent, 'interface', { type: 'bridge' });
  add(made, 'mac', { address: vnic.mac });
  add(made, 'source', { bridge: bridgeOf(vnic) });
  add(made, 'model', { type: vnic.model ?? 'virtio' });
  add(made, 'mtu', { size: String(vnic.mtu) });
  add(made, 'link', { state: vnic.linked ? 'up' : 'down' });
  return made;
}

/** Sets the vNIC's bridge and link state on an existing <interface>; everything else stays unchanged. */
export function editInterface(existing: XmlElement, vnic: VnicSpec): void {
  // Options of the virtual port of another kind of network mean something else on a bridge, or nothing.
  if (existing.attr('type')?.value !== 'bridge') element(existing, 'virtualport')?.remove();
  existing.setAttr('type', 'bridge');
  const source = child(existing, 'source');
  for (const attribute of source.attrs) attribute.remove();
  source.setAttr('bridge', bridgeOf(vnic));
  child(existing, 'link').setAttr('state', vnic.linked ? 'up' : 'down');
}

/** Whether an <interface> already has the vNIC's bridge and link state. */
export const isAsDesired = (existing: XmlElement, vnic: VnicSpec): boolean =>
  existing.attr('type')?.value === 'bridge' &&
  element(existing, 'source')?.attr('bridge')?.value === bridgeOf(vnic) &&
  (element(existing, 'link')?.attr('state')?.value !== 'down') === vnic.linked;

/** The MTU that the guest sees; only a stopped VM can change it. */
export function setInterfaceMtu(existing: XmlElement, mtu: number): void {
  child(existing, 'mtu').setAttr('size', String(mtu));
}

/** A document that contains only the <interface> of a new vNIC, for attach-device. */
export function interfaceXml(vnic: VnicSpec): string {
  const document = xmlLibrary().XmlDocument.create();
  try {
    const holder = document.createRoot('devices');
    return serialize(addInterface(holder, vnic));
  } finally {
    document.dispose();
  }
}

/** One element as text. */
export const serialize = (node: XmlElement): string => node.toString({ format: false, noDeclaration: true });
