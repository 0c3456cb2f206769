import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { KeptVirsh } from '../../hosts/shells/kept-virsh';
import { LabShell } from '../../hosts/shells/lab';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';

const { vms: missing } = await labHere();

/**
 * What a script is for: an observation has one that reads the networks, and one that reads the VMs if they can have changed. A question to a
 * virsh that stays is a round trip too.
 */
type Kind = 'networks' | 'VMs' | 'question' | 'other';
const kindOf = (script: string): Kind =>
  script.includes('look_at_servers') ? 'networks' : script.includes('domstate --reason') ? 'VMs' : 'other';

/** The number of scripts that a command sends to a host, which is what it costs over a slow line. It must not grow unseen. */
describe.skipIf(missing !== null)(blockName('the scripts that a host is sent', missing), () => {
  let app: LabApp;
  const sent: Kind[] = [];
  beforeAll(async () => {
    app = await LabApp.open();
    await app.done(app.client.hosts.add({ name: 'lab', how: { kind: 'lab' } }));
    const { run, script } = LabShell.prototype;
    vi.spyOn(LabShell.prototype, 'run').mockImplementation(function (this: LabShell, ...args) {
      sent.push('other');
      return run.apply(this, args);
    });
    vi.spyOn(LabShell.prototype, 'script').mockImplementation(function (this: LabShell, ...args) {
      sent.push(kindOf(args[0]));
      return script.apply(this, args);
    });
    const { ask } = KeptVirsh.prototype;
    vi.spyOn(KeptVirsh.prototype, 'ask').mockImplementation(async function (this: KeptVirsh, ...args) {
      const answers = await ask.apply(this, args);
      // Without an answer a script follows.
      if (answers !== null) sent.push(args[0].some((each) => each.includes('domstate --reason')) ? 'VMs' : 'question');
      return answers;
    });
  }, 60_000);
  afterEach(() => sent.splice(0));
  afterAll(async () => {
    vi.restoreAllMocks();
    await app?.dispose();
  }, 60_000);

  /** The scripts of one command, in order. Notices of the command before have ended. */
  async function during(work: () => Promise<unknown>): Promise<Kind[]> {
    await vi.waitFor(
      async () => {
        const before = sent.length;
        await sleep(700);
        expect(sent.length).toBe(before);
      },
      { timeout: 30_000 },
    );
    sent.splice(0);
    await work();
    return [...sent];
  }

  /** The fewest of some tries: the host can report something at any time, and is then observed besides. */
  async function fewest(tries: number, work: (n: number) => Promise<unknown>): Promise<Kind[]> {
    const each: Kind[][] = [];
    for (let n = 0; n < tries; n += 1) each.push(await during(() => work(n)));
    return each.sort((one, other) => one.length - other.length)[0] ?? [];
  }

  const add = (name: string) => app.done(app.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
  const others = (kinds: readonly Kind[]): number => kinds.filter((kind) => kind === 'other').length;
  const questions = (kinds: readonly Kind[]): number => kinds.filter((kind) => kind === 'question').length;

  it('are two for a network: the change, and what it came to', async () => {
    const sent = await fewest(3, (n) => add(`n${n}`));
    expect(sent.slice(0, 2)).toEqual(['other', 'networks']);
    expect(others(sent)).toBe(1);
    // On a busy machine the lab reports the change so late that it is observed once more.
    expect(sent.length).toBeLessThanOrEqual(3);
  });

  it('are two for a sync that finds all in order, side by side', async () => {
    const sync = await fewest(3, () => app.done(app.client.hosts.sync({ host: 'lab' })));
    expect(sync.sort()).toEqual(['VMs', 'networks']);
  });

  it('are three for a start of a VM, with two questions, which is observed once afterwards, and one for a stop', async () => {
    const { client } = app;
    const vm = 'web';
    await app.done(client.vms.add({ name: vm, vnics: [{ network: 'n0' }], host: 'lab' }));
    await app.done(client.vms.start({ vm }));
    await app.done(client.vms.stop({ vm }));
    const started = await during(() => app.done(client.vms.start({ vm })));
    // Its files, libvirt's daemons, virsh; its definition, and whether its memory was saved. What is observed in between follows from libvirt's events.
    expect([others(started), questions(started)]).toEqual([3, 2]);
    expect(started.slice(0, 2)).toEqual(['question', 'other']);
    expect(started.slice(started.lastIndexOf('other')).filter((kind) => kind === 'VMs').length).toBeGreaterThan(0);
    const stopped = await during(() => app.done(client.vms.stop({ vm })));
    expect(others(stopped)).toBe(1);
    expect(stopped[0]).toBe('other');
  });

  it('are one for a plug, without an observation first, and two for a removal, with a question each', async () => {
    const { client } = app;
    const vm = 'web';
    await app.done(client.vms.start({ vm }));
    const plugged = await fewest(2, (n) => app.done(client.vnics.add({ vm, name: `more${n}`, network: 'n0' })));
    // What it is, and what becomes of it; then what the host says of it.
    expect(plugged.slice(0, 2)).toEqual(['question', 'other']);
    expect(others(plugged)).toBe(1);
    // On a busy machine it is observed once more.
    expect(plugged.length).toBeLessThanOrEqual(6);
    await app.done(client.vms.stop({ vm }));
    await app.done(client.vms.add({ name: 'api', vnics: [{ network: 'n0' }], host: 'lab', start: true }));
    await app.done(client.vms.stop({ vm: 'api' }));
    const removed = await fewest(2, (n) => app.done(client.vms.remove({ vm: n === 0 ? vm : 'api' })));
    expect(removed.slice(0, 3)).toEqual(['question', 'other', 'other']);
    expect(others(removed)).toBe(2);
    expect(removed.length).toBeLessThanOrEqual(6);
  });

  it('are few observations for three plugs at once, not one for each tap', async () => {
    const { client } = app;
    const names = ['a', 'b', 'c'];
    const all = (act: (vm: string) => Promise<{ job: string | null }>) =>
      Promise.all(names.map((name) => app.done(act(name))));
    await all((name) => client.vms.add({ name, vnics: [{ network: 'n0' }], host: 'lab', start: true }));
    const plugged = await during(() => all((vm) => client.vnics.add({ vm, network: 'n0' })));
    expect([others(plugged), questions(plugged)]).toEqual([3, 3]);
    expect(plugged.filter((kind) => kind === 'networks').length).toBeLessThanOrEqual(3);
    const stopped = await during(() => all((vm) => client.vms.stop({ vm })));
    expect(others(stopped)).toBe(3);
  });
});
