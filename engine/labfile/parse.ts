import { type Document, LineCounter, type YAMLParseError, isAlias, isNode, parseDocument, visit } from 'yaml';
import { AppError, LABFILE_MAX_BYTES, LabFile } from '../../contract';

/** A file that was read, and where in it a thing stands. */
export interface ParsedFile {
  readonly file: LabFile;
  /** The line, from 1, of `['vms', 2, 'name']`, or of the nearest thing around it that is there. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** What YAML's core schema gives plain values anyway, written out; every other tag could mean anything. */
const TAGS = /^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/;
/** More nesting than the format has, and less than what exhausts the parser. */
const MAX_DEPTH = 64;
const FEW = 5;

/**
 * Reads a lab file that anybody may have written.
 * @throws AppError BAD_INPUT with the line and, for a field, its path: `vms[2].cpus`
 */
export function parseLabFile(text: string): ParsedFile {
  if (Buffer.byteLength(text) > LABFILE_MAX_BYTES)
    throw refusal(`The file has more than ${LABFILE_MAX_BYTES / 1024 / 1024} MiB`, 'Split it by data centers.');
  refuseDepth(text);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: true, prettyErrors: false });
  const [error] = document.errors;
  if (error)
    throw refusal(`line ${lines.linePos(error.pos[0]).line}: ${wordsOf(error, text)}`, 'It must be one YAML document.');
  refuseCleverness(document, lines);
  const lineOf = (path: readonly PropertyKey[]): number => lineIn(document, lines, path);
  const parsed = LabFile.safeParse(document.toJS());
  if (!parsed.success) {
    const all = parsed.error.issues.map((issue) => `line ${lineOf(issue.path)}: ${place(issue.path)}${issue.message}`);
    const words = [...all.slice(0, FEW), ...(all.length > FEW ? [`and ${all.length - FEW} more`] : [])];
    throw new AppError('BAD_INPUT', words.join('; '), {
      field: pathWords(parsed.error.issues[0]?.path ?? []),
      hint: 'The format is docs/schema/lab-1.json; atoll export writes an example of what there is.',
    });
  }
  refuseTwice(parsed.data, lineOf);
  return { file: parsed.data, lineOf };
}

/** What the parser found, without the words that it has for programmers. */
function wordsOf({ code, message, pos }: YAMLParseError, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins';
  if (code === 'DUPLICATE_KEY') return `${/^[^\s:]*/.exec(text.slice(pos[0]))?.[0] ?? ''}: stands there twice`;
  return message;
}

/** `vms[2].vnics[0].mac` */
export function pathWords(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');
}

const place = (path: readonly PropertyKey[]): string => (path.length > 0 ? `${pathWords(path)}: ` : '');
const refusal = (message: string, hint: string): AppError =>
  new AppError('BAD_INPUT', message, { field: 'text', hint });

/** The parser descends by recursion: what nests deeper than any lab is refused unread. Indentation nests too. */
function refuseDepth(text: string): void {
  let flow = 0;
  for (const [i, line] of text.split('\n').entries()) {
    for (const letter of line) flow = Math.max(0, flow + (/[[{]/.test(letter) ? 1 : /[\]}]/.test(letter) ? -1 : 0));
    const dashes = /^[\s?:-]*/.exec(line)?.[0].match(/[-?:]/g)?.length ?? 0;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (flow > MAX_DEPTH || dashes > MAX_DEPTH || indent > MAX_DEPTH * 4)
      throw refusal(`line ${i + 1}: nested more than ${MAX_DEPTH} deep`, 'A lab file is a few levels deep.');
  }
}

/** Anchors make a bomb of a few lines, and tags make types: a lab needs neither. */
function refuseCleverness(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Node: (_, node) => {
      const line = (): number => lines.linePos(node.range?.[0] ?? 0).line;
      const plain = 'Write the thing out, or make the file by a script.';
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined))
        throw refusal(`line ${line()}: anchors and aliases are not taken`, plain);
      if (node.tag !== undefined && !TAGS.test(node.tag))
        throw refusal(`line ${line()}: the tag ${node.tag} is not taken`, plain);
    },
  });
}

function lineIn(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** Names are what things are known by, so one may stand once. */
function refuseTwice(file: LabFile, lineOf: ParsedFile['lineOf']): void {
  for (const kind of ['clusters', 'networks', 'hosts', 'vms'] as const) {
    const seen = new Map<string, number>();
    for (const [i, { name }] of file[kind].entries()) {
      const first = seen.get(name);
      if (first !== undefined) {
        const path = [kind, i, 'name'];
        const words = `line ${lineOf(path)}: ${pathWords(path)}: "${name}" stands in line ${lineOf([kind, first, 'name'])} already`;
        throw new AppError('BAD_INPUT', words, {
          field: pathWords(path),
          hint: 'Give each thing of a kind a name of its own.',
        });
      }
      seen.set(name, i);
    }
  }
}
