import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, Host, IsolationCheck, Job, Network, NetworkAttachment } from '../../contract';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { AtollCli } from '../support/atoll-cli';
import { labHere } from '../support/lab-here';
import { isAlive } from '../support/processes';
import { builtProgram, type Program } from '../support/program';

const { networks: missing } = await labHere();
/** More than the engine takes for a busy computer (engine/hosts/waking.ts). */
const SLEEP_MS = 36_000;
/** So long before it wakes something is asked. */
const ASKED_MS = 6_000;

/**
 * A laptop that is shut and opened again, as far as it can be had without one: the engine and all that it has started stand
 * still (SIGSTOP) while the clock runs on and the lab is changed. Clocks that jump are in engine/hosts/waking.test.ts.
 */
describe.skipIf(missing !== null)(blockName('an engine that slept', missing), () => {
  let program: Program;
  let atoll: AtollCli;
  let shell: LabShell;
  let engine: number;

  beforeAll(async () => {
    program = builtProgram();
    atoll = new AtollCli(program);
    await atoll.ok('host', 'add', 'lab', '--lab');
    await atoll.ok('network', 'add', 'blue', '--isolated', '--cluster', 'Default');
    const [host] = await atoll.json<Host[]>('host', 'list');
    shell = new LabShell(new Lab(atoll.home, host?.id ?? ''));
    engine = (await atoll.enginePid()) ?? 0;
  });
  afterAll(async () => {
    if (engine > 0 && isAlive(engine)) signal('SIGCONT');
    await shell?.close();
    await atoll?.dispose();
    program?.remove();
  });

  /** Parents are stopped first and go on last: an nsenter whose child stands still stops too (util-linux, continue_as_child). */
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    const all = [engine, ...childrenOf(engine)];
    for (const pid of name === 'SIGSTOP' ? all : all.reverse()) if (isAlive(pid)) process.kill(pid, name);
  };
  const bridges = async (): Promise<string[]> => {
    const { stdout } = await shell.run(['ip', '-br', 'link', 'show', 'type', 'bridge']);
    return stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
  };
  const attachments = async (name: string): Promise<NetworkAttachment[]> =>
    (await atoll.json<{ network: Network; attachments: NetworkAttachment[] }>('network', 'show', name)).attachments;

  it('continues its work, repairs drift, and keeps its connections', async () => {
    const feed = spawn(process.execPath, [program.cli, '--home', atoll.home, '--json', 'event', 'list', '--follow'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let heard = '';
    feed.stdout.on('data', (bytes) => (heard += String(bytes)));
    await eventually('the feed to be read', 20_000, () => (heard.includes('network.added') ? true : undefined));
    signal('SIGSTOP');
    await shell.run(['ip', 'link', 'delete', 'dev', 'blue']);
    await sleep(SLEEP_MS - ASKED_MS);
    // Here the command is awake while the engine sleeps, and would give up on it (after 20 s).
    const added = atoll.run(['--json', 'network', 'add', 'green', '--isolated', '--cluster', 'Default']);
    await sleep(ASKED_MS);
    expect(await bridges()).toEqual([]);
    signal('SIGCONT');

    expect(await added).toMatchObject({ exit: 0, stderr: '' });
    await eventually('both networks to be there', 30_000, async () =>
      (await bridges()).sort().join() === 'blue,green' ? true : undefined,
    );
    for (const name of ['blue', 'green']) {
      await eventually(`${name} to be in sync`, 30_000, async () =>
        (await attachments(name)).every(({ state }) => state === 'in_sync') ? true : undefined,
      );
      const [check] = await atoll.json<IsolationCheck[]>('network', 'check', name);
      expect(check).toMatchObject({ verdict: 'isolated' });
    }
    expect(await atoll.enginePid()).toBe(engine);
    expect(readFileSync(join(atoll.home, 'engine.log'), 'utf8')).toContain('the clock jumped');
    const repaired = await atoll.json<Event[]>('event', 'list', '--type', 'drift.repaired');
    expect(repaired).toHaveLength(1);
    expect((await atoll.json<Job[]>('job', 'list')).every(({ state }) => state === 'succeeded')).toBe(true);
    // The earlier connection has reported everything.
    await eventually('the feed to tell of the repair', 10_000, () =>
      heard.includes('drift.repaired') ? true : undefined,
    );
    feed.kill('SIGINT');
    await once(feed, 'exit');
  });
});

/** Processes that a process has started, and theirs. */
function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.map(Number).flatMap((child) => [child, ...childrenOf(child)]);
}
