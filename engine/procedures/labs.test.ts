import { note } from '../../contract/remedy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import { TestEngine } from '../../test/support/test-engine';

describe('labs', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.done(t.client.hosts.add({ name: 'laptop', how: { kind: 'lab' } }));
  });
  afterEach(() => t.close());

  const startVm = async (): Promise<string> => {
    const added = await t.client.vms.add({ name: 'web', start: true });
    await t.done(Promise.resolve(added));
    await t.until(async () => (await t.client.vms.show({ vm: added.vm.id })).state === 'up');
    return added.vm.id;
  };

  it('are listed with their hosts, also those whose host was removed', async () => {
    const left = '0198c5a0-0000-7000-8000-00000000dead';
    t.fleet.labIds.add(left);
    expect((await t.client.labs.list()).map(({ id, host }) => ({ id, host }))).toEqual([
      { id: expect.any(String) as string, host: 'laptop' },
      { id: left, host: null },
    ]);
    await expect(t.client.labs.stop({ lab: left })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await t.done(t.client.labs.remove({ lab: left }));
    expect(await t.client.labs.list()).toHaveLength(1);
  });

  it('are stopped with their VMs only on request, and started again by activating the host', async () => {
    const vm = await startVm();
    await expect(t.client.labs.stop({ lab: 'laptop' })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
      data: { rule: 'O1' },
    });
    const job = await t.done(t.client.labs.stop({ lab: 'laptop', stopVms: true }));
    expect(job?.steps.map((step) => textOf(step.title))).toEqual([
      'Stop web',
      'Disconnect from laptop',
      'Stop its processes',
    ]);
    expect((await t.client.hosts.show({ host: 'laptop' })).host.state).toBe('maintenance');
    expect((await t.client.vms.show({ vm })).state).toBe('down');
    await t.done(t.client.labs.stop({ lab: 'laptop' }));
    await t.done(t.client.hosts.activate({ host: 'laptop' }));
    expect((await t.client.hosts.show({ host: 'laptop' })).host.state).toBe('up');
  });

  it('are removed with their host and VMs, running or not', async () => {
    await startVm();
    const { preview } = await t.client.labs.remove({ lab: 'laptop', dryRun: true });
    expect(preview?.summary.map(textOf)).toEqual([
      'remove the VM "web" and its disks',
      'remove the lab "laptop" and its host, stopping 1 running VM',
    ]);
    expect(await t.client.vms.list({})).toHaveLength(1);
    await t.done(t.client.labs.remove({ lab: 'laptop' }));
    expect(await t.client.hosts.list({})).toEqual([]);
    expect(await t.client.vms.list({})).toEqual([]);
    expect(t.engine.needed()).toBe(false);
  });

  it('cannot be activated during their removal, nor removed again by a retried job', async () => {
    const { job } = await t.client.labs.remove({ lab: 'laptop' });
    await expect(t.client.hosts.activate({ host: 'laptop' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
    await t.client.jobs.cancel({ job: job ?? '' });
    await t.ended(Promise.resolve({ job }));
    await t.done(t.client.hosts.activate({ host: 'laptop' }));
    const again = await t.ended(t.client.jobs.retry({ job: job ?? '' }));
    expect(again).toMatchObject({ state: 'failed', error: { code: 'STATE_ILLEGAL' } });
    expect((await t.client.hosts.show({ host: 'laptop' })).host.state).toBe('up');
  });

  it('are found by the names of their hosts, and similar names are suggested', async () => {
    await expect(t.client.labs.remove({ lab: 'labtop' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { remedy: note('Did you mean "laptop"?') },
    });
  });
});
