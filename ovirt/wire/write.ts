import XMLBuilder from 'fast-xml-builder';
import { Links, type Rep, type RepCollection, type RepDocument, type RepValue } from './rep';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const ATTRIBUTES = new Set(['id', 'href', 'rel']);
const PREFIX = '@';

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: PREFIX,
  // `<vlan id="7"/>`: the Python SDK loses its place after a start tag that its end tag follows, in elements that have attributes only.
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  format: false,
});

/** Stands for an empty text while the builder works: not in XML, so in no other text. */
const EMPTY_TEXT = '\uFFFF';

/** Stands for links until the text is made. */
const LINKS = 'links';
const LINKS_IN_TEXT = new RegExp(`<${LINKS}>(\\d+)</${LINKS}>`, 'g');
/** Stands for the address in links that are written once: not in XML either. */
const ADDRESS = '\uFFFE';
const linkTexts = new WeakMap<readonly string[], string>();

/** What is built of `content`. An empty text has two tags, as oVirt writes it: the SDK reads the short form as no text at all. */
function build(content: Rep): string {
  const links: Links[] = [];
  const text = builder.build(forXml(content, links) as object).replaceAll(EMPTY_TEXT, '');
  return links.length === 0 ? text : text.replace(LINKS_IN_TEXT, (_, at) => textOfLinks(links[Number(at)]));
}

/** Addresses have nothing that an attribute would need escaped: their parts are URL-encoded. */
function textOfLinks(links: Links | undefined): string {
  if (links === undefined) return '';
  const { href, names } = links;
  const text = linkTexts.get(names) ?? builder.build({ link: names.map(linkTo) });
  linkTexts.set(names, text);
  return text.replaceAll(ADDRESS, () => href);
}

const linkTo = (rel: string): object => ({ [`${PREFIX}href`]: `${ADDRESS}/${rel}`, [`${PREFIX}rel`]: rel });

/** Characters that XML 1.0 can't carry at all. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

export type Format = 'xml' | 'json';

export const CONTENT_TYPES: Record<Format, string> = {
  xml: 'application/xml;charset=UTF-8',
  json: 'application/json;charset=UTF-8',
};

export function writeDocument({ tag, rep }: RepDocument, format: Format): string {
  return format === 'json' ? JSON.stringify(forJson(rep)) : HEAD + build({ [tag]: rep });
}

/** The pieces of a collection as text; each is made when the one before was taken. */
export async function* writeCollection(
  { tag, tags, items, more }: RepCollection,
  format: Format,
): AsyncGenerator<string> {
  if (format === 'json') {
    let between = `{"${tag}":[`;
    for await (const piece of items) {
      if (piece.length === 0) continue;
      yield between + piece.map((rep) => JSON.stringify(forJson(rep))).join(',');
      between = ',';
    }
    const rest = more === undefined ? '' : JSON.stringify(forJson(more)).slice(1, -1);
    // An empty collection of oVirt's has no such key at all.
    if (between !== ',') return void (yield `{${rest}}`);
    return void (yield `]${rest === '' ? '' : `,${rest}`}}`);
  }
  yield `${HEAD}<${tags}>`;
  for await (const piece of items) if (piece.length > 0) yield build({ [tag]: piece });
  yield `${more === undefined ? '' : build(more)}</${tags}>`;
}

function forXml(value: RepValue, links: Links[]): unknown {
  if (typeof value === 'string') return value === '' ? EMPTY_TEXT : value.replace(NOT_IN_XML, '\uFFFD');
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((each: RepValue) => forXml(each, links));
  const made: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value as Rep))
    if (inner instanceof Links) made[LINKS] = String(links.push(inner) - 1);
    else if (inner !== undefined) made[ATTRIBUTES.has(key) ? PREFIX + key : key] = forXml(inner, links);
  return made;
}

/** oVirt's JSON has numbers and booleans as text. */
function forJson(value: RepValue): unknown {
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(forJson);
  if (value instanceof Links) return value.all;
  const made: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value as Rep)) if (inner !== undefined) made[key] = forJson(inner);
  return made;
}
