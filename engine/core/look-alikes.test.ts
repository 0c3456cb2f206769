import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

const CYRILLIC = 'w\u0435b';

describe('a name that looks like another', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(1);
    await t.done(t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await t.client.vms.add({ name: 'web' });
  });
  afterEach(() => t.close());

  const alike = async () =>
    (await t.client.events.list({})).filter(({ type }) => type === 'name.alike').map(({ message }) => textOf(message));

  it('is warned of in the answer and as an event, and created', async () => {
    const { warnings = [], vm } = await t.client.vms.add({ name: CYRILLIC });
    expect(vm.name).toBe(CYRILLIC);
    expect(warnings.map(textOf)).toEqual([expect.stringContaining('looks like "web"')]);
    expect(await alike()).toEqual([expect.stringContaining(`The name of the VM "${CYRILLIC}" looks like "web"`)]);
    const { warnings: ofCase = [] } = await t.client.networks.add({ name: 'Blue', isIsolated: true });
    expect(ofCase.map(textOf)).toEqual([expect.stringContaining('differs from "blue", which exists, only in upper')]);
  });

  it('is warned of by a dry run, which stores nothing', async () => {
    const { preview, warnings } = await t.client.vms.add({ name: CYRILLIC, dryRun: true });
    expect(preview?.summary.map(textOf).at(-1)).toContain('looks like "web"');
    expect(warnings).toBeUndefined();
    expect(await alike()).toEqual([]);
  });

  it('is warned of when something is renamed to it, and not when something else of it changes', async () => {
    await t.client.vms.add({ name: 'db' });
    const { warnings = [] } = await t.client.vms.update({ vm: 'db', name: 'WEB' });
    expect(warnings.map(textOf)).toEqual([expect.stringContaining('differs from "web"')]);
    const { warnings: none } = await t.client.vms.update({ vm: 'WEB', comment: 'x' });
    expect(none).toBeUndefined();
    const { warnings: network = [] } = await t.client.networks.add({ name: 'green', isIsolated: true });
    expect(network).toEqual([]);
    expect((await t.client.networks.update({ network: 'green', name: 'BLUE' })).warnings).toHaveLength(1);
  });

  it('is warned of by a lab file, by its plan and when it is applied', async () => {
    const text = `atoll: 1\ndataCenter: Default\nnetworks:\n  - name: Blue\nvms:\n  - name: ${CYRILLIC}\n`;
    const { preview } = await t.client.labfile.apply({ text, dryRun: true });
    const summary = preview?.summary.map(textOf) ?? [];
    expect(summary.filter((line) => /looks like|differs from/.test(line))).toHaveLength(2);
    const { warnings = [] } = await t.client.labfile.apply({ text });
    expect(warnings.map(textOf)).toEqual([
      expect.stringContaining('looks like "web"'),
      expect.stringContaining('differs from "blue"'),
    ]);
  });
});
