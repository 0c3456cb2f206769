import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { startServer } from '../../../server/start';
import { signIn, windowOf } from '../../support/sign-in';
import { MemoryLog } from '../../support/test-engine';
import type { Client, DoorKind } from './kinds';

/** The browser door, entered as a browser does: the printed link, the token by POST, then the WebSocket with its Origin, cookie and key. */
export const browser: DoorKind = {
  name: 'browser',
  says: 'browser',
  remote: true,
  async open(router) {
    const screens = mkdtempSync(join(tmpdir(), 'atoll-screens-'));
    writeFileSync(join(screens, 'index.html'), '<title>Atoll</title>');
    const door = await startServer({ app: { router, log: new MemoryLog() }, screens });
    const socket = windowOf(await signIn(door.link()));
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
