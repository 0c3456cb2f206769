import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Event, Host, AppError } from '../../contract';
import { identify, type LabIdentity } from '../../hosts/lab/identity';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { isAlive, kill9, mountsOf, namespaceOf, processesOf, ticksNow } from '../support/processes';

const here = await labHere();

/** The lab's promises where the whole engine stands on it. */
describe.skipIf(here.networks !== null)(blockName('the engine on its labs', here.networks), () => {
  let atoll: LabApp;
  let host: Host;

  beforeAll(async () => {
    atoll = await LabApp.open();
    host = await addLab(atoll, 'lab1');
    await atoll.done(atoll.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
  });
  afterAll(() => atoll?.dispose());
  beforeEach(() => isUp(atoll, 'lab1'));

  const pidOf = (id: string): number => atoll.lab(id).lab.find()!.pid;
  const bridgesIn = async (id: string): Promise<string[]> => {
    const { stdout } = await atoll.lab(id).shell.run(['ip', '-br', 'link', 'show', 'type', 'bridge']);
    return stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
  };

  it('has a lab for each host that is added, and one network on both is two islands', async () => {
    const second = await addLab(atoll, 'lab2');
    expect(pidOf(second.id)).not.toBe(pidOf(host.id));
    for (const { id } of [host, second]) expect(await bridgesIn(id)).toEqual(['blue']);
    const net = [host, second].map(({ id }) => namespaceOf(pidOf(id), 'net'));
    expect(new Set(net).size).toBe(2);
    await atoll.done(atoll.client.labs.remove({ lab: 'lab2' }));
    expect(await bridgesIn(host.id)).toEqual(['blue']);
    expect((await atoll.client.labs.list()).map((lab) => lab.host)).toEqual(['lab1']);
  });

  it('does not disturb the lab of another home, though everything in both is called the same', async () => {
    const seq = await atoll.lastSeq();
    const other = await LabApp.open();
    try {
      const theirs = await addLab(other, 'lab1');
      await other.done(other.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
      await other.lab(theirs.id).shell.run(['ip', 'link', 'set', 'dev', 'blue', 'down']);
      await other.heard('the drift there', 0, ({ type }) => type === 'drift.repaired');
      await other.done(other.client.networks.remove({ network: 'blue' }));
    } finally {
      await other.dispose();
    }
    expect(await bridgesIn(host.id)).toEqual(['blue']);
    await atoll.done(atoll.client.hosts.sync({ host: 'lab1' }));
    expect(await driftSince(atoll, seq)).toEqual([]);
  });

  it('makes a lab again that ended under it, as by a reboot, with its networks, and calls that no drift', async () => {
    const seq = await atoll.lastSeq();
    const was = pidOf(host.id);
    kill9(was);
    await eventually('the lab to be made again', 20_000, () => {
      const now = atoll.lab(host.id).lab.find()?.pid;
      return now !== undefined && now !== was ? true : undefined;
    });
    await isUp(atoll, 'lab1');
    await atoll.heard('blue to be deployed', seq, ({ type }) => type === 'network.deployed');
    expect(await bridgesIn(host.id)).toEqual(['blue']);
    const [check] = await atoll.client.networks.check({ network: 'blue' });
    expect(check).toMatchObject({ verdict: 'isolated' });
    expect(await driftSince(atoll, seq)).toEqual([]);
  });

  it('makes a lab again that ended while no engine ran', async () => {
    await atoll.app.close();
    kill9(pidOf(host.id));
    await eventually('the lab to be gone', 5_000, () => (atoll.lab(host.id).lab.find() === null ? true : undefined));
    atoll = await LabApp.open(atoll.home.path);
    await isUp(atoll, 'lab1');
    expect(await bridgesIn(host.id)).toEqual(['blue']);
  });

  it("neither trusts nor kills a foreign process whose pid is where the lab's was written", async () => {
    await atoll.app.close();
    const { lab } = atoll.lab(host.id);
    kill9(pidOf(host.id));
    await eventually('the lab to be gone', 5_000, () => (lab.find() === null ? true : undefined));
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    try {
      const old = JSON.parse(readFileSync(lab.paths.identity, 'utf8')) as LabIdentity;
      // What a computer that counts pids from the start again after a reboot comes to: the pid fits, the rest does not.
      writeFileSync(lab.paths.identity, JSON.stringify({ ...old, pid: stranger.pid }));
      atoll = await LabApp.open(atoll.home.path);
      await isUp(atoll, 'lab1');
      expect(pidOf(host.id)).not.toBe(stranger.pid);
      await atoll.done(atoll.client.labs.stop({ lab: 'lab1' }));
      expect(isAlive(stranger.pid!)).toBe(true);
      expect(identify(stranger.pid!, false)).not.toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
    await atoll.done(atoll.client.hosts.activate({ host: 'lab1' }));
  });

  it('leaves of a lab that is stopped its folder and nothing else, and starts it again when asked', async () => {
    const { lab } = atoll.lab(host.id);
    const namespaces = (['pid', 'net', 'mnt'] as const).map((kind) => namespaceOf(pidOf(host.id), kind));
    await atoll.done(atoll.client.labs.stop({ lab: 'lab1' }));
    const stopped = ticksNow();
    const left = (): string[] => processesOf(lab.paths.root, namespaces, stopped).map(({ argv }) => argv.join(' '));
    await eventually(
      () => `nothing to be left; there is ${left().join('; ')}`,
      10_000,
      () => (left().length === 0 ? true : undefined),
    );
    expect(mountsOf(lab.paths.root)).toEqual([]);
    expect(existsSync(lab.paths.root)).toBe(true);
    expect(await atoll.client.hosts.show({ host: 'lab1' })).toMatchObject({ host: { state: 'maintenance' } });
    expect(await atoll.client.labs.list()).toMatchObject([{ running: false, pid: null }]);
    await atoll.done(atoll.client.hosts.activate({ host: 'lab1' }));
    expect(await bridgesIn(host.id)).toEqual(['blue']);
  });

  it('admits no VM that the memory is not there for, says how much there is, and keeps nothing of it', async () => {
    const { host: now } = await atoll.client.hosts.show({ host: 'lab1' });
    const asked = now.capabilities!.memoryMiB * 2;
    const vm = { name: 'huge', memoryMiB: asked, vnics: [{ network: 'blue' }], start: true };
    const refusal: unknown = await atoll.client.vms.add(vm).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'NO_CAPACITY' });
    const { message, remedy } = refusal as AppError;
    expect(`${message} ${remedy?.note}`).toContain(String(asked));
    expect(`${message} ${remedy?.note}`.match(/\d+ MiB/g)?.length).toBeGreaterThanOrEqual(2);
    expect(await atoll.client.vms.list({})).toEqual([]);
  });

  it.skipIf(here.vms !== null)(
    blockName('has VMs that ended with their lab be down, says why, and starts those with autostart', here.vms),
    async () => {
      await atoll.done(atoll.client.vms.add({ name: 'web', vnics: [{ network: 'blue' }], start: true }));
      const auto = { name: 'db', autostart: true, vnics: [{ network: 'blue' }], start: true };
      const { vm: db } = await atoll.client.vms.add(auto);
      await atoll.vmIs('web', 'up');
      await atoll.vmIs('db', 'up');
      const seq = await atoll.lastSeq();
      kill9(pidOf(host.id));
      const ended = ({ type, subjects }: Event) => type === 'vm.ended_from_outside' && subjects.vmId === db.id;
      await atoll.heard('the end of the VMs', seq, ended);
      expect(await atoll.vmIs('web', 'down')).toMatchObject({
        reason: { type: 'reason.vm.ended', params: { why: 'host_restarted' } },
      });
      await isUp(atoll, 'lab1');
      await atoll.vmIs('db', 'up');
      expect((await atoll.client.vms.show({ vm: 'web' })).state).toBe('down');
      await atoll.done(atoll.client.vms.stop({ vm: 'db' }));
      for (const vm of ['web', 'db']) await atoll.done(atoll.client.vms.remove({ vm }));
    },
  );
});

async function addLab(atoll: LabApp, name: string): Promise<Host> {
  const added = await atoll.client.hosts.add({ name, how: { kind: 'lab' } });
  await atoll.done(added);
  return added.host;
}

/** Waits until the host has answered and is as wanted; what the store says of it may be the last engine's word. */
async function isUp(atoll: LabApp, host: string): Promise<void> {
  await eventually(`${host} to be up`, 20_000, async () => {
    if ((await atoll.client.hosts.show({ host })).host.state !== 'up') return undefined;
    await atoll.done(atoll.client.hosts.sync({ host }));
    return true;
  });
}

async function driftSince(atoll: LabApp, after: number): Promise<Event[]> {
  return (await atoll.client.events.list({ after, limit: 10_000 })).filter(({ type }) => type.startsWith('drift.'));
}
