import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type DesktopBridge, SHELL } from '../contract/shell';

const electron = vi.hoisted(() => ({
  exposed: {} as Record<string, unknown>,
  sent: [] as unknown[][],
  ipc: null as EventEmitter | null,
}));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  electron.ipc = new Emitter();
  return {
    contextBridge: { exposeInMainWorld: (name: string, api: unknown) => (electron.exposed[name] = api) },
    ipcRenderer: Object.assign(electron.ipc, {
      send: (...sent: unknown[]) => electron.sent.push(sent),
      invoke: (...sent: unknown[]) => {
        electron.sent.push(sent);
        return Promise.resolve('/chosen');
      },
    }),
  };
});

const postMessage = vi.fn();
let bridge: DesktopBridge;
beforeAll(async () => {
  vi.stubGlobal('window', { postMessage, location: { origin: 'atoll://app' } });
  await import('./index');
  bridge = electron.exposed['atoll'] as DesktopBridge;
});
afterAll(() => vi.unstubAllGlobals());

it('exposes two functions and nothing of Electron', () => {
  expect(Object.keys(electron.exposed)).toEqual(['atoll']);
  expect(Object.keys(bridge).sort()).toEqual(['connect', 'pickFile']);
});

it('passes what is asked for on to main, by the channels of the contract', async () => {
  bridge.connect();
  expect(await bridge.pickFile({ use: 'disk' })).toBe('/chosen');
  expect(electron.sent).toEqual([[SHELL.connect], [SHELL.pickFile, { use: 'disk' }]]);
});

it('posts port and news to its own origin only', () => {
  const port = {};
  electron.ipc?.emit(SHELL.port, { ports: [port] });
  electron.ipc?.emit(SHELL.news, {}, { kind: 'go', to: '/vms' });
  expect(postMessage.mock.calls).toEqual([
    [SHELL.port, 'atoll://app', [port]],
    [{ channel: SHELL.news, news: { kind: 'go', to: '/vms' } }, 'atoll://app'],
  ]);
});

it('stays under 60 lines', () => {
  expect(readFileSync(new URL('./index.ts', import.meta.url), 'utf8').split('\n').length).toBeLessThan(60);
});
