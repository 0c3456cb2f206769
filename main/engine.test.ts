import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp } from '../app/create-app';
import { homeAt } from '../app/home';
import { openSocketDoor } from '../app/socket-door';
import type { Contract } from '../contract';
import { PortStandIn } from '../test/support/electron-stand-in';
import { runEngine } from './engine';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-desktop-'));
  vi.stubEnv('ATOLL_HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The engine's process as main sees it. */
function begin() {
  const parent = Object.assign(new EventEmitter(), { postMessage: vi.fn() });
  const ended = new Promise<number>((resolve) => runEngine(parent as never, resolve));
  return { parent, ended };
}

it('serves a port that main handed over, as the desktop door, and ends when asked', async () => {
  const { parent, ended } = begin();
  const { port1, port2 } = new MessageChannel();
  parent.emit('message', { data: { kind: 'serve' }, ports: [new PortStandIn(port1)] });
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }));
  port2.start();
  await client.networks.add({ name: 'from-the-window', isIsolated: true });
  const [event] = await client.events.list({ type: 'network.added' });
  expect(event?.by.door).toBe('desktop');
  parent.emit('message', { data: { kind: 'end' }, ports: [] });
  expect(await ended).toBe(0);
  port2.close();
});

it('takes the home over from a background engine', async () => {
  const home = homeAt(folder);
  const daemon = await createApp(home, 'daemon');
  const door = await openSocketDoor(home, daemon, daemon.log, 'daemon');
  void daemon.stopAsked.then(() => door.close()).then(() => daemon.close());
  const { parent, ended } = begin();
  await vi.waitFor(() => expect(parent.postMessage).toHaveBeenCalledWith({ ready: true }), 5000);
  parent.emit('message', { data: { kind: 'end' }, ports: [] });
  expect(await ended).toBe(0);
});

it('says why it can not start while another app holds the home', async () => {
  const home = homeAt(folder);
  const other = await createApp(home, 'browser');
  const door = await openSocketDoor(home, other, other.log, 'browser');
  const { parent, ended } = begin();
  expect(await ended).toBe(1);
  expect(parent.postMessage).toHaveBeenCalledWith(expect.objectContaining({ ready: false }));
  await door.close();
  await other.close();
});
