import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { startServer } from '../../../server/start';
import { MemoryLog } from '../../support/test-engine';
import type { Client, DoorKind } from './kinds';

/** The browser door, entered as a browser does: the printed link, the cookie, then the WebSocket with its Origin. */
export const browser: DoorKind = {
  name: 'browser',
  says: 'browser',
  remote: true,
  async open(router) {
    const screens = mkdtempSync(join(tmpdir(), 'atoll-screens-'));
    writeFileSync(join(screens, 'index.html'), '<title>Atoll</title>');
    const door = await startServer({ app: { router, log: new MemoryLog() }, screens });
    const origin = `http://127.0.0.1:${door.port}`;
    const { headers } = await fetch(door.link(), { redirect: 'manual' });
    const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } });
    const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
    return {
      client,
      cut: () => door.close(),
      async close() {
        socket.close();
        await door.close();
        rmSync(screens, { recursive: true });
      },
    };
  },
};
