import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ICruiseResult, cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const { ENGINE_FLOORS, ENGINE_PAIRS } = require('./lib/floors.cjs') as {
  ENGINE_FLOORS: readonly (readonly string[])[];
  ENGINE_PAIRS: Readonly<Record<string, readonly string[]>>;
};
const ROOT = path.resolve(import.meta.dirname, '..');
const CONFIG = require('../.dependency-cruiser.cjs') as { forbidden: Record<string, unknown>[] };

/** One folder or file of each floor, as a path of a file in it. */
const fileOn = (place: string): string => {
  const one = place.replace('(context|command)\\.ts', 'context.ts').replace('(engine|index)\\.ts', 'engine.ts');
  return one.endsWith('.ts') ? `engine/${one.replace('\\', '')}` : `engine/${one}/some.ts`;
};

describe('the floors of the engine', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'atoll-layers-'));
  let violations: readonly { from: string; to: string }[] = [];
  const places = ENGINE_FLOORS.flatMap((floor) => floor.map(fileOn));
  const wrong: [string, string][] = [];
  const right: [string, string][] = [];

  beforeAll(async () => {
    ENGINE_FLOORS.forEach((floor, level) => {
      for (const place of floor) {
        const below = ENGINE_FLOORS[level - 1]?.[0];
        const above = ENGINE_FLOORS[level + 1]?.[0];
        const beside = floor.find((other) => other !== place && !ENGINE_PAIRS[place]?.includes(other));
        if (below !== undefined) right.push([fileOn(place), fileOn(below)]);
        for (const pair of ENGINE_PAIRS[place] ?? []) right.push([fileOn(place), fileOn(pair)]);
        if (above !== undefined) wrong.push([fileOn(place), fileOn(above)]);
        if (beside !== undefined) wrong.push([fileOn(place), fileOn(beside)]);
      }
    });
    for (const file of places) {
      mkdirSync(path.join(scratch, path.dirname(file)), { recursive: true });
      const targets = [...wrong, ...right].filter(([from]) => from === file);
      const imports = targets.map(([, to], i) => {
        const relative = path.relative(path.dirname(file), to).replace(/\.ts$/, '');
        return `import type { Some as S${i} } from '${relative.startsWith('.') ? relative : `./${relative}`}';\nexport type T${i} = S${i};\n`;
      });
      writeFileSync(path.join(scratch, file), `${imports.join('')}export interface Some { a: 1 }\n`);
    }
    mkdirSync(path.join(scratch, 'engine/unknown'));
    writeFileSync(path.join(scratch, 'engine/unknown/some.ts'), "export type { Some } from '../core/some';\n");
    const forbidden = CONFIG.forbidden.filter(({ name }) => /engine-f/.test(String(name)));
    const result = await cruise(['engine'], {
      ruleSet: { forbidden } as never,
      validate: true,
      baseDir: scratch,
      tsPreCompilationDeps: true,
      enhancedResolveOptions: { extensions: ['.ts'] },
    });
    violations = (result.output as ICruiseResult).summary.violations;
  }, 60_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('refuses an import of a type from the floor above, and from a folder beside, on every floor', () => {
    for (const [from, to] of wrong)
      expect(violations, `${from} -> ${to}`).toContainEqual(expect.objectContaining({ from, to }));
    expect(wrong.length).toBeGreaterThan(places.length);
  });

  it('allows an import from the floor below, and the named pairs', () => {
    for (const [from, to] of right) expect(violations).not.toContainEqual(expect.objectContaining({ from, to }));
  });

  it('refuses a folder that is on no floor', () => {
    expect(violations).toContainEqual(expect.objectContaining({ from: 'engine/unknown/some.ts' }));
  });
});

describe('the READMEs of the engine', () => {
  const readme = (folder: string): string => readFileSync(path.join(ROOT, 'engine', folder, 'README.md'), 'utf8');

  it('draw the floors as they are enforced', () => {
    const [, drawing = ''] = /## Floors[\s\S]*?```\n([\s\S]*?)```/.exec(readme('')) ?? [];
    const drawn = drawing
      .trim()
      .split('\n')
      .map((line) => line.split(/ {3,}/)[0]?.trim().split(/\s+/) ?? [])
      .reverse();
    const enforced = ENGINE_FLOORS.map((floor) => floor.flatMap((place) => names(place)));
    expect(drawn.map((floor) => [...floor].sort())).toEqual(enforced.map((floor) => [...floor].sort()));
  });

  it('name the pairs as they are enforced', () => {
    const [, line = ''] = /Pairs: ([^.]+)\./.exec(readme('')) ?? [];
    const pairs = Object.entries(ENGINE_PAIRS).flatMap(([from, tos]) => tos.map((to) => `${from} -> ${to}`));
    expect(line.split(', ').sort()).toEqual(pairs.sort());
  });

  it('say in every folder what it may import', () => {
    const folders = ENGINE_FLOORS.flat().filter((place) => !place.endsWith('.ts') && place !== 'ports');
    for (const folder of folders) {
      const [, said = ''] = /May import: ([^]*?)\.(?: |\n)/.exec(readme(folder)) ?? [];
      const others = [...said.matchAll(/(?<![[\w(./])engine\/(\w+)/g)].map(([, name]) => name);
      expect(said, folder).toContain('floors below');
      expect(others.sort(), folder).toEqual([...(ENGINE_PAIRS[folder] ?? [])].sort());
    }
    expect(readdirSync(path.join(ROOT, 'engine')).length).toBeGreaterThan(10);
  });
});

function names(place: string): string[] {
  const [, either = ''] = /^\((.*)\)\\\.ts$/.exec(place) ?? [];
  return either === '' ? [place.replace('\\', '')] : either.split('|').map((name) => `${name}.ts`);
}
