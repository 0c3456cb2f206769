import type { XmlElement } from 'libxml2-wasm';
import { AppError, note } from '../../contract';
import { loadXml, withXml, xmlLibrary } from '../linux/vms/xml';

/** A description has a few kilobytes. */
export const MAX_OVF_BYTES = 2 * 1_048_576;

/**
 * Parses a description and passes its root to `use`. Elements are found by their local names: programs use different namespaces for
 * the versions of OVF.
 */
export function withOvf<T>(text: string, shown: string, use: (envelope: XmlElement) => T): T {
  const parse = (): T =>
    withXml(text, ({ root }) => {
      if (root.name !== 'Envelope') throw notOvf(shown, `its root is ${root.name}`);
      return use(root);
    });
  try {
    return parse();
  } catch (error) {
    if (error instanceof AppError && error.code !== 'HOST_COMMAND_FAILED') throw error;
    throw notOvf(shown, error instanceof Error ? error.message : String(error));
  }
}

export { loadXml };

const notOvf = (shown: string, why: string): AppError =>
  new AppError('BAD_INPUT', `${shown} has no OVF description that can be read: ${why}`, {
    field: 'path',
    remedy: note('Export it again where it came from.'),
  });

const NAME = /^[A-Za-z]+$/;

function find(from: XmlElement | null, axis: '' | './/', name: string): XmlElement[] {
  if (from === null || !NAME.test(name)) return [];
  const { XmlElement: Element } = xmlLibrary();
  return from.find(`${axis}*[local-name()="${name}"]`).filter((node) => node instanceof Element);
}

/** The child elements of this local name. */
export const children = (from: XmlElement | null, name: string): XmlElement[] => find(from, '', name);

export const child = (from: XmlElement | null, name: string): XmlElement | null => children(from, name)[0] ?? null;

/** The elements of this local name at any depth. */
export const descendants = (from: XmlElement | null, name: string): XmlElement[] => find(from, './/', name);

/** The text of a child; null: there is none. */
export const value = (from: XmlElement | null, name: string): string | null => child(from, name)?.content ?? null;

/** An attribute by its local name; null: it has none. */
export const attribute = (from: XmlElement | null, name: string): string | null =>
  from === null || !NAME.test(name) ? null : (from.get(`@*[local-name()="${name}"]`)?.content ?? null);
