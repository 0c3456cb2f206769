import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import { TestEngine } from '../../test/support/test-engine';

const FILE = `
atoll: 1
dataCenter: Default
networks:
  - name: cameras
    clusters: [Default]
  - name: "my office"
    clusters: [Default]
vms:
  - name: cam1
    vnics: [{ name: nic1, network: cameras }]
  - name: 'pc "1"'
    vnics: [{ name: nic1, network: "my office" }]
groups:
  - name: inner
    members: [cam1]
  - name: all cameras
    members: [group:inner, network:cameras]
promises:
  - promise: group:"all cameras" never reach "my office"
    note: agreed
  - promise: '"pc \\"1\\"" has no external access'
    severity: warn
`;

describe('promises in a lab file', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  const apply = (text: string) => t.client.labfile.apply({ text });
  const plan = async (text: string): Promise<string[]> =>
    (await t.client.labfile.apply({ text, dryRun: true })).plan.map(textOf);
  const inFile = (rest: string): string => `atoll: 1\ndataCenter: Default\n${rest}`;
  const states = async () => (await t.client.promises.list({})).map(({ sentence, state }) => [sentence, state]);

  it('are added with their groups, exported, and changed, not added twice', async () => {
    await t.done(apply(FILE));
    expect(await t.client.promises.list({})).toMatchObject([
      { sentence: '"all cameras" never reach "my office"', severity: 'refuse', note: 'agreed', state: 'kept' },
      { sentence: '"pc \\"1\\"" has no external access', severity: 'warn', state: 'kept' },
    ]);
    const nothing = await plan(FILE);
    expect(nothing).toHaveLength(1);
    const { text } = await t.client.labfile.export({ dataCenter: 'Default' });
    expect(await plan(text)).toEqual(nothing);
    await t.done(apply(FILE.replace('note: agreed', 'note: agreed with the school')));
    expect(await t.client.promises.list({})).toMatchObject([{ note: 'agreed with the school' }, { severity: 'warn' }]);
    // On another Atoll the export comes to the same.
    const other = new TestEngine();
    try {
      await other.engine.start();
      await other.done(other.client.labfile.apply({ text }));
      expect((await other.client.promises.list({})).map(({ sentence }) => sentence)).toEqual(
        (await t.client.promises.list({})).map(({ sentence }) => sentence),
      );
      expect((await other.client.promises.groups({})).map(({ name }) => name).sort()).toEqual(['all cameras', 'inner']);
    } finally {
      await other.close();
    }
  });

  it('refuse the rest of a later file that would break them, unless it may', async () => {
    await t.done(apply(FILE));
    const bad = inFile(
      'vms:\n  - name: cam1\n    vnics: [{ name: nic1, network: cameras }, { name: nic2, network: "my office" }]\n',
    );
    await expect(apply(bad)).rejects.toMatchObject({ code: 'RULE_BROKEN', data: { rule: 'PROMISE' } });
    expect((await t.client.vms.show({ vm: 'cam1' })).vnics).toHaveLength(1);
    await t.done(t.client.labfile.apply({ text: bad, breakPromises: true }));
    expect((await states())[0]).toEqual(['"all cameras" never reach "my office"', 'broken']);
    expect(t.eventTypes()).toContain('promise.overridden');
  });

  it('are verified by name, and only those of the file', async () => {
    await t.done(apply(FILE));
    const one = inFile('promises:\n  - promise: cam1 has no external access\n');
    await expect(t.client.promises.verify({ text: one })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await t.done(apply(one));
    const { promises, verdict } = await t.client.promises.verify({ text: one });
    expect(promises.map(({ promise }) => promise.sentence)).toEqual(['cam1 has no external access']);
    expect(verdict).toBe('kept');
  });

  it('report contradictions within a file, and refuse cycles of groups and what cannot be read, by line', async () => {
    await t.done(apply(FILE));
    const contrary = inFile('promises:\n  - promise: cam1 reaches \'pc "1"\' directly\n    severity: warn\n').replace(
      `'pc "1"'`,
      '"pc \\"1\\""',
    );
    expect((await plan(contrary)).join('\n')).toContain('"all cameras" never reach "my office"');
    const cycle = inFile('groups:\n  - name: inner\n    members: [group:"all cameras"]\n');
    await expect(apply(cycle)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(apply(inFile('promises:\n  - promise: cam1 never\n'))).rejects.toThrow(/line 4/);
    expect(await t.client.promises.list({})).toHaveLength(2);
  });
});
