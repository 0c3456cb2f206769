import type { PromiseDraft, PromiseKind, SubjectDraft, SubjectKind } from './model/promise';

/**
 * Promises as sentences. The parser takes what the printer makes, and a few other forms:
 *
 *     cameras never reach office                    only gw is on outside
 *     vault has no external access                  only gw is on outside
 *     web reaches db directly on TCP 5432           blue is isolated on every host (verified at most 1 h ago)
 *     plant reaches lab only through gw             green is one island
 *
 * A subject is a name, `vm:NAME`, `network:NAME`, `host:NAME`, `label:NAME` or `group:NAME`; several are joined by commas and *and*. A
 * name with blanks, commas, parentheses or quotes, or one that is a word of the sentence, is in double quotes; within them `\"` is a
 * quote and `\\` a backslash.
 */
export type Parsed = { readonly draft: PromiseDraft } | { readonly error: string; readonly at: number };

/** What the printer needs of a draft or a stored promise. */
export interface Said {
  readonly kind: PromiseKind;
  readonly who: readonly SaidSubject[];
  readonly to: readonly SaidSubject[];
  readonly through: readonly SaidSubject[];
  readonly maxAgeMinutes: number | null;
  readonly ports: readonly number[];
}
interface SaidSubject {
  readonly kind: SubjectKind | null;
  readonly name: string;
}

const KINDS: ReadonlySet<string> = new Set<SubjectKind>(['vm', 'network', 'host', 'label', 'group']);
/** Words that end a list of subjects, and so are quoted as names. */
const WORDS = 'and,never,reach,reaches,has,have,is,are,only,through,directly,on,no'.split(',');
const RESERVED: ReadonlySet<string> = new Set(WORDS);

interface Token {
  readonly at: number;
  /** `word`: bare, so it can be a word of the sentence. */
  readonly kind: 'word' | 'name' | 'mark';
  readonly text: string;
  readonly subject: SubjectKind | null;
}

class SentenceError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** Parses a sentence; of one that is none, says what was expected, and where. */
export function parsePromise(text: string): Parsed {
  try {
    return { draft: new Sentence(tokens(text), text.length).whole() };
  } catch (error) {
    if (error instanceof SentenceError) return { error: error.message, at: error.at };
    throw error;
  }
}

/** Parses one subject: `web`, `network:"my net"`. */
export function parseSubject(text: string): SubjectDraft | { readonly error: string; readonly at: number } {
  try {
    const sentence = new Sentence(tokens(text), text.length);
    const subject = sentence.subject();
    sentence.end();
    return subject;
  } catch (error) {
    if (error instanceof SentenceError) return { error: error.message, at: error.at };
    throw error;
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let i = 0; i < text.length;) {
    const char = text.charAt(i);
    if (/\s/.test(char)) i += 1;
    else if (',()'.includes(char)) found.push({ at: i++, kind: 'mark', text: char, subject: null });
    else {
      const { token, end } = name(text, i);
      found.push(token);
      i = end;
    }
  }
  return found;
}

/** A bare or quoted name with its prefix. */
function name(text: string, at: number): { token: Token; end: number } {
  const prefix = /^([a-z]+):/i.exec(text.slice(at, at + 10))?.[1]?.toLowerCase();
  const subject = prefix !== undefined && KINDS.has(prefix) ? (prefix as SubjectKind) : null;
  const start = subject === null ? at : at + subject.length + 1;
  if (text.charAt(start) === '"') {
    const { value, end } = quoted(text, start);
    return { token: { at, kind: 'name', text: value, subject }, end };
  }
  const bare = /^[^\s,()"]+/.exec(text.slice(start))?.[0] ?? '';
  if (bare === '') throw new SentenceError('a name is expected', start);
  return { token: { at, kind: subject === null ? 'word' : 'name', text: bare, subject }, end: start + bare.length };
}

function quoted(text: string, at: number): { value: string; end: number } {
  let value = '';
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === '"') {
      if (value === '') throw new SentenceError('a name must not be empty', at);
      return { value, end: i + 1 };
    }
    if (char === '\\') i += 1;
    value += char === '\\' ? text.charAt(i) : char;
  }
  throw new SentenceError('a quote is not closed', at);
}

