import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { exampleFiles } from './files';

describe('the example files', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  it('are those in docs/labs (else run: node scripts/docs.mjs)', () => {
    expect(readdirSync('docs/labs').sort()).toEqual(
      exampleFiles()
        .map(({ name }) => name)
        .sort(),
    );
    for (const { name, text } of exampleFiles()) expect(readFileSync(`docs/labs/${name}`, 'utf8')).toBe(text);
  });

  it.each(exampleFiles())('$name is applied, and matches the result', async ({ name, text }) => {
    await t.done(t.client.labfile.apply({ text }));
    const vms = await t.client.vms.list({});
    expect(vms.length).toBeGreaterThan(3);
    await t.until(async () => (await t.client.vms.list({})).every(({ state }) => state === 'up'));
    // The demo's lab is a simulated host here; `atoll demo` and test/integration/demo.test.ts have a real one.
    expect((await t.client.labfile.apply({ text, dryRun: true })).plan).toEqual([
      { type: 'preview.labfile.nothing', params: {} },
    ]);
    const [from, to, only] = name === 'demo.yaml' || name === 'laptop-lab.yaml' ? ['web', 'ci', 'gw'] : [];
    if (from === undefined || to === undefined) return;
    expect(JSON.stringify(await t.client.map.reach({ from, to }))).toContain(only);
  });

  it('create the same as the command of a scenario', async () => {
    const file = exampleFiles().find(({ name }) => name === 'three-hosts.yaml');
    await t.done(t.client.demo.add({ simulated: true, scenario: 'three-hosts' }));
    expect((await t.client.labfile.apply({ text: file?.text ?? '', dryRun: true })).plan).toEqual([
      { type: 'preview.labfile.nothing', params: {} },
    ]);
  });
});
