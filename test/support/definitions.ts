import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { XmlElement } from 'libxml2-wasm';
import { withXml, xmlLibrary } from '../../hosts/linux/vms/xml';

const FOLDER = join(import.meta.dirname, '../fixtures/domains');

/** The names of the definitions in test/fixtures/domains, without their extension. */
export const DEFINITIONS: readonly string[] = readdirSync(FOLDER).flatMap((name) =>
  name.endsWith('.xml') ? [basename(name, '.xml')] : [],
);

/** A definition as its tool wrote it. */
export const readDefinition = (name: string): string => readFileSync(join(FOLDER, `${name}.xml`), 'utf8');

const isElement = (node: unknown): node is XmlElement => node instanceof xmlLibrary().XmlElement;

/** Every element but Atoll's mark, in order: its path, its attributes, and its text if it has no children. */
export function partsOfXml(xml: string): string[] {
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
export function lostParts(before: readonly string[], now: readonly string[]): string[] {
  const left = [...now];
  return before.filter((line) => {
    const place = left.indexOf(line);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}
