import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, differenceOf, DISTANCE, type Grid, SHARE } from './compare';
import type { Darkroom } from './darkroom';

const KEPT = fileURLToPath(new URL('kept/', import.meta.url));
const FOUND = fileURLToPath(new URL('../../../test-results/looks/', import.meta.url));

/** The current look of a screen. */
export interface Seen {
  readonly picture: Buffer;
  readonly now: Grid;
}

/** Pixels per block in images for human review. */
const LARGE = 16;

/** Whether this run accepts the current looks. */
export const ACCEPTS = process.env['ATOLL_LOOKS'] === 'accept';

const HOW =
  'If it is meant to look like this now, accept it and look at what changed in test/e2e/looks/kept:\n' +
  '  ATOLL_LOOKS=accept npx vitest run --project e2e test/e2e/looks.test.ts';

/** The names of all stored looks. */
export const keptNames = (): string[] => readdirSync(KEPT).map((file) => file.replace(/\.png$/, ''));

/** The accepted look of a screen; null: none. */
export async function keptLook(darkroom: Darkroom, name: string): Promise<Grid | null> {
  const file = join(KEPT, `${name}.png`);
  return existsSync(file) ? darkroom.gridOf(readFileSync(file), 1) : null;
}

/** Stores a look, and writes the full screenshot to test-results/looks for review. */
export async function keepLook(darkroom: Darkroom, name: string, { picture, now }: Seen): Promise<void> {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(join(KEPT, `${name}.png`), await darkroom.pngOf(now));
  writeFound(name, 'new', picture);
}

function writeFound(name: string, kind: 'new' | 'old' | 'difference', png: Buffer): void {
  mkdirSync(FOUND, { recursive: true });
  writeFileSync(join(FOUND, `${name}.${kind}.png`), png);
}

/** Writes images of the difference to test-results/looks; returns the failure message. */
export async function reportDifference(
  darkroom: Darkroom,
  name: string,
  { picture, now }: Seen,
  old: Grid | null,
): Promise<string> {
  writeFound(name, 'new', picture);
  if (old === null) return `Nothing is kept of how ${name} looks; see ${FOUND}${name}.new.png. ${HOW}`;
  const comparison = compare(old, now);
  writeFound(name, 'old', await darkroom.pngOf(old, LARGE));
  writeFound(name, 'difference', await darkroom.pngOf(differenceOf(now, comparison), LARGE));
  const share = (of: number): string => `${(100 * of).toFixed(2)} %`;
  return (
    `${name} looks different: ${share(comparison.share)} of its blocks are more than ${DISTANCE} of 255 off, ${share(SHARE)} may be.\n` +
    `See ${FOUND}${name}.{new,old,difference}.png. ${HOW}`
  );
}
