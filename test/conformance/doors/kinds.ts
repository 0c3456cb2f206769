import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { connectEngine } from '../../../app/client';
import type { EngineRouter } from '../../../app/door';
import { homeAt } from '../../../app/home';
import { serveMessagePort } from '../../../app/message-port-door';
import { openSocketDoor } from '../../../app/socket-door';
import type { Actor, Contract } from '../../../contract';
import { MemoryLog } from '../../support/test-engine';
import { browser } from './browser-kind';

export type Client = ContractRouterClient<Contract>;

/** One open door: a client on this side, and what ends the engine's side of it. */
export interface OpenDoor {
  readonly client: Client;
  /** As when the engine's process ends. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** A way to reach the engine. */
export interface DoorKind {
  readonly name: string;
  /** The door's name in events; `desktop` when a kind takes the word of its caller. */
  readonly says?: Actor['door'];
  /** Whether there is something between client and engine that can be cut. */
  readonly remote: boolean;
  open(router: EngineRouter): Promise<OpenDoor>;
}

const ACTOR: Actor = { user: 'tester', door: 'desktop' };

const inProcess: DoorKind = {
  name: 'in-process',
  remote: false,
  open: (router) =>
    Promise.resolve({
      client: createRouterClient(router, { context: { actor: ACTOR } }) as Client,
      cut: () => Promise.reject(new Error('there is nothing to cut')),
      close: () => Promise.resolve(),
    }),
};

function socket(name: string, folder: string): DoorKind {
  return {
    name,
    remote: true,
    async open(router) {
      const root = mkdtempSync(join(tmpdir(), 'atoll-door-'));
      const home = homeAt(join(root, folder));
      mkdirSync(home.path, { recursive: true, mode: 0o700 });
      const door = await openSocketDoor(home, { router }, new MemoryLog(), 'daemon');
      const connection = await connectEngine(home, 'desktop');
      if (!connection) throw new Error('nobody answers on the socket');
      return {
        client: connection.client,
        cut: () => door.close(),
        async close() {
          connection.close();
          await door.close();
          rmSync(root, { recursive: true });
        },
      };
    },
  };
}

/** A MessagePort pair in Node: the same adapter that Electron's MessagePortMain gets. */
const port: DoorKind = {
  name: 'message port',
  remote: true,
  open(router) {
    const { port1, port2 } = new MessageChannel();
    serveMessagePort(router, port1, ACTOR);
    const client: Client = createORPCClient(new RPCLink({ port: port2 }));
    port1.start();
    port2.start();
    const close = () => {
      port1.close();
      return Promise.resolve();
    };
    return Promise.resolve({ client, cut: close, close });
  },
};

/** 150 characters: longer than what sun_path takes, so that the way by /proc/self/fd is taken. */
const LONG = 'a-home-with-a-very-long-path'.repeat(6).slice(0, 150);

export const DOORS: readonly DoorKind[] = [
  inProcess,
  socket('unix socket', 'home'),
  socket('unix socket in a long path', LONG),
  port,
  browser,
];