type Part = Partial<PromiseDraft> & Pick<PromiseDraft, 'kind' | 'who'>;
const whole = (part: Part): PromiseDraft => ({ to: [], through: [], maxAgeMinutes: null, ports: [], ...part });
const MINUTES: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 1440 };

/** Recursive descent over the tokens. */
class Sentence {
  private next = 0;

  constructor(
    private readonly all: readonly Token[],
    private readonly length: number,
  ) {}

  whole(): PromiseDraft {
    const draft = whole(this.only() ?? this.about(this.list()));
    this.end();
    return draft;
  }

  end(): void {
    if (this.next < this.all.length) this.fail('the end of the sentence is expected');
  }

  subject(): SubjectDraft {
    const token = this.all[this.next];
    const isName = token !== undefined && token.kind !== 'mark' && !(token.kind === 'word' && isReserved(token.text));
    if (!isName) this.fail('a name is expected');
    this.next += 1;
    return { kind: token.subject, name: token.text };
  }

  private only(): Part | null {
    if (!this.takes('only')) return null;
    const who = this.list();
    this.needs('is', 'are');
    if (this.takes('outside')) return { kind: 'only_outside', who };
    this.needs('on');
    return { kind: 'only_outside', who, to: this.list() };
  }

  private about(who: SubjectDraft[]): Part {
    if (this.takes('never')) {
      this.needs('reach', 'reaches');
      return { kind: 'never_reach', who, to: this.list() };
    }
    if (this.takes('has', 'have')) {
      this.needs('no');
      this.needs('external');
      this.needs('access');
      return { kind: 'no_external', who };
    }
    if (this.takes('reach', 'reaches')) return this.reaches(who);
    if (this.takes('only')) return this.between(who);
    if (this.takes('is', 'are')) return this.state(who);
    return this.fail('"never reach", "reaches", "has no external access", "only through" or "is" is expected');
  }

  private reaches(who: SubjectDraft[]): Part {
    const first = this.takes('directly');
    const to = this.list();
    if (first || this.takes('directly')) return { kind: 'direct', who, to, ports: this.ports() };
    if (!this.takes('only')) return this.fail('"directly" or "only through" is expected');
    this.needs('through');
    return { kind: 'only_through', who, to, through: this.list() };
  }

  /** `plant and lab only through gw` */
  private between([one, other, ...more]: SubjectDraft[]): Part {
    this.needs('through');
    if (one === undefined || other === undefined || more.length > 0)
      this.fail('two subjects are expected before "only through": otherwise write "A reaches B only through C"');
    return { kind: 'only_through', who: [one], to: [other], through: this.list() };
  }

  private state(who: SubjectDraft[]): Part {
    if (this.takes('one')) {
      this.needs('island');
      return { kind: 'one_island', who };
    }
    if (!this.takes('isolated')) return this.fail('"isolated" or "one island" is expected');
    if (this.takes('on')) {
      this.needs('every');
      this.needs('host');
    }
    return { kind: 'isolated', who, maxAgeMinutes: this.age() };
  }

  private age(): number | null {
    if (!this.mark('(')) return null;
    for (const word of ['verified', 'at', 'most']) this.needs(word);
    const amount =
      /^(\d{1,6})([a-z]*)$/i.exec(this.word())?.slice(1) ?? this.fail('a time such as "1 h" is expected', -1);
    const unit = (amount[1] === '' ? this.word() : (amount[1] ?? '')).toLowerCase();
    const minutes = Number(amount[0]) * (MINUTES[unit] ?? this.fail('"min", "h" or "d" is expected', -1));
    if (minutes < 1 || minutes > 525_600) this.fail('the time must be 1 min to 365 d', -1);
    this.needs('ago');
    if (!this.mark(')')) this.fail('")" is expected');
    return minutes;
  }

