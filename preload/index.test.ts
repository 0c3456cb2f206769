import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';

const electron = vi.hoisted(() => ({
  exposed: {} as Record<string, Record<string, () => void>>,
  sent: [] as string[],
  ipc: null as EventEmitter | null,
}));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  electron.ipc = new Emitter();
  return {
    contextBridge: {
      exposeInMainWorld: (name: string, api: Record<string, () => void>) => (electron.exposed[name] = api),
    },
    ipcRenderer: Object.assign(electron.ipc, { send: (channel: string) => electron.sent.push(channel) }),
  };
});

it('exposes one function, asks main for a port, and posts it to its own origin only', async () => {
  const postMessage = vi.fn();
  vi.stubGlobal('window', { postMessage, location: { origin: 'atoll://app' } });
  await import('./index');
  expect(Object.keys(electron.exposed)).toEqual(['atoll']);
  expect(Object.keys(electron.exposed['atoll'] ?? {})).toEqual(['connect']);
  electron.exposed['atoll']?.['connect']?.();
  expect(electron.sent).toEqual(['atoll:connect']);
  const port = {};
  electron.ipc?.emit('atoll:engine-port', { ports: [port] });
  expect(postMessage).toHaveBeenCalledWith('atoll:engine-port', 'atoll://app', [port]);
});

it('stays under 60 lines', () => {
  expect(readFileSync(new URL('./index.ts', import.meta.url), 'utf8').split('\n').length).toBeLessThan(60);
});
