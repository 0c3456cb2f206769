import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ElectronStandIn, type PortStandIn } from '../test/support/electron-stand-in';
import { CONNECT, PORT, startDesktop } from './desktop';

vi.mock('../app/screens', async (original) => ({ ...(await original<object>()), screensFolder: () => '/nowhere' }));

let electron: ElectronStandIn;
beforeEach(async () => {
  electron = new ElectronStandIn();
  startDesktop(electron.parts());
  await Promise.resolve();
});

function ask(url: string, parent: object | null = null) {
  const got: PortStandIn[] = [];
  const senderFrame = {
    url,
    parent,
    postMessage: (message: string, _: unknown, ports: PortStandIn[]) => {
      expect(message).toBe(PORT);
      got.push(...ports);
    },
  };
  electron.ipc.emit(CONNECT, { senderFrame });
  return got;
}

describe('the window', () => {
  it('is sandboxed, isolated, and has only the bridge', () => {
    const [window] = electron.windows;
    expect(window?.loaded).toBe('atoll://app/');
    expect(window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
    });
    expect(window?.options.webPreferences['preload']).toMatch(/preload\/index\.cjs$/);
  });

  it.each(['https://evil.example/', 'file:///etc/passwd', 'atoll://other/', 'data:text/html,x'])(
    'does not leave for %s',
    (url) => {
      const prevented = vi.fn();
      electron.windows[0]?.webContents.emit('will-navigate', { url, preventDefault: prevented });
      electron.windows[0]?.webContents.emit('will-redirect', { url, preventDefault: prevented });
      expect(prevented).toHaveBeenCalledTimes(2);
    },
  );

  it('goes on within its own screens', () => {
    const prevented = vi.fn();
    electron.windows[0]?.webContents.emit('will-navigate', { url: 'atoll://app/networks', preventDefault: prevented });
    expect(prevented).not.toHaveBeenCalled();
  });

  it('lets a console and a screen have a window of their own, which is kept as it is itself', () => {
    const { webContents } = electron.windows[0]!;
    for (const page of ['console', 'screen']) {
      const opened = webContents.openHandler?.({ url: `atoll://app/vms/0190/${page}?alone=true` });
      expect(opened).toMatchObject({
        action: 'allow',
        overrideBrowserWindowOptions: { webPreferences: { sandbox: true, contextIsolation: true } },
      });
    }
    for (const url of [
      'atoll://app/',
      'atoll://app/vms/1/console/x',
      'atoll://evil/vms/1/console',
      'https://a.b/vms/1/console',
    ])
      expect(webContents.openHandler?.({ url }), url).toEqual({ action: 'deny' });
    const child = new EventEmitter() as EventEmitter & { setWindowOpenHandler: () => void };
    child.setWindowOpenHandler = () => undefined;
    webContents.emit('did-create-window', { webContents: child });
    const prevented = vi.fn();
    child.emit('will-navigate', { url: 'https://example.org/', preventDefault: prevented });
    expect(prevented).toHaveBeenCalledOnce();
  });

  it('opens no second window; https links go to the browser, others nowhere', () => {
    const open = electron.windows[0]?.webContents.openHandler;
    expect(open?.({ url: 'https://example.org/' })).toEqual({ action: 'deny' });
    expect(open?.({ url: 'file:///etc/passwd' })).toEqual({ action: 'deny' });
    expect(electron.opened).toEqual(['https://example.org/']);
  });

  it('grants no permission but writing to the clipboard', () => {
    const granted = (permission: string): unknown => {
      let answer: unknown;
      electron.requestPermission?.(...([null, permission, (yes: boolean) => (answer = yes)] as never[]));
      return answer;
    };
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
      expect(granted(permission)).toBe(false);
      expect(electron.checkPermission?.(...([null, permission] as never[]))).toBe(false);
    }
    expect(granted('clipboard-sanitized-write')).toBe(true);
  });
});

describe('the way to the engine', () => {
  it('is given to the top frame of our own page', () => {
    expect(ask('atoll://app/networks')).toHaveLength(1);
    expect(electron.children[0]?.sent[0]?.data).toEqual({ kind: 'serve' });
    expect(electron.children[0]?.sent[0]?.ports).toHaveLength(1);
  });

  it.each([
    ['https://evil.example/', null],
    ['atoll://other/', null],
    ['atoll://app/', {}],
  ])('is not given to %s in %s', (url, parent) => {
    expect(ask(url, parent)).toHaveLength(0);
    expect(electron.children).toHaveLength(0);
  });

  it('joins both ends', async () => {
    const [page] = ask('atoll://app/');
    const engine = electron.children[0]?.sent[0]?.ports[0];
    const heard = new Promise((resolve) => engine?.on('message', ({ data }: { data: unknown }) => resolve(data)));
    engine?.start();
    page?.postMessage('hello');
    expect(await heard).toBe('hello');
    page?.close();
  });

  it('starts the engine once, and anew after it ended', () => {
    ask('atoll://app/');
    ask('atoll://app/');
    expect(electron.children).toHaveLength(1);
    electron.children[0]?.emit('exit', 1);
    ask('atoll://app/');
    expect(electron.children).toHaveLength(2);
  });

  it('tells why the engine could not start', () => {
    ask('atoll://app/');
    electron.children[0]?.emit('message', {
      ready: false,
      message: 'The home is locked.',
      hint: 'Close the other app.',
    });
    expect(electron.errors[0]).toContain('The home is locked.\n\nClose the other app.');
  });

  it('asks the engine to end with the app', () => {
    ask('atoll://app/');
    electron.app.emit('will-quit');
    expect(electron.children[0]?.sent.at(-1)?.data).toEqual({ kind: 'end' });
  });
});

describe('the app', () => {
  it('quits when it is the second', () => {
    const second = new ElectronStandIn();
    second.app.first = false;
    startDesktop(second.parts());
    expect(second.app.quits).toBe(1);
    expect(second.windows).toHaveLength(0);
  });

  it('serves its screens from an origin of its own, and nothing to other hosts', async () => {
    expect(electron.schemes).toEqual([
      { scheme: 'atoll', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect((await electron.answer?.(new Request('atoll://other/')))?.status).toBe(403);
    expect((await electron.answer?.(new Request('atoll://app/', { method: 'POST' })))?.status).toBe(403);
    expect((await electron.answer?.(new Request('atoll://app/assets/none.js')))?.status).toBe(404);
  });
});
