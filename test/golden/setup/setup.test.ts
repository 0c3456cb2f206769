import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftText, textOf } from '../../../english';
import { planSetup } from '../../../engine/plan/regular/plan-setup';
import { setupLine } from '../../../engine/plan/regular/change-lines';
import type { WantedSetup } from '../../../engine/plan/model/wanted-setup';
import type { SetupChange } from '../../../engine/ports/setup';
import { bareHost, simulateSetup, wantedOf } from '../../support/setup-worlds';

const HERE = import.meta.dirname;
const cases = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const read = (name: string, file: string): unknown => JSON.parse(readFileSync(join(HERE, name, file), 'utf8'));

function answer(name: string) {
  const before = planSetup(wantedOf(read(name, 'before.json') as WantedSetup), bareHost());
  const setUp = simulateSetup(
    bareHost(),
    before.steps.map(({ change }) => change),
  );
  const host = simulateSetup(setUp, read(name, 'meddled.json') as SetupChange[]);
  const { steps, findings, ...rest } = planSetup(wantedOf(read(name, 'wanted.json') as WantedSetup), host);
  const found = findings.map((finding) => ({ ...finding, message: driftText({ ...finding, ...finding.difference }) }));
  return { words: steps.map(({ change }) => textOf(setupLine(change))), steps, findings: found, ...rest };
}

describe('the plan of Setup networks', () => {
  it('has its cases', () => expect(cases.length).toBeGreaterThanOrEqual(10));

  it.each(cases.map((entry) => entry.name))('%s', (name) => {
    const is = answer(name);
    if (process.env['GOLDEN_UPDATE']) writeFileSync(join(HERE, name, 'steps.json'), `${JSON.stringify(is, null, 2)}\n`);
    expect(is).toEqual(read(name, 'steps.json'));
  });
});
