import type { XmlElement } from 'libxml2-wasm';
import type { VmSpec, VnicSpec } from '../../../engine/ports/host-driver';
import type { HardwareNote } from './hardware-xml';
import { ATOLL_NAMESPACE, child, element, elements, text, withXml } from './xml';

/** Our mark for `virsh metadata --set`, which sets the namespace on every element itself and refuses an existing one. */
export function metadataXml(
  storeId: string,
  vmId: string,
  vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>,
  kept = false,
  hardware: HardwareNote = {},
): string {
  return withXml('<domain/>', ({ root }) => {
    fillMetadata(root, { storeId, vmId, vnics, kept, hardware });
    return root.toString({ format: false, noDeclaration: true });
  });
}

/** The vNICs that our metadata of a domain names. */
export function vnicsInMetadata(domain: XmlElement): Array<{ id: string; mac: string }> {
  return elements(domain, 'metadata/atoll:domain/atoll:vnic').map((vnic) => ({
    id: vnic.attr('id')?.value ?? '',
    mac: vnic.attr('mac')?.value ?? '',
  }));
}

/** What our metadata of a domain says of its hardware. */
export function hardwareNote(domain: XmlElement): HardwareNote {
  const note = element(domain, 'metadata/atoll:domain/atoll:hardware');
  return Object.fromEntries((note?.attrs ?? []).map(({ name, value }) => [name, value]));
}

/** The store that a domain belongs to; null: not Atoll's. */
export function storeOf(domain: XmlElement): string | null {
  return text(domain, 'metadata/atoll:domain/@store');
}

/** Whether a domain existed before Atoll managed it: it is never undefined, only released. */
export function isKept(domain: XmlElement): boolean {
  return text(domain, 'metadata/atoll:domain/@kept') === 'yes';
}

/** Writes our mark into a definition. */
export function setMetadata(domain: XmlElement, spec: VmSpec, storeId: string, hardware: HardwareNote): void {
  const metadata = child(domain, 'metadata');
  element(metadata, 'atoll:domain')?.remove();
  const made = metadata.addElement('domain');
  made.addNsDeclaration(ATOLL_NAMESPACE, 'atoll');
  made.namespacePrefix = 'atoll';
  const kept = spec.boot.kind === 'imported';
  fillMetadata(made, { storeId, vmId: spec.id, vnics: spec.vnics, kept, hardware }, 'atoll');
}

interface Note {
  readonly storeId: string;
  readonly vmId: string;
  readonly vnics: ReadonlyArray<Pick<VnicSpec, 'id' | 'mac'>>;
  readonly kept: boolean;
  readonly hardware: HardwareNote;
}

function fillMetadata(note: XmlElement, { storeId, vmId, vnics, kept, hardware }: Note, prefix?: string): void {
  note.setAttr('store', storeId);
  note.setAttr('vm', vmId);
  if (kept) note.setAttr('kept', 'yes');
  for (const { id, mac } of vnics) {
    const vnic = note.addElement('vnic', prefix);
    vnic.setAttr('id', id);
    vnic.setAttr('mac', mac);
  }
  const settings = Object.entries(hardware);
  if (settings.length === 0) return;
  const made = note.addElement('hardware', prefix);
  for (const [key, value] of settings) made.setAttr(key, value);
}
