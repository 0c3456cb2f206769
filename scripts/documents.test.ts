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

describe('documents', () => {
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
