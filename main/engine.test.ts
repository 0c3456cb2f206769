import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

it('tells main what runs and what needs a person, and asks it for the keychain', async () => {
  const { parent, ended } = begin();
  const said = (kind: string): Record<string, unknown>[] =>
    (parent.postMessage.mock.calls as [Record<string, unknown>][])
      .map(([message]) => message)
      .filter((m) => m['kind'] === kind);
  await vi.waitFor(() => expect(said('status')).toEqual([{ kind: 'status', status: { vmsUp: 0, jobs: [] } }]), 15_000);
  const { port1, port2 } = new MessageChannel();
  parent.emit('message', { data: { kind: 'serve' }, ports: [new PortStandIn(port1)] });
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }));
  port2.start();
  // A job that fails needs a person.
  const { host } = await client.hosts.add({ name: 'node1', how: { kind: 'simulated', faultRate: 1 } });
  expect(host.name).toBe('node1');
  parent.emit('message', { data: { kind: 'woke' }, ports: [] });
  parent.emit('message', { data: { kind: 'stop-labs' }, ports: [] });
  await vi.waitFor(() => expect(said('labs-stopped')).toEqual([{ kind: 'labs-stopped', problem: null }]), 15_000);
  parent.emit('message', { data: { kind: 'end' }, ports: [] });
  expect(await ended).toBe(0);
  port2.close();
});

it('keeps passwords sealed by the keychain', async () => {
  const keychain = (message: { kind: string; id: number; text: string }, parent: EventEmitter): void => {
    if (message.kind !== 'seal' && message.kind !== 'open') return;
    const text = [...message.text].reverse().join('');
    queueMicrotask(() => parent.emit('message', { data: { kind: 'answer', id: message.id, text }, ports: [] }));
  };
  const run = async (work: (client: ContractRouterClient<Contract>) => Promise<void>): Promise<string[]> => {
    const { parent, ended } = begin();
    const kinds: string[] = [];
    parent.postMessage.mockImplementation((message: { kind: string; id: number; text: string }) => {
      kinds.push(message.kind);
      keychain(message, parent);
    });
    const { port1, port2 } = new MessageChannel();
    parent.emit('message', { data: { kind: 'serve' }, ports: [new PortStandIn(port1)] });
    port2.start();
    await work(createORPCClient(new RPCLink({ port: port2 })));
    parent.emit('message', { data: { kind: 'end' }, ports: [] });
    expect(await ended).toBe(0);
    port2.close();
    return kinds;
  };
  const first = await run(async (client) => {
    await client.hosts.add({ name: 'far', how: { kind: 'simulated' }, secrets: { password: 'correct horse' } });
  });
  expect(first).toContain('seal');
  expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('correct horse');
});

it('takes the home over from a background engine', async () => {
  const home = homeAt(folder);
  const daemon = await createApp(home, 'daemon');
  const door = await openSocketDoor(home, daemon, daemon.log, 'daemon');
  void daemon.stopAsked.then(() => door.close()).then(() => daemon.close());
  const { parent, ended } = begin();
  await vi.waitFor(() => expect(parent.postMessage).toHaveBeenCalledWith({ kind: 'ready' }), 15_000);
  parent.emit('message', { data: { kind: 'end' }, ports: [] });
  expect(await ended).toBe(0);
});

it('reports why it cannot start while another app holds the home', async () => {
  const home = homeAt(folder);
  const other = await createApp(home, 'browser');
  const door = await openSocketDoor(home, other, other.log, 'browser');
  const { parent, ended } = begin();
  expect(await ended).toBe(1);
  expect(parent.postMessage).toHaveBeenCalledWith(expect.objectContaining({ kind: 'failed' }));
  await door.close();
  await other.close();
});
