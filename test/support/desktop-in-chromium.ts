import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Page } from 'playwright';
import { serveMessagePort } from '../../app/message-port-door';
import { screensFolder } from '../../app/screens';
import type { EngineRouter } from '../../app/door';
import { FileRequest, SHELL, type ShellNews } from '../../contract/shell';
import { answerScreens, ORIGIN } from '../../main/screens-protocol';

/** A plain browser knows no scheme of ours: the same screens are answered under this name, which never leaves the page's routes. */
const STAND_IN_ORIGIN = 'https://atoll-app.test';

const ELECTRON = `
  export const contextBridge = { exposeInMainWorld: (name, api) => { window[name] = api; } };
  const handlers = new Map();
  export const ipcRenderer = {
    on: (channel, handler) => handlers.set(channel, handler),
    send: (channel, ...args) => window.__atollSend(channel, ...args),
    invoke: (channel, ...args) => window.__atollInvoke(channel, ...args),
  };
  const ports = [];
  window.__atollHandOver = (channel) => {
    const { port1, port2 } = new MessageChannel();
    const index = ports.push(port1) - 1;
    port1.onmessage = async ({ data }) => window.__atollToEngine(index, typeof data === 'string' ? data : await new Response(data).text());
    handlers.get(channel)({ ports: [port2] });
    return index;
  };
  window.__atollNews = (news) => handlers.get('atoll:news')({}, news);
  window.__atollFromEngine = (index, data) => ports[index].postMessage(data);
`;

/** What the person does in the shell's own dialogs. */
export interface Person {
  /** The file that is chosen. */
  chooses(request: FileRequest): string | null;
}
const NOBODY: Person = { chooses: () => null };

/** What main tells the page. */
export const sendToPage = (page: Page, news: ShellNews): Promise<void> =>
  page.evaluate((said) => (window as unknown as { __atollNews(n: unknown): void }).__atollNews(said), news);

/**
 * Opens the screens in a page as the desktop app does: the real preload over a stand-in of Electron's calls, main's own answers
 * for files and headers, and a MessagePort to the engine. What crosses between browser and Node is the port's messages as they are.
 */
export async function openAsDesktop(page: Page, router: EngineRouter, person: Person = NOBODY): Promise<void> {
  const answer = answerScreens(screensFolder());
  await page.route(`${STAND_IN_ORIGIN}/**`, async (route) => {
    const url = new URL(route.request().url());
    const response = await answer(new Request(`${ORIGIN}${url.pathname}`));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  const engines: { postMessage(data: unknown): void }[] = [];
  await page.exposeFunction('__atollToEngine', (index: number, data: string) => engines[index]?.postMessage(data));
  await page.exposeFunction('__atollInvoke', (channel: string, request: unknown) => {
    if (channel !== SHELL.pickFile) throw new Error(`preload asked ${channel}`);
    return person.chooses(FileRequest.parse(request));
  });
  await page.exposeFunction('__atollSend', async (channel: string) => {
    if (channel !== SHELL.connect) throw new Error(`preload sent ${channel}`);
    const { port1, port2 } = new MessageChannel();
    const index = await page.evaluate<number>(`window.__atollHandOver('${SHELL.port}')`);
    engines[index] = port2;
    page.once('close', () => port2.close());
    port2.on('message', (data: string) => void handOver(page, index, data));
    serveMessagePort(router, port1, { user: 'test', door: 'desktop' });
    port1.start();
  });
  await page.addInitScript({ content: await preloadScript() });
  await page.goto(`${STAND_IN_ORIGIN}/`);
}

/** One message to the page, unless it was closed in the meantime. */
async function handOver(page: Page, index: number, data: string): Promise<void> {
  try {
    await page.evaluate(
      ([i, d]) => (window as unknown as { __atollFromEngine(i: number, d: string): void }).__atollFromEngine(i, d),
      [index, data] as const,
    );
  } catch (error) {
    if (!page.isClosed()) throw error;
  }
}

/** The real preload, with the stand-in in Electron's place. */
async function preloadScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../preload/index.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    plugins: [
      {
        name: 'electron-stand-in',
        setup(builder) {
          builder.onResolve({ filter: /^electron$/ }, () => ({ path: 'electron', namespace: 'stand-in' }));
          builder.onLoad({ filter: /.*/, namespace: 'stand-in' }, () => ({ contents: ELECTRON }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}
