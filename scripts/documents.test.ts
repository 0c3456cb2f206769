import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const DECISIONS = path.join(ROOT, 'docs/decisions');
const IGNORED = new Set(['node_modules', 'dist', 'release', '.git', 'test-results']);

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : markdownFiles(file);
    return entry.name.endsWith('.md') ? [file] : [];
  });
}

/** Targets of a document's links, and of its pictures, that are files of this repository. */
function fileLinks(text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset)="([^"]+)"/g)];
  return links
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

/** Links into a document, as GitHub forms the anchors of its headings. */
function headingLinks(file: string): { target: string; anchor: string }[] {
  return [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)]
    .map(([, to = '', anchor = '']) => ({ target: to === '' ? file : path.resolve(path.dirname(file), to), anchor }))
    .filter(({ target }) => target.endsWith('.md'));
}

const anchorsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('documents', () => {
  it('link to headings that exist', () => {
    const links = markdownFiles(ROOT).flatMap((file) =>
      headingLinks(file).map((link) => ({ ...link, from: path.relative(ROOT, file) })),
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter(({ target, anchor }) => !anchorsOf(target).includes(anchor))).toEqual([]);
  });

  it('link to files that exist', () => {
    const broken = markdownFiles(ROOT).flatMap((file) =>
      fileLinks(readFileSync(file, 'utf8'))
        .filter((target) => !existsSync(path.resolve(path.dirname(file), target)))
        .map((target) => `${path.relative(ROOT, file)}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('have a decision of each number once, and each in the index', () => {
    const files = readdirSync(DECISIONS).filter((name) => /^\d/.test(name));
    expect(files.map((name) => Number(name.slice(0, 4))).sort((a, b) => a - b)).toEqual(files.map((_, i) => i + 1));
    const index = readFileSync(path.join(DECISIONS, 'README.md'), 'utf8');
    for (const name of files) {
      expect(index).toContain(`](${name})`);
      expect(readFileSync(path.join(DECISIONS, name), 'utf8')).toMatch(
        new RegExp(`^# ${Number(name.slice(0, 4))}\\. `),
      );
    }
  });
});
