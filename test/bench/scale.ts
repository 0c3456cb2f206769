import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createRouterClient } from '@orpc/server';
import { createApp } from '../../app/create-app';
import { connectEngine } from '../../app/client';
import { homeAt } from '../../app/home';
import { openStore } from '../../db/store';
import { simulatedStateFile } from '../../hosts/registry';
import { BIG, fillBigWorld } from '../support/big-world';
import { type Client, type Report, figure, median, quantile, timed } from './kit';

const exec = promisify(execFile);
const QUERIES = 100;

/** 100 simulated hosts, 1,000 networks, 10,000 running VMs: the map's query after each change, and what the engine weighs. */
export async function benchScale(report: Report): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  try {
    const store = openStore(homeAt(home).store);
    await fillBigWorld(store, (id) => simulatedStateFile(home, id));
    store.close();
    await queries(home, report);
    await weight(home, report);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function queries(home: string, report: Report): Promise<void> {
  const opened = await timed(async () => {
    const app = await createApp(homeAt(home), 'daemon');
    const client = createRouterClient(app.router, { context: { actor: { user: userInfo().username, door: 'cli' } } });
    await settled(client);
    return { app, client };
  });
  const { app, client } = opened.value;
  report(figure('scale', `start until ${BIG.hosts} hosts are up and converged`, 'ms', opened.ms));
  const first = (await client.vms.list({}))[0]?.id ?? '';
  // Only a VM that is down can be renamed.
  await client.vms.stop({ vm: first });
  await until(async () => (await client.vms.show({ vm: first })).state === 'down');
  report(figure('scale', `the first map of ${BIG.vms} VMs`, 'ms', (await timed(async () => client.map.show({}))).ms));
  const times: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < QUERIES; i += 1) {
    // Something that the map shows changes before each query, so that no cache can answer it.
    await client.vms.update({ vm: first, name: `renamed-${i}` });
    const before = process.cpuUsage();
    times.push((await timed(async () => client.map.show({}))).ms);
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1000);
  }
  report(figure('scale', `map of ${BIG.vms} VMs, p50`, 'ms', median(times)));
  report(figure('scale', `map of ${BIG.vms} VMs, p99`, 'ms', quantile(times, 0.99), { atMost: 50 }));
  // Beside the time on the clock, which on a busy machine is that of the others.
  report(figure('scale', `map of ${BIG.vms} VMs, p99 of processor time`, 'ms', quantile(processor, 0.99)));
  const lists = await Promise.all([timed(async () => client.vms.list({}))]);
  report(figure('scale', `list of ${BIG.vms} VMs`, 'ms', median(lists.map((list) => list.ms))));
  await app.close();
}

/** The engine alone, in the background, as a person has it. */
async function weight(home: string, report: Report): Promise<void> {
  const cli = resolve(import.meta.dirname, 'cli.js');
  await exec(process.execPath, [cli, '--home', home, 'host', 'list']);
  const connection = await connectEngine(homeAt(home));
  if (!connection) throw new Error('the engine went away');
  const { client } = connection;
  await settled(client);
  await client.map.show({});
  await sleep(5_000);
  const { memoryBytes } = await client.system.status();
  report(figure('scale', `engine's resident memory with ${BIG.vms} VMs`, 'MB', memoryBytes / 1e6, { atMost: 150 }));
  await client.system.stop();
  await connection.closed;
}

const settled = (client: Pick<Client, 'hosts'>): Promise<void> =>
  until(async () => (await client.hosts.list({})).every((host) => host.state === 'up'));

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    if (await done()) return;
    await sleep(100);
  }
  throw new Error('what was waited for did not come in a minute');
}
