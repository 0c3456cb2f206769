import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftText, textOf } from '../../../english';
import { inverseOf } from '../../../engine/plan/inverse';
import { changeLine } from '../../../engine/plan/change-lines';
import { plan } from '../../../engine/plan/plan';
import type { WantedHost } from '../../../engine/plan/model/wanted';
import type { ObservedHost } from '../../../engine/ports/observed';
import { emptyHost } from '../../support/worlds';

/*
 * Each folder is a case: wanted.json and observed.json go in; changes.json (groups in words and as data, findings,
 * problems) and undo.json come out. `GOLDEN_UPDATE=1` writes what comes out; read the difference before committing it.
 */
const HERE = import.meta.dirname;
const cases = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());

function read(name: string, file: string): unknown {
  return JSON.parse(readFileSync(join(HERE, name, file), 'utf8'));
}

function answer(wanted: WantedHost, host: Partial<ObservedHost>) {
  const { groups, problems, findings, again } = plan(wanted, { ...emptyHost(), ...host });
  const inWords = groups.map((group) => ({
    ...group,
    words: group.changes.map((change) => textOf(changeLine(change))),
  }));
  const undo = groups.map((group) => inverseOf(group, group.changes.length));
  const found = findings.map((finding) => ({ ...finding, message: driftText({ ...finding, ...finding.difference }) }));
  return { changes: { groups: inWords, problems, findings: found, again }, undo };
}

describe('plan', () => {
  it('has its cases', () => expect(cases.length).toBeGreaterThanOrEqual(15));

  it.each(cases.map((entry) => entry.name))('%s', (name) => {
    const { changes, undo } = answer(
      read(name, 'wanted.json') as WantedHost,
      read(name, 'observed.json') as Partial<ObservedHost>,
    );
    if (process.env['GOLDEN_UPDATE']) {
      writeFileSync(join(HERE, name, 'changes.json'), `${JSON.stringify(changes, null, 2)}\n`);
      writeFileSync(join(HERE, name, 'undo.json'), `${JSON.stringify(undo, null, 2)}\n`);
    }
    expect(changes).toEqual(read(name, 'changes.json'));
    expect(undo).toEqual(read(name, 'undo.json'));
  });
});
