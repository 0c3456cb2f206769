import type * as Libxml2 from 'libxml2-wasm';
import type { XmlDocument, XmlElement } from 'libxml2-wasm';
import { AppError } from '../../../contract';

/** The XML namespace of Atoll's <metadata> of a domain. A URN, because nothing can be fetched there. */
export const ATOLL_NAMESPACE = 'urn:atoll:domain:1';
export const NAMESPACES = { atoll: ATOLL_NAMESPACE };

let loaded: typeof Libxml2 | null = null;

/** Loads the XML library with the first real host: an engine without one needs neither the time nor the 16 MB of its WebAssembly. */
export async function loadXml(): Promise<void> {
  loaded ??= await import('libxml2-wasm');
}

/** The loaded library. Throws if it is not loaded, which is a bug. */
export function xmlLibrary(): typeof Libxml2 {
  if (loaded === null) throw new Error('the XML library is not loaded: loadXml() comes first');
  return loaded;
}

/**
 * Parses XML, passes it to `use`, and frees it (it is in WebAssembly memory, which is not garbage-collected). A DOCTYPE is refused:
 * libvirt writes none, and entities can make a parser read files or use unlimited memory.
 * @throws AppError HOST_COMMAND_FAILED for text that is not XML or has a DOCTYPE
 */
export function withXml<T>(text: string, use: (document: XmlDocument) => T): T {
  if (/<!DOCTYPE/i.test(text)) throw broken('it has a DOCTYPE, which libvirt never writes');
  const document = parse(text);
  try {
    if (document.dtd) throw broken('it has a DOCTYPE, which libvirt never writes');
    return use(document);
  } finally {
    document.dispose();
  }
}

/** The element at a path relative to `from`; null: none. */
export function element(from: XmlElement, xpath: string): XmlElement | null {
  const node = from.get(xpath, NAMESPACES);
  return node instanceof xmlLibrary().XmlElement ? node : null;
}

export function elements(from: XmlElement, xpath: string): XmlElement[] {
  const { XmlElement: Element } = xmlLibrary();
  return from.find(xpath, NAMESPACES).filter((node) => node instanceof Element);
}

/** The text of an attribute or element at a path; null: none. */
export function text(from: XmlElement, xpath: string): string | null {
  return from.get(xpath, NAMESPACES)?.content ?? null;
}

/** The child of that name, created if missing. */
export function child(parent: XmlElement, name: string): XmlElement {
  return element(parent, name) ?? parent.addElement(name);
}

/** Adds a child with attributes. */
export function add(parent: XmlElement, name: string, attributes: Record<string, string> = {}): XmlElement {
  const made = parent.addElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttr(key, value);
  return made;
}

/** Replaces the content of an element with this text. */
export function setText(target: XmlElement, value: string): void {
  while (target.firstChild) target.firstChild.remove();
  target.addText(value);
}

/** Sets a child's text, or removes the child if there is no value. */
export function setChildText(parent: XmlElement, name: string, value: string | null): void {
  if (value !== null) return setText(child(parent, name), value);
  element(parent, name)?.remove();
}

/**
 * Whether two definitions say the same to libvirt, which looks for elements by their names: the order of attributes and of siblings with
 * different names, and the space between elements, mean nothing.
 */
export function isSameXml(one: string, other: string): boolean {
  return meaningOf(one) === meaningOf(other);
}

const meaningOf = (xml: string): string => withXml(xml, ({ root }) => JSON.stringify(partsOf(root)));

type Part = string | readonly [name: string, attributes: readonly string[][], parts: readonly Part[]];

/** Text beside elements counts without the space around it. */
function partsOf(node: XmlElement): Part {
  const attributes = node.attrs.map(({ namespaceUri, name, value }) => [namespaceUri, name, value]).sort();
  const nameOf = ({ namespaceUri, name }: XmlElement): string => `${namespaceUri} ${name}`;
  const children = elements(node, '*').sort((one, other) =>
    nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0,
  );
  const texts = node.find('text()').map(({ content }) => (children.length > 0 ? content.trim() : content));
  return [nameOf(node), attributes, [texts.join(''), ...children.map(partsOf)]];
}

function parse(text: string): XmlDocument {
  const { ParseOption, XmlDocument: Document } = xmlLibrary();
  try {
    const option = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE;
    return Document.fromString(text, { option });
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
}

function broken(why: string): AppError {
  return new AppError('HOST_COMMAND_FAILED', `The definition of a VM can't be read: ${why}`);
}
