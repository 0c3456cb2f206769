import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../contract';
import type { LabShell } from '../../hosts/shells/lab';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';

const { vms: missing } = await labHere();
const WITHIN_MS = 20_000;

/** A libvirtd that hangs holds up neither people, nor networks, nor other hosts; and when it continues, all is as before. */
describe.skipIf(missing !== null)(blockName('a libvirt that hangs', missing), () => {
  let app: LabApp;
  let shell: LabShell | undefined;
  beforeAll(async () => {
    app = await LabApp.open();
    await app.done(app.client.hosts.add({ name: 'lab', how: { kind: 'lab' } }));
    await app.done(app.client.hosts.add({ name: 'other', how: { kind: 'simulated' } }));
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true }));
    await app.done(app.client.networks.attach({ network: 'blue', cluster: 'Default' }));
    for (const [name, host] of [
      ['web', 'lab'],
      ['idle', 'lab'],
      ['far', 'other'],
    ] as const) {
      await app.done(
        app.client.vms.add({ name, host, memoryMiB: 192, boot: { kind: 'tiny' }, vnics: [{ network: 'blue' }] }),
      );
    }
    await app.done(app.client.vms.start({ vm: 'web' }));
    await app.vmIs('web', 'up', 60_000);
    const { host } = await app.client.hosts.show({ host: 'lab' });
    shell = app.lab(host.id).shell;
  });
  afterAll(async () => {
    if (shell) await libvirtd('CONT');
    await app.dispose();
  });

  const hand = (): LabShell => {
    if (shell) return shell;
    throw new Error('there is no lab');
  };
  const libvirtd = (signal: 'STOP' | 'CONT'): Promise<unknown> =>
    hand().script('kill -"$1" "$(cat /run/libvirtd.pid)"', [signal]);
  const timed = async (act: () => Promise<{ job: string | null }>): Promise<{ job: Job | null; ms: number }> => {
    const from = performance.now();
    const job = await app.ended(act());
    return { job, ms: performance.now() - from };
  };
  const failsSoon = async (act: () => Promise<{ job: string | null }>): Promise<void> => {
    const { job, ms } = await timed(act);
    expect(job?.state).toBe('failed');
    expect(job?.error?.message).toMatch(/libvirt on .* does not respond/);
    expect(job?.error?.remedy?.note).toMatch(/Restart libvirtd/);
    expect(ms).toBeLessThan(WITHIN_MS);
  };

  it('fails each verb within 20 s, while other hosts and the repair of networks continue', async () => {
    await libvirtd('STOP');
    await failsSoon(() => app.client.vms.start({ vm: 'idle' }));
    await Promise.all([
      failsSoon(() => app.client.vms.stop({ vm: 'web' })),
      failsSoon(() => app.client.vms.start({ vm: 'idle' })),
      app.done(app.client.vms.start({ vm: 'far' })),
    ]);
    await hand().run(['ip', 'link', 'set', 'blue', 'mtu', '1300']);
    await eventually('the MTU to be repaired', 15_000, async () => {
      const { stdout } = await hand().run(['cat', '/sys/class/net/blue/mtu']);
      return stdout.trim() === '1500' ? true : undefined;
    });
    for (const verb of ['suspend', 'reset', 'shutdown'] as const)
      await failsSoon(() => app.client.vms[verb]({ vm: 'web' }));
    await failsSoon(() => app.client.vms.remove({ vm: 'idle' }));
  });

  it('leaves nothing locked: every verb works once libvirt responds', async () => {
    await libvirtd('CONT');
    expect((await app.client.vms.show({ vm: 'web' })).state).toBe('up');
    const running = await app.client.jobs.list({});
    expect(running.filter(({ state }) => state === 'running' || state === 'queued')).toEqual([]);
    await app.done(app.client.vms.stop({ vm: 'web' }));
    await app.done(app.client.vms.start({ vm: 'idle' }));
    await app.done(app.client.vms.stop({ vm: 'idle' }));
    await app.done(app.client.vms.remove({ vm: 'idle' }));
  });
});
