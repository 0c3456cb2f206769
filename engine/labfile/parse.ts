import {
  Composer,
  type Document,
  Lexer,
  LineCounter,
  Parser,
  type YAMLMap,
  isMap,
  isNode,
  isScalar,
  isSeq,
  visit,
} from 'yaml';
import { AppError } from '../../contract/app-error';
import { note, run } from '../../contract/remedy';
import { LABFILE_MAX_BYTES, LabFile } from '../../contract/model/labfile';
import { issueWords, shortened } from '../core/input-words';
import type { LabText } from '../ports/lab-texts';
import { Limits, PLAIN, refuseManyLines } from './limits';

/** A parsed file, with the line of each value. */
export interface ParsedFile {
  readonly file: LabFile;
  /** The line, from 1, of `['vms', 2, 'name']`, or of the nearest existing parent. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** The tags of YAML's core schema, which plain values have anyway; every other tag could mean anything. */
const TAGS = /^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/;
const FEW = 5;

/**
 * Parses an untrusted lab file. Its time is bounded only by the file's size, so the engine does this in another thread
 * (`LabTexts`).
 * @throws AppError BAD_INPUT with the line and, for a field, its path: `vms[2].cpus`
 */
export function readLabFile(text: string): LabText {
  if (Buffer.byteLength(text) > LABFILE_MAX_BYTES)
    throw refusal(`The file has more than ${LABFILE_MAX_BYTES / 1024 / 1024} MiB`, 'Split it by data centers.');
  refuseManyLines(text);
  const lines = new LineCounter();
  const document = compose(text, lines);
  const [error] = document.errors;
  if (error)
    throw refusal(
      `line ${lines.linePos(error.pos[0]).line}: ${shortened(error.message)}`,
      'It must be one YAML document.',
    );
  refuseUnsupported(document, lines);
  const lineOf = (path: readonly PropertyKey[]): number => lineIn(document, lines, path);
  const plain: unknown = document.toJS();
  const parsed = LabFile.safeParse(plain);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const few = issues
      .slice(0, FEW)
      .map((issue) => `line ${lineOf(issue.path)}: ${place(issue.path)}${issueWords(issue)}`);
    const words = [...few, ...(issues.length > FEW ? [`and ${issues.length - FEW} more`] : [])];
    throw new AppError('BAD_INPUT', words.join('; '), {
      field: pathWords(issues[0]?.path ?? []),
      remedy: run('labfile.export', {}, 'The format is described in docs/schema/lab-1.json.'),
    });
  }
  refuseTwice(parsed.data, lineOf);
  return {
    file: JSON.stringify(parsed.data),
    plain: JSON.stringify(plain),
    lines: Int32Array.from(linesOf(document.contents, lines, 1)),
  };
}

/** The file of a text that was parsed in another thread. */
export function parsedFile({ file, plain, lines }: LabText): ParsedFile {
  let values: unknown;
  return {
    file: JSON.parse(file) as LabFile,
    lineOf: (path) => lines[numberOf((values ??= JSON.parse(plain) as unknown), path)] ?? 1,
  };
}

/** Like `parseDocument`, but checks each lexeme before nodes are built. Keys are compared later, in linear time. */
function compose(text: string, lines: LineCounter): Document.Parsed {
  const parser = new Parser(lines.addNewLine);
  const limits = new Limits();
  function* tokens() {
    lines.addNewLine(0);
    for (const lexeme of new Lexer().lex(text)) {
      limits.take(lexeme);
      yield* parser.next(lexeme);
    }
    yield* parser.end();
  }
  const composer = new Composer({ schema: 'core', uniqueKeys: false, prettyErrors: false });
  const [document, second] = composer.compose(tokens(), true, text.length);
  if (second) {
    const { line } = lines.linePos(second.range[0]);
    throw refusal(`line ${line}: a second document begins`, 'It must be one YAML document.');
  }
  return document as Document.Parsed;
}

/** The line of each value, parents first. A value that is omitted has the line of its key. */
function* linesOf(node: unknown, lines: LineCounter, otherwise: number): Generator<number> {
  const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : otherwise;
  yield line;
  if (isSeq(node)) for (const item of node.items) yield* linesOf(item, lines, line);
  if (isMap(node))
    for (const { key, value } of node.items) {
      const at = isNode(key) && key.range ? lines.linePos(key.range[0]).line : line;
      yield* linesOf(value, lines, at);
    }
}

const within = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value as Record<string, unknown>) : [];
const countOf = (value: unknown): number => within(value).reduce<number>((sum, inner) => sum + countOf(inner), 1);

/** The index of a value in that order, or of its nearest existing parent. */
function numberOf(root: unknown, path: readonly PropertyKey[]): number {
  let [value, number] = [root, 0];
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) break;
    const before = Object.keys(value).indexOf(String(key));
    number += within(value)
      .slice(0, before)
      .reduce<number>((sum, inner) => sum + countOf(inner), 1);
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return number;
}

/** `vms[2].vnics[0].mac` */
export function pathWords(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');
}

const place = (path: readonly PropertyKey[]): string => (path.length > 0 ? `${pathWords(path)}: ` : '');
const refusal = (message: string, hint: string): AppError =>
  new AppError('BAD_INPUT', message, { field: 'text', remedy: note(hint) });

/** Tags create types, which a lab does not need; nor does it need anchors, which Limits refuses. */
function refuseUnsupported(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Node: (_, node) => {
      const line = (): number => lines.linePos(node.range?.[0] ?? 0).line;
      if (node.tag !== undefined && !TAGS.test(node.tag))
        throw refusal(`line ${line()}: the tag ${shortened(node.tag)} is not supported`, PLAIN);
    },
    Map: (_, map) => refuseKeyTwice(map, lines),
  });
}

function refuseKeyTwice({ items }: YAMLMap, lines: LineCounter): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    const line = isNode(key) && key.range ? lines.linePos(key.range[0]).line : 1;
    if (!isScalar(key)) throw refusal(`line ${line}: a key must be one word`, 'The format is docs/schema/lab-1.json.');
    const name = String(key.value);
    if (seen.has(name)) throw refusal(`line ${line}: ${shortened(name)}: duplicate key`, 'Give it once.');
    seen.add(name);
  }
}

function lineIn(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** Names identify objects, so they must be unique. */
function refuseTwice(file: LabFile, lineOf: ParsedFile['lineOf']): void {
  for (const kind of ['clusters', 'networks', 'hosts', 'vms', 'groups'] as const) {
    const seen = new Map<string, number>();
    for (const [i, { name }] of (file[kind] ?? []).entries()) {
      const first = seen.get(name);
      if (first !== undefined) {
        const path = [kind, i, 'name'];
        const words = `line ${lineOf(path)}: ${pathWords(path)}: "${name}" is already used in line ${lineOf([kind, first, 'name'])}`;
        throw new AppError('BAD_INPUT', words, {
          field: pathWords(path),
          remedy: note('Names must be unique within each kind.'),
        });
      }
      seen.set(name, i);
    }
  }
}
