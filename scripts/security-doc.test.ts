import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TEXT = readFileSync('docs/security.md', 'utf8');
/** Rows of the table of attackers: who, what, what stops them, proof. */
const ROWS = TEXT.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\|?\s*|\s*\|?$/g, '')))
  .filter(([who = '']) => who !== 'who' && !/^-+$/.test(who));
/** Every point of the lists, on one line. */
const POINTS = TEXT.split(/^(?=- |#|\|)/m)
  .filter((part) => part.startsWith('- '))
  .map(
    (part) =>
      part
        .slice(2)
        .split(/\n\s*\n/)[0]
        ?.replaceAll(/\s+/g, ' ')
        .trim() ?? '',
  );
/** A sentence that says why nothing keeps a point: `This stays open: ...`, or the same of what the point is about. */
const OPEN = /\bstays? open: \S.{20,}\./;
const TEST = /`([\w./-]+\.test\.tsx?)`/g;

describe('docs/security.md', () => {
  it('names files of tests that are there, by their whole paths', () => {
    const named = [...TEXT.matchAll(/`([^`\s]*\.test\.tsx?)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('names a test for each attack that it says is stopped', () => {
    expect(ROWS.length).toBeGreaterThan(15);
    const without = ROWS.filter((row) => [...(row.at(-1) ?? '').matchAll(TEST)].length === 0);
    expect(without.map(([who, what]) => `${who}: ${what}`)).toEqual([]);
  });

  it('names a test for each point of its lists, or says why it stays open', () => {
    expect(POINTS.length).toBeGreaterThan(30);
    const without = POINTS.filter((point) => [...point.matchAll(TEST)].length === 0 && !OPEN.test(point));
    expect(without.map((point) => point.slice(0, 80))).toEqual([]);
  });
});
