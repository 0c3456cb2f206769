import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../contract';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

describe('the system', () => {
  let t: TestEngine;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-system-'));
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(async () => {
    await t.close();
    rmSync(folder, { recursive: true });
  });

  it('counts objects', async () => {
    await t.addHosts(2);
    await t.client.networks.add({ name: 'blue', isIsolated: true });
    await t.client.networks.add({ name: 'lan' });
    const { counts, storeId } = await t.client.system.status();
    expect(counts).toMatchObject({
      dataCenters: 1,
      clusters: 1,
      hosts: 2,
      hostsUp: 2,
      networks: 2,
      isolatedNetworks: 1,
    });
    expect(storeId).toBe(t.store.storeId);
    expect(await t.client.system.version()).toMatchObject({ version: '0.0.0', contract: 1 });
  });

  it('backs up, and writes nothing in a dry run', async () => {
    const path = join(folder, 'copy.db');
    const dry = await t.client.system.backup({ path, dryRun: true });
    expect(dry.preview?.summary.map(textOf)[0]).toContain(path);
    const { bytes } = await t.client.system.backup({ path });
    expect(bytes).toBeGreaterThan(0);
    expect(t.eventTypes()).toContain('store.backed_up');
    await expect(t.client.system.backup({ path: 'relative' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('creates a report for users to attach, with secrets removed', async () => {
    const { host } = await t.client.hosts.add({ name: 'node1', how: { kind: 'simulated' } });
    await t.secrets.put(host.id, 'anybody', { password: 'hunter2 "quoted"' });
    await t.client.networks.add({ name: 'blue', isIsolated: true, comment: 'hunter2 "quoted"' });
    const { name, text } = await t.client.system.report();
    expect(name).toMatch(/^atoll-report-[\dT-]+\.txt$/);
    for (const part of ['== Status', '== Doctor', '== Hosts', '== Events', '== engine.log\na line', 'node1'])
      expect(text).toContain(part);
    expect(text).not.toContain('hunter2');
  });

  it('asks its process to end', async () => {
    expect(await t.client.system.stop()).toEqual({ stopping: true });
    expect(t.stopAsked).toBe(1);
  });

  it('is not restored while jobs run', async () => {
    const [host = ''] = await t.addHosts(1);
    t.fleet.machine(host).control.slowDown(200);
    await t.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await expect(t.client.system.restore({ path: '/x' })).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });
});

describe('a remedy', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  const remedy = (run: (onLine: (line: string) => void) => Promise<string>) => ({
    title: 'QEMU',
    words: 'Install qemu',
    argv: ['apt-get', 'install', 'qemu'],
    run,
  });

  it('is shown whole before it runs, and its output is in the job', async () => {
    let runs = 0;
    t.fleet.remedies.set(
      'qemu',
      remedy((onLine) => {
        runs += 1;
        onLine('Unpacking');
        return Promise.resolve('Unpacking\nSetting up qemu');
      }),
    );
    const dry = await t.client.system.remedy({ check: 'qemu', dryRun: true });
    expect(dry).toMatchObject({ argv: ['apt-get', 'install', 'qemu'], job: null });
    expect(dry.preview?.summary.map(textOf)[0]).toContain('run apt-get install qemu');
    expect(runs).toBe(0);
    const ended = await t.ended(t.client.system.remedy({ check: 'qemu' }));
    expect(ended).toMatchObject({
      state: 'succeeded',
      steps: [
        {
          title: { params: { argv: ['apt-get', 'install', 'qemu'] } },
          message: { type: 'result.output', params: { output: 'Unpacking\nSetting up qemu' } },
        },
      ],
    });
    expect(runs).toBe(1);
  });

  it('that fails fails its job, with the reason; one that doctor does not know is refused', async () => {
    t.fleet.remedies.set(
      'qemu',
      remedy(() => Promise.reject(new AppError('HOST_COMMAND_FAILED', 'E: no such package'))),
    );
    const ended = await t.ended(t.client.system.remedy({ check: 'qemu' }));
    expect(ended).toMatchObject({ state: 'failed', error: { message: 'E: no such package' } });
    const refused = t.client.system.remedy({ check: 'rm -rf /' });
    await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND', data: { field: 'check' } });
    const withCommand = { check: 'qemu', argv: ['id'] } as { check: string };
    await expect(t.client.system.remedy(withCommand)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