  private ports(): number[] {
    if (!this.takes('on')) return [];
    this.needs('tcp');
    const ports = [this.port()];
    while (this.mark(',') || this.takes('and')) ports.push(this.port());
    return ports;
  }

  private port(): number {
    const port = this.word();
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
      this.fail('a port of 1 to 65535 is expected', -1);
    return Number(port);
  }

  private list(): SubjectDraft[] {
    const subjects = [this.subject()];
    while (this.mark(',') || this.takes('and')) subjects.push(this.subject());
    return subjects;
  }

  private word(): string {
    const token = this.all[this.next];
    this.next += 1;
    return token?.kind === 'word' ? token.text : '';
  }

  private takes(...words: string[]): boolean {
    const token = this.all[this.next];
    const is = token?.kind === 'word' && words.includes(token.text.toLowerCase());
    if (is) this.next += 1;
    return is;
  }

  private mark(mark: string): boolean {
    const token = this.all[this.next];
    const is = token?.kind === 'mark' && token.text === mark;
    if (is) this.next += 1;
    return is;
  }

  private needs(...words: string[]): void {
    if (!this.takes(...words)) this.fail(`"${words[0] ?? ''}" is expected`);
  }

  private fail(message: string, from = 0): never {
    throw new SentenceError(message, this.all[this.next + from]?.at ?? this.length);
  }
}

const isReserved = (text: string): boolean => RESERVED.has(text.toLowerCase());

/** Whether a name would be read as something else without quotes. */
const needsQuotes = (text: string): boolean =>
  text === '' ||
  /[\s,()"\\]/.test(text) ||
  isReserved(text) ||
  KINDS.has(/^([a-z]+):/i.exec(text)?.[1]?.toLowerCase() ?? '');

/** A subject in a sentence. */
export function subjectText({ kind, name: text }: SaidSubject): string {
  const said = needsQuotes(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text;
  return kind === null ? said : `${kind}:${said}`;
}

function listText(subjects: readonly SaidSubject[]): string {
  const all = subjects.map(subjectText);
  const last = all.pop() ?? '';
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`;
}

/** `cameras` is many, `web` is one. */
const isMany = (subjects: readonly SaidSubject[]): boolean =>
  subjects.length > 1 || /[^s]s$/i.test(subjects[0]?.name ?? '');

function ageText(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

/** A promise as a sentence, which `parsePromise` reads back as the same. */
export function promiseText({ kind, who, to, through, maxAgeMinutes, ports }: Said): string {
  const [subject, many] = [listText(who), isMany(who)];
  const verb = (one: string, several: string): string => (many ? several : one);
  switch (kind) {
    case 'never_reach':
      return `${subject} never ${verb('reaches', 'reach')} ${listText(to)}`;
    case 'no_external':
      return `${subject} ${verb('has', 'have')} no external access`;
    case 'direct':
      return `${subject} ${verb('reaches', 'reach')} ${listText(to)} directly${ports.length === 0 ? '' : ` on TCP ${ports.join(', ')}`}`;
    case 'only_through':
      return `${subject} ${verb('reaches', 'reach')} ${listText(to)} only through ${listText(through)}`;
    case 'only_outside':
      return `only ${subject} ${verb('is', 'are')} ${to.length === 0 ? 'outside' : `on ${listText(to)}`}`;
    case 'isolated': {
      const age = maxAgeMinutes === null ? '' : ` (verified at most ${ageText(maxAgeMinutes)} ago)`;
      return `${subject} ${verb('is', 'are')} isolated on every host${age}`;
    }
    case 'one_island':
      return `${subject} ${verb('is', 'are')} one island`;
  }
}
