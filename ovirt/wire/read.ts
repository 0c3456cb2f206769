import type { XmlElement } from 'libxml2-wasm';
import { Doc, EMPTY } from './doc';
import { badRequest } from './fault';

/** Deeper than anything that oVirt's clients send. */
const DEEPEST = 64;

/** A thousand networks set up in one request have a tenth of these elements; each costs far more memory than its text. */
const MOST_PARTS = 200_000;

/** A request's body as a document; an empty one is an empty element. @throws Fault 400 for anything that can't be read */
export async function readBody(text: string, contentType: string): Promise<Doc> {
  if (text.trim() === '') return EMPTY;
  let parts = 0;
  for (const _ of text.matchAll(/[<{[,=]/g))
    if ((parts += 1) > MOST_PARTS) throw badRequest('The body has too many parts');
  if (/[/+]json\b/i.test(contentType)) return readJson(text);
  if (contentType === '' || /[/+]xml\b/i.test(contentType) || /x-www-form-urlencoded/i.test(contentType))
    return readXml(text);
  throw badRequest(`Send application/xml or application/json, not ${contentType.slice(0, 100)}`);
}

/** A DOCTYPE is refused before anything is parsed: entities can name files, and multiply. */
async function readXml(text: string): Promise<Doc> {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw badRequest('The body has a DOCTYPE, which is not accepted');
  const { XmlDocument, XmlElement: Element, ParseOption } = await import('libxml2-wasm');
  const { XML_PARSE_NONET, XML_PARSE_NOERROR, XML_PARSE_NOWARNING, XML_PARSE_NOCDATA } = ParseOption;
  let document;
  try {
    document = XmlDocument.fromString(text, {
      option: XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA,
    });
  } catch {
    throw badRequest('The body is not well-formed XML');
  }
  try {
    if (document.dtd) throw badRequest('The body has a DOCTYPE, which is not accepted');
    const read = (node: XmlElement, depth: number): Doc => {
      if (depth > DEEPEST) throw badRequest(`The body is nested more than ${DEEPEST} deep`);
      const children: Doc[] = [];
      for (let each = node.firstChild; each !== null; each = each.next)
        if (each instanceof Element) children.push(read(each, depth + 1));
      const attributes = new Map(node.attrs.map((each) => [each.name, each.value]));
      return new Doc(node.name, attributes, children, children.length === 0 ? node.content : '');
    };
    return read(document.root, 1);
  } finally {
    document.dispose();
  }
}

function readJson(text: string): Doc {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('The body must be an object');
  return fromJson('', value, 1);
}

function fromJson(name: string, value: unknown, depth: number): Doc {
  if (depth > DEEPEST) throw badRequest(`The body is nested more than ${DEEPEST} deep`);
  if (typeof value !== 'object' || value === null)
    return new Doc(name, new Map(), [], value === null ? '' : String(value as string | number | boolean));
  const attributes = new Map<string, string>();
  const children: Doc[] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'id' && typeof inner !== 'object') attributes.set('id', String(inner));
    for (const each of Array.isArray(inner) ? inner : [inner]) children.push(fromJson(key, each, depth + 1));
  }
  return new Doc(name, attributes, children, '');
}
