import { CST } from 'yaml';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';

/** 20,000 VMs, each with all fields of an export, stay below both limits. */
const MAX_LINES = 300_000;
const MAX_LEXEMES = 4_000_000;
/** Characters of one scalar; the longest field, a comment, has 4,096, each possibly escaped. */
const MAX_SCALAR = 65_536;
/** Keys of one map; a VM has ten. */
const MAX_KEYS = 100;
/** Entries of one list in brackets. */
const MAX_ITEMS = 20_000;
/** The parser is recursive; the format is seven levels deep. */
const MAX_DEPTH = 64;

/** The remedy for YAML features that labs do not need. */
export const PLAIN = 'Write it out, or generate the file with a script.';

interface Level {
  readonly kind: 'map' | 'list';
  /** The column of its keys or dashes; null within brackets. */
  readonly column: number | null;
  entries: number;
}

/** Refuses a text of too many lines before any parsing. @throws AppError BAD_INPUT */
export function refuseManyLines(text: string): void {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  if (lines > MAX_LINES) throw refusal(MAX_LINES, `more than ${MAX_LINES} lines`, 'Split it by data centers.');
}

const refusal = (line: number, what: string, hint: string): AppError =>
  new AppError('BAD_INPUT', `line ${line}: ${what}`, { field: 'text', remedy: note(hint) });

/**
 * Checks the lexemes of a lab file and refuses what no lab has before any nodes are built: the parser's time and memory grow with
 * each. Follows YAML's structure only as far as counting requires.
 */
export class Limits {
  readonly #levels: Level[] = [];
  #lexemes = 0;
  #line = 1;
  #column = 0;
  /** The column of the first character on this line that is neither blank nor an indicator: a key, if one follows. */
  #content: number | null = null;
  #scalarNext = false;
  #tagged = false;

  /** @throws AppError BAD_INPUT with the line */
  take(lexeme: string): void {
    this.#lexemes += 1;
    if (this.#lexemes > MAX_LEXEMES) this.#refuse('more than a lab can have', 'Split it by data centers.');
    // The lexer announces a scalar, whose text may look like anything.
    const type = this.#scalarNext ? 'scalar' : (CST.tokenType(lexeme) ?? 'scalar');
    this.#scalarNext = lexeme === CST.SCALAR;
    this.#count(type, lexeme);
    if (type === 'tag') this.#tagged = true;
    else if (type !== 'space' && type !== 'newline') this.#tagged = false;
    this.#move(type, lexeme);
  }

  #count(type: string, lexeme: string): void {
    switch (type) {
      case 'seq-item-ind':
        return this.#dash();
      case 'map-value-ind':
      case 'explicit-key-ind':
        return this.#key();
      case 'flow-map-start':
      case 'flow-seq-start':
        return this.#open({ kind: type === 'flow-map-start' ? 'map' : 'list', column: null, entries: 1 });
      case 'flow-map-end':
      case 'flow-seq-end':
        if (this.#inBrackets) this.#levels.pop();
        return;
      case 'comma':
        return this.#comma();
      // Anchors turn a few lines into a billion nodes.
      case 'anchor':
      case 'alias':
        return this.#refuse('anchors and aliases are not supported', PLAIN);
      case 'tag':
        // Every tag of a node except the first is an error to the parser, which collects them all.
        if (this.#tagged) this.#refuse('two tags for one value', PLAIN);
        return;
      default:
        if (lexeme.length > MAX_SCALAR && type !== 'comment')
          this.#refuse(`a text of more than ${MAX_SCALAR / 1024} KiB`, 'No field of a lab file is that long.');
    }
  }

  get #top(): Level | undefined {
    return this.#levels.at(-1);
  }

  get #inBrackets(): boolean {
    return this.#top?.column === null;
  }

  #dash(): void {
    if (this.#inBrackets) return;
    this.#close((level) => level > this.#column);
    if (this.#top?.kind === 'list' && this.#top.column === this.#column) return;
    this.#open({ kind: 'list', column: this.#column, entries: 1 });
  }

  #key(): void {
    if (this.#inBrackets) return;
    const column = this.#content ?? this.#column;
    this.#close((level, kind) => level > column || (level === column && kind === 'list'));
    if (this.#top?.column === column) this.#enter(this.#top, MAX_KEYS, 'keys');
    else this.#open({ kind: 'map', column, entries: 1 });
  }

  #comma(): void {
    const top = this.#top;
    if (top?.column !== null) return;
    if (top.kind === 'map') this.#enter(top, MAX_KEYS, 'keys');
    else this.#enter(top, MAX_ITEMS, 'entries');
  }

  #enter(level: Level, most: number, what: string): void {
    level.entries += 1;
    if (level.entries > most)
      this.#refuse(`a ${level.kind} of more than ${most} ${what}`, 'The format is docs/schema/lab-1.json.');
  }

  #open(level: Level): void {
    const flat = 'A lab file is a few levels deep.';
    if (level.kind === 'list' && this.#top?.kind === 'list') this.#refuse('a list nested directly in a list', flat);
    this.#levels.push(level);
    if (this.#levels.length > MAX_DEPTH) this.#refuse(`nested more than ${MAX_DEPTH} deep`, flat);
  }

  #close(isOver: (column: number, kind: Level['kind']) => boolean): void {
    for (let top = this.#top; top && top.column !== null && isOver(top.column, top.kind); top = this.#top)
      this.#levels.pop();
  }

  #move(type: string, lexeme: string): void {
    if (type === 'newline') {
      this.#line += 1;
      this.#column = 0;
      this.#content = null;
      return;
    }
    // These three are markers between the lexer and the parser, and are not in the text.
    if (lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END || lexeme === CST.SCALAR) return;
    const isContent = !['space', 'seq-item-ind', 'explicit-key-ind', 'map-value-ind', 'anchor', 'tag'].includes(type);
    if (isContent) this.#content ??= this.#column;
    this.#column += lexeme.length;
    const breaks = lexeme.split('\n').length - 1;
    if (breaks === 0) return;
    this.#line += breaks;
    this.#column = lexeme.length - lexeme.lastIndexOf('\n') - 1;
    // After a block scalar the next line begins; a key does not span lines.
    this.#content = this.#column === 0 ? null : this.#content;
  }

  #refuse(what: string, hint: string): never {
    throw refusal(this.#line, what, hint);
  }
}
