import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { labFileSchema } from './labfile-schema';

it('matches docs/schema/lab-1.json (else run: node scripts/docs.mjs)', () => {
  expect(readFileSync('docs/schema/lab-1.json', 'utf8')).toBe(labFileSchema());
});
