import type { Fields, SearchValue } from './table';
import { badRequest } from './wire/fault';

/** oVirt's search language: `field op value`, `and`, `or`, `sortby field [asc|desc]`, `page N`; a bare value is looked for everywhere. */
export interface Search {
  readonly matches: (fields: Fields) => boolean;
  readonly sort: ((a: Fields, b: Fields) => number) | null;
  /** From 1; null: all. */
  readonly page: number | null;
}

/** Items on a page of oVirt's. */
export const PAGE_SIZE = 100;

type Test = (fields: Fields) => boolean;
type Token = { readonly text: string; readonly quoted: boolean };

const LONGEST = 4_000;
const OPERATORS = ['!=', '<=', '>=', '=', '<', '>'] as const;
const KEYWORDS = new Set(['and', 'or', 'sortby', 'page']);
type Operator = (typeof OPERATORS)[number];

/** @throws Fault 400 for a text that is no search, or a field that these objects do not have */
export function parseSearch(
  text: string,
  { caseSensitive, known, own }: { caseSensitive: boolean; known: Fields | null; own: string },
): Search {
  if (text.length > LONGEST) throw badRequest(`The search is longer than ${LONGEST} characters`);
  return new Parser(tokensOf(text), caseSensitive, known, own).parse();
}

/** Words, quoted texts and operators; an operator needs no blanks around it. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|(!=|<=|>=|=|<|>)|([^\s"=<>!]+|!(?!=))/gy;
  // The name of the objects may come first, as in oVirt's own search bar.
  const body = text.replace(/^\s*[A-Za-z]+\s*:(?!\S*=)/, '');
  while (pattern.lastIndex < body.length) {
    const found = pattern.exec(body);
    if (found === null) throw badRequest(`The search "${text}" can't be read`);
    const [, quoted, operator, word] = found;
    if (quoted !== undefined) tokens.push({ text: quoted.replaceAll(/\\(.)/g, '$1'), quoted: true });
    else if (operator !== undefined || word !== undefined) tokens.push({ text: operator ?? word ?? '', quoted: false });
  }
  return tokens;
}

class Parser {
  #at = 0;
  constructor(
    private readonly tokens: readonly Token[],
    private readonly caseSensitive: boolean,
    private readonly known: Fields | null,
    /** The element of the objects that are searched. */
    private readonly own: string,
  ) {}

  parse(): Search {
    const any: Test[][] = [[]];
    let sort: Search['sort'] = null;
    let page: number | null = null;
    while (this.#at < this.tokens.length) {
      if (this.#word('sortby')) sort = this.#sorted();
      else if (this.#word('page')) page = this.#page();
      else if (this.#word('or')) any.push([]);
      else if (!this.#word('and')) any.at(-1)?.push(this.#criterion());
    }
    const rows = any.filter((row) => row.length > 0);
    const matches: Test =
      rows.length === 0 ? () => true : (fields) => rows.some((row) => row.every((test) => test(fields)));
    return { matches, sort, page };
  }

  /** Takes the next token if it is this keyword. */
  #word(word: string): boolean {
    const next = this.tokens[this.#at];
    if (next === undefined || next.quoted || next.text.toLowerCase() !== word) return false;
    // `page = 1` asks for a field of that name.
    const after = this.tokens[this.#at + 1];
    if (after !== undefined && isOperator(after)) return false;
    this.#at += 1;
    return true;
  }

  #criterion(): Test {
    const first = this.#next();
    const operator = this.tokens[this.#at];
    if (operator === undefined || !isOperator(operator)) return this.#anywhere(first.text);
    this.#at += 1;
    const value = this.#value();
    const field = this.#field(first.text);
    const test = testOf(operator.text as Operator, value, this.caseSensitive);
    return (fields) => test(fields[field]);
  }

  /** A value. Clients give names with blanks without quotes: what can't be the next criterion still belongs to it. */
  #value(): string {
    const first = this.#next();
    const words = [first.text];
    if (first.quoted) return first.text;
    for (let next = this.tokens[this.#at]; next !== undefined; next = this.tokens[this.#at]) {
      const after = this.tokens[this.#at + 1];
      const isNew = after !== undefined && isOperator(after);
      if (next.quoted || isNew || isOperator(next) || KEYWORDS.has(next.text.toLowerCase())) break;
      words.push(next.text);
      this.#at += 1;
    }
    return words.join(' ');
  }

  #anywhere(text: string): Test {
    const like = globOf(this.caseSensitive ? `*${text}*` : `*${text.toLowerCase()}*`);
    const fold = (value: unknown): string => (this.caseSensitive ? String(value) : String(value).toLowerCase());
    // Ids are random: a word of few letters is in many of them.
    return (fields) =>
      Object.entries(fields)
        .filter(([name]) => name !== 'id' && !name.endsWith('.id'))
        .flatMap(([, value]) => value)
        .some((value) => value !== undefined && value !== null && like(fold(value)));
  }

  #sorted(): NonNullable<Search['sort']> {
    const field = this.#field(this.#next().text);
    const down = this.#word('desc');
    if (!down) this.#word('asc');
    return (a, b) => (down ? -1 : 1) * order(a[field], b[field]);
  }

  #page(): number {
    const text = this.#next().text;
    if (!/^[1-9]\d{0,6}$/.test(text)) throw badRequest(`The page "${text}" is not a number`);
    return Number(text);
  }

  #next(): Token {
    const token = this.tokens[this.#at];
    if (token === undefined) throw badRequest('The search ends before it is complete');
    this.#at += 1;
    return token;
  }

  /** A field by oVirt's spellings of it: `Cluster.name`, `clusters.name`. */
  #field(name: string): string {
    const wanted = name.toLowerCase();
    const [of = '', part] = wanted.split('.', 2);
    const isOwn = [of, `${of}s`].includes(`${this.own.replaceAll('_', '')}s`);
    const spellings =
      part === undefined
        ? [wanted]
        : [wanted, `${of}s.${part}`, ...(part === 'name' ? [of] : []), ...(isOwn ? [part] : [])];
    if (this.known === null) return wanted;
    const known = this.known;
    const found = spellings.find((each) => Object.hasOwn(known, each));
    if (found === undefined)
      throw badRequest(`These objects have no field ${name}. They have ${Object.keys(known).join(', ')}`);
    return found;
  }
}

const isOperator = ({ text, quoted }: Token): boolean => !quoted && (OPERATORS as readonly string[]).includes(text);

function testOf(operator: Operator, wanted: string, caseSensitive: boolean): (value: SearchValue) => boolean {
  const fold = (text: string): string => (caseSensitive ? text : text.toLowerCase());
  const like = globOf(fold(wanted));
  const equals = (value: SearchValue): boolean => {
    if (value === undefined || value === null) return wanted === '';
    if (typeof value === 'object') return value.some((each) => equals(each));
    return value === '*' || like(fold(String(value)));
  };
  switch (operator) {
    case '=':
      return equals;
    case '!=':
      return (value) => value === '*' || !equals(value);
    case '<':
      return (value) => order(value, wanted) < 0;
    case '>':
      return (value) => order(value, wanted) > 0;
    case '<=':
      return (value) => order(value, wanted) <= 0;
    case '>=':
      return (value) => order(value, wanted) >= 0;
  }
}

/** Numbers by value, times by time, all else by its text. */
function order(a: SearchValue, b: SearchValue): number {
  const [x, y] = [String(a ?? ''), String(b ?? '')];
  const numbers = [x, y].map((text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN));
  if (numbers.every((number) => !Number.isNaN(number))) return (numbers[0] ?? 0) - (numbers[1] ?? 0);
  const times = [x, y].map((text) => (/^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN));
  if (times.every((time) => !Number.isNaN(time))) return (times[0] ?? 0) - (times[1] ?? 0);
  return x.localeCompare(y);
}

/** Whether a text matches, with `*` for anything; in time that grows with both lengths, whatever the pattern. */
function globOf(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return (text) => text === pattern;
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
