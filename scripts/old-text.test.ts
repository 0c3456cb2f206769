import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

const filesIn = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Places where an object is made that is a message of old text: a property `type` (or `say`'s first word) that is 'text'. */
function oldTexts(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText = (value: ts.Node | undefined): boolean =>
      value !== undefined && ts.isStringLiteralLike(ts.isAsExpression(value) ? value.expression : value)
        ? (ts.isAsExpression(value) ? (value.expression as ts.StringLiteralLike) : (value as ts.StringLiteralLike))
            .text === 'text'
        : false;
    const isType = ts.isPropertyAssignment(node) && node.name.getText(source).replaceAll(/['"]/g, '') === 'type';
    const isSay = ts.isCallExpression(node) && node.expression.getText(source) === 'say';
    if ((isType && isText(node.initializer)) || (isSay && isText(node.arguments[0])))
      found.push(
        `${path.relative(ROOT, file)}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`,
      );
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('messages that are a text', () => {
  it('are read from old stores, and written by nobody', () => {
    const files = ['engine', 'hosts', 'app', 'server', 'ovirt', 'main', 'db/repositories'].flatMap(filesIn);
    expect(files.length).toBeGreaterThan(200);
    expect(files.flatMap((file) => oldTexts(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each([
    "emit('vm.added', 'normal', { type: 'text', params: { text: 'VM web was added' } });",
    "const title = { 'type': 'text' as const, params: { text } };",
    "emit('vm.added', 'normal', say('text' as never, { text: 'x' }));",
  ])('are found where one is written: %s', (line) => {
    expect(oldTexts(path.join(ROOT, 'engine/x.ts'), `const a = 1;\n${line}\n`)).toEqual(['engine/x.ts:2']);
  });
});
