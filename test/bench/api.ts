import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { connectEngine } from '../../app/client';
import { createApp } from '../../app/create-app';
import { homeAt } from '../../app/home';
import { openSocketDoor } from '../../app/socket-door';
import { openStore } from '../../db/store';
import { simulatedStateFile } from '../../hosts/registry';
import { BIG, fillBigWorld } from '../support/big-world';
import { type Pair, type Report, compared, figure, timed } from './kit';

const ROUNDS = 7;
const PASSWORD = 'a long password';

/** Lists of 10,000 VMs and 1,000 networks over the oVirt API, beside the same over the engine's own socket. */
export async function benchApi(report: Report): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-bench-'));
  const store = openStore(homeAt(home).store);
  await fillBigWorld(store, (id) => simulatedStateFile(home, id));
  store.close();
  const app = await createApp(homeAt(home), 'daemon');
  const door = await openSocketDoor(homeAt(home), app, app.log, 'daemon');
  const socket = await connectEngine(homeAt(home), 'cli');
  try {
    if (socket === null) throw new Error('the engine does not answer');
    const client = createRouterClient(app.router, { context: { actor: { user: 'bench', door: 'cli' } } });
    const { api } = await client.api.enable({ password: PASSWORD });
    const lists = [
      { path: 'vms', count: BIG.vms, own: async (): Promise<unknown> => socket.client.vms.list({}) },
      { path: 'networks', count: BIG.networks, own: async (): Promise<unknown> => socket.client.networks.list({}) },
    ];
    for (const { path, count, own } of lists) {
      const read = () => fetchAll(`${api.url ?? ''}/${path}`, readFileSync(api.caFile ?? '', 'utf8'));
      await read();
      await own();
      const pairs: Pair[] = [];
      const first: number[] = [];
      let more = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        globalThis.gc?.();
        const before = process.memoryUsage.rss();
        const { value, ms } = await timed(read);
        first.push(value.firstMs);
        more = Math.max(more, value.peakBytes - before);
        pairs.push({ ours: ms, floor: (await timed(own)).ms });
      }
      report(compared('api', `list of ${count} ${path} as XML, beside the engine's own door`, pairs, { atMost: 2 }));
      report(figure('api', `first byte of ${count} ${path}`, 'ms', Math.min(...first)));
      report(figure('api', `memory while ${count} ${path} are listed`, 'MB', more / 2 ** 20, { atMost: 30 }));
    }
  } finally {
    socket?.close();
    await door.close();
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Reads an answer and throws its text away, as a client that parses a stream does. */
function fetchAll(url: string, ca: string): Promise<{ firstMs: number; peakBytes: number }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = get(url, { ca, agent: new Agent({ keepAlive: false }), auth: `admin@internal:${PASSWORD}` });
    asked.on('error', reject);
    asked.on('response', (response) => {
      let firstMs = 0;
      let peakBytes = 0;
      response.on('data', () => {
        firstMs ||= performance.now() - began;
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      });
      response.on('error', reject);
      response.on('end', () =>
        response.statusCode === 200 ? resolve({ firstMs, peakBytes }) : reject(new Error(String(response.statusCode))),
      );
    });
  });
}
