import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Floor } from './floor';
import { type Report, figure, median, openBench, quantile, timed } from './kit';

const exec = promisify(execFile);
const ROUNDS = 100;

/**
 * From the act (a bridge deleted, its seal flushed) to the event that says it was repaired and verified. Beside each the least that
 * the act and its repair by bare tools can take at that moment, in a namespace of its own: other work on the machine, which waits for
 * the same lock of the kernel, is in both.
 */
export async function benchDrift(report: Report): Promise<void> {
  const bench = await openBench();
  const floor = await Floor.open();
  const remake = floor.creation(1);
  try {
    const { client, finish } = bench;
    await finish((await client.hosts.add({ name: 'lab', how: { kind: 'lab' } })).job);
    await finish((await client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] })).job);
    const [lab] = await client.labs.list();
    const inLab = (...argv: string[]) => exec('nsenter', ['-t', String(lab?.pid), '-m', '-n', '--', ...argv]);
    const acts = {
      'bridge deleted': () => inLab('ip', 'link', 'del', 'blue'),
      'bridge down': () => inLab('ip', 'link', 'set', 'blue', 'down'),
      'address added': () => inLab('ip', 'addr', 'add', '192.0.2.1/24', 'dev', 'blue'),
      'seal flushed': () => inLab('nft', 'flush', 'ruleset'),
    };
    for (const [name, act] of Object.entries(acts)) {
      const times: number[] = [];
      const bare: number[] = [];
      for (let i = 0; i < ROUNDS / 4; i += 1) {
        const from = (await client.events.list({ limit: 1 }))[0]?.seq ?? 0;
        const events = await client.events.follow({ after: from });
        const started = performance.now();
        await act();
        for await (const event of events) if (event.type === 'drift.repaired') break;
        times.push(performance.now() - started);
        const { ms } = await timed(remake);
        bare.push(ms);
        await floor.removal(1)();
      }
      report({ ...figure('drift', `${name}: repaired, p50`, 'ms', median(times)), floor: Math.round(median(bare)) });
      const worst = figure('drift', `${name}: repaired, p99`, 'ms', quantile(times, 0.99), { atMost: 60 });
      report({ ...worst, floor: Math.round(quantile(bare, 0.99)) });
    }
  } finally {
    floor.close();
    await bench.close();
  }
}
