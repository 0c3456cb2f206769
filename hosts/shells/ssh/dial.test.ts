import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { dial } from './dial';
import type { Hop } from './config';
import type { KnownHosts } from './host-keys';

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listens) => server.once('listening', listens));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

test('a refusal that arrives during the search for sign-in methods is reported, and crashes nothing', async () => {
  const lost: unknown[] = [];
  const onLost = (error: unknown): void => void lost.push(error);
  process.on('uncaughtException', onLost);
  try {
    const hop = { host: '127.0.0.1', port: await closedPort(), user: 'maker' } as Hop;
    const way = dial([hop], {
      known: { types: () => [] } as unknown as KnownHosts,
      confirmed: [],
      remember: false,
      methods: async () => {
        await sleep(100);
        return [];
      },
      signal: new AbortController().signal,
    });
    await expect(way).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      remedy: { note: `Is sshd running there, on this port? Test it: ssh -p ${hop.port} maker@127.0.0.1` },
    });
    expect(lost).toEqual([]);
  } finally {
    process.off('uncaughtException', onLost);
  }
});
