import { note } from '../contract/remedy';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SHELL } from '../contract/shell';
import { DesktopApp } from '../test/support/desktop-app';

vi.mock('../app/screens', async (original) => ({ ...(await original<object>()), screensFolder: () => '/nowhere' }));

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
let t: DesktopApp;
beforeEach(() => {
  t = new DesktopApp();
});
afterEach(() => {
  vi.useRealTimers();
  t.dispose();
});

describe('the way to the engine', () => {
  beforeEach(() => t.start());

  it('is given to the top frame of our own page', () => {
    expect(t.connect('atoll://app/networks').ports).toHaveLength(1);
    expect(t.engine.sent.map(({ data }) => data)).toEqual([{ kind: 'serve' }]);
  });

  it('joins both ends', async () => {
    const [page] = t.connect('atoll://app/').ports;
    const engine = t.engine.sent[0]?.ports[0];
    const heard = new Promise((resolve) => engine?.on('message', ({ data }: { data: unknown }) => resolve(data)));
    engine?.start();
    page?.postMessage('hello');
    expect(await heard).toBe('hello');
    page?.close();
  });

  it('is one engine for all windows', () => {
    t.connect('atoll://app/');
    t.connect('atoll://app/');
    expect(t.electron.children).toHaveLength(1);
  });
});

describe('an engine that dies', () => {
  beforeEach(async () => {
    vi.useFakeTimers();
    await t.start();
    t.says({ kind: 'ready' });
  });

  it('is started again, later each time, and the window says so', () => {
    t.engine.emit('exit', 137);
    expect(t.news).toMatchObject([{ kind: 'engine', state: 'restarting' }]);
    expect(t.electron.children).toHaveLength(1);
    vi.advanceTimersByTime(500);
    expect(t.electron.children).toHaveLength(2);
    t.says({ kind: 'ready' });
    expect(t.news.at(-1)).toMatchObject({ state: 'running' });
    t.engine.emit('exit', 1);
    vi.advanceTimersByTime(999);
    expect(t.electron.children).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(t.electron.children).toHaveLength(3);
  });

  it('never waits longer than half a minute, and forgets its troubles when it was sound', () => {
    for (let n = 0; n < 12; n += 1) {
      t.engine.emit('exit', 1);
      vi.advanceTimersByTime(30_000);
      expect(t.electron.children).toHaveLength(n + 2);
    }
    t.says({ kind: 'ready' });
    vi.advanceTimersByTime(60_000);
    t.engine.emit('exit', 1);
    vi.advanceTimersByTime(500);
    expect(t.electron.children).toHaveLength(14);
  });

  it('gets the ports of windows that asked in the meantime', () => {
    t.engine.emit('exit', 1);
    const { ports, news } = t.connect('atoll://app/');
    expect(ports).toHaveLength(1);
    expect(news).toMatchObject([{ state: 'restarting' }]);
    expect(t.electron.children).toHaveLength(1);
    vi.advanceTimersByTime(500);
    expect(t.engine.sent).toMatchObject([{ data: { kind: 'serve' }, ports: [{}] }]);
  });

  it('that was asked to end by a command stays away until a window asks', () => {
    t.engine.emit('exit', 0);
    vi.advanceTimersByTime(60_000);
    expect(t.electron.children).toHaveLength(1);
    t.connect('atoll://app/');
    expect(t.electron.children).toHaveLength(2);
  });

  it('tells why it could not start, once, and tries on', () => {
    for (let n = 0; n < 3; n += 1) {
      t.says({ kind: 'failed', message: 'The home is locked.', remedy: note('Close the other app.') });
      t.engine.emit('exit', 1);
      vi.advanceTimersByTime(30_000);
    }
    expect(t.electron.errors).toEqual(['The engine could not start: The home is locked.\n\nClose the other app.']);
    expect(t.news.at(-1)).toMatchObject({ state: 'failed' });
    expect(t.electron.children).toHaveLength(4);
  });

  it('is notified when this computer wakes', () => {
    t.electron.power.emit('resume');
    expect(t.engine.sent.at(-1)?.data).toEqual({ kind: 'woke' });
  });
});

describe('quitting', () => {
  beforeEach(() => t.start());

  it('waits for the engine to end in order', async () => {
    const prevented = vi.fn();
    t.electron.app.emit('will-quit', { preventDefault: prevented });
    expect(prevented).toHaveBeenCalledTimes(1);
    expect(t.engine.sent.at(-1)?.data).toEqual({ kind: 'end' });
    t.engine.emit('exit', 0);
    await vi.waitFor(() => expect(t.electron.app.quits).toBe(1), 10_000);
    t.electron.app.emit('will-quit', { preventDefault: prevented });
    expect(prevented).toHaveBeenCalledTimes(1);
  });

  it('does not wait for ever', async () => {
    vi.useFakeTimers();
    t.electron.app.emit('will-quit', { preventDefault: () => undefined });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(t.electron.app.quits).toBe(1);
  });
});

describe('closing the window', () => {
  beforeEach(async () => {
    await t.start();
    t.says({ kind: 'ready' });
  });
  const busy = () => t.says({ kind: 'status', status: { vmsUp: 3, jobs: ['Start 3 VMs'] } });

  it('closes it when nothing runs, and the app with it', () => {
    t.says({ kind: 'status', status: { vmsUp: 0, jobs: [] } });
    expect(t.window.close()).toBe(true);
    t.electron.app.emit('window-all-closed');
    expect(t.electron.app.quits).toBe(1);
  });

  it('leaves the app in the tray while VMs run, and says so once', () => {
    busy();
    for (let n = 0; n < 2; n += 1) {
      t.window.show();
      expect(t.window.close()).toBe(false);
      expect(t.window.shown).toBe(false);
    }
    expect(t.electron.notifications).toHaveLength(1);
    t.electron.app.emit('second-instance', {}, []);
    expect(t.window.shown).toBe(true);
  });

  it('asks what is to become of the labs, where the person chose so', async () => {
    busy();
    const keep = t.electron.trays[0]?.menu.find(({ type }) => type === 'checkbox');
    expect(keep).toMatchObject({ label: 'Keep labs running when the window closes', checked: true });
    keep?.click?.({ checked: false });
    t.electron.answers = [2];
    expect(t.window.close()).toBe(false);
    await vi.waitFor(() => expect(t.electron.asked).toHaveLength(1), 10_000);
    expect(t.electron.app.quits).toBe(0);

    t.electron.answers = [0];
    t.window.close();
    await vi.waitFor(() => expect(t.engine.sent.at(-1)?.data).toEqual({ kind: 'stop-labs' }), 10_000);
    expect(t.electron.app.quits).toBe(0);
    t.says({ kind: 'labs-stopped', problem: null });
    await vi.waitFor(() => expect(t.electron.app.quits).toBe(1), 10_000);
  });

  it('stays when a lab could not be stopped, or the engine died over it', async () => {
    busy();
    t.electron.trays[0]?.menu.find(({ type }) => type === 'checkbox')?.click?.({ checked: false });
    for (const end of [
      () => t.says({ kind: 'labs-stopped', problem: 'laptop does not answer' }),
      () => t.engine.emit('exit', 1),
    ]) {
      busy();
      t.electron.answers = [0];
      t.window.close();
      await vi.waitFor(() => expect(t.engine.sent.at(-1)?.data).toEqual({ kind: 'stop-labs' }), 10_000);
      const before = t.electron.errors.length;
      end();
      await vi.waitFor(() => expect(t.electron.errors).toHaveLength(before + 1), 10_000);
    }
    expect(t.electron.app.quits).toBe(0);
  });

  it('is remembered, with where the window was', async () => {
    busy();
    t.window.close();
    const later = new DesktopApp();
    later.electron.app.userData = t.folder;
    await later.start();
    expect(later.window.options).toMatchObject({ x: 10, y: 20 });
    later.dispose();
  });
});

describe('the tray', () => {
  beforeEach(() => t.start());

  it('tells what runs', () => {
    t.says({ kind: 'status', status: { vmsUp: 2, jobs: ['Attach blue'] } });
    const [tray] = t.electron.trays;
    expect(tray?.tip).toBe('Atoll: 2 VMs running, 1 job running');
    const labels = tray?.menu.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['Open Atoll', '  Attach blue', 'Quit']));
  });
});

describe('notifications', () => {
  beforeEach(async () => {
    vi.useFakeTimers();
    await t.start();
  });
  const trouble = (to: string) => t.says({ kind: 'notice', notice: { title: 'Atoll needs you', words: 'W', to } });

  it('gather what comes together, and lead to it', () => {
    trouble('/hosts/1');
    trouble('/hosts/2');
    vi.advanceTimersByTime(2_000);
    expect(t.electron.notifications.map(({ options }) => options.body)).toEqual(['W\nand 1 more']);
    t.electron.notifications[0]?.emit('click');
    expect(t.news).toEqual([{ kind: 'go', to: '/activity?tab=events' }]);
    expect(t.window.shown).toBe(true);
  });

  it('are not shown to a person who looks at the app', () => {
    t.window.focus();
    trouble('/hosts/1');
    vi.advanceTimersByTime(2_000);
    expect(t.electron.notifications).toEqual([]);
  });
});

describe('one app', () => {
  it('quits when it is the second, and touches nothing', async () => {
    t.electron.app.first = false;
    await t.start();
    expect(t.electron.app.quits).toBe(1);
    expect(t.electron.windows).toHaveLength(0);
    expect(t.electron.schemes).toHaveLength(0);
  });

  it('is shown by the second, and led by its link', async () => {
    await t.start();
    t.window.minimized = true;
    t.electron.app.emit('second-instance', {}, ['/usr/bin/atoll', '--flag', `atoll://networks/${ID}`]);
    expect(t.window.minimized).toBe(false);
    expect(t.news).toEqual([{ kind: 'go', to: `/networks/${ID}` }]);
  });

  it('opens at the link that started it; a hostile one only opens it', async () => {
    await t.start({ argv: ['atoll://networks/../../etc', 'atoll://vms'] });
    expect(t.window.loaded).toBe('atoll://app/vms');
    const other = new DesktopApp();
    await other.start({ argv: ['atoll://evil.example/', 'javascript:alert(1)'] });
    expect(other.window.loaded).toBe('atoll://app/');
    other.dispose();
  });

  it('takes links on macOS by its event', async () => {
    await t.start({ platform: 'darwin' });
    const prevented = vi.fn();
    t.electron.app.emit('open-url', { preventDefault: prevented }, 'atoll://hosts');
    expect(prevented).toHaveBeenCalled();
    expect(t.news).toEqual([{ kind: 'go', to: '/hosts' }]);
  });

  it.each([
    [true, ['atoll']],
    [false, []],
  ])('is the program for such links when it is installed (%s)', async (isPackaged, protocols) => {
    t.electron.app.isPackaged = isPackaged;
    await t.start();
    expect(t.electron.app.protocols).toEqual(protocols);
  });
});

describe('files', () => {
  beforeEach(() => t.start());
  const pick = (request: unknown, url = 'atoll://app/vms') => t.ask(SHELL.pickFile, url, request);

  it('are chosen by a person', async () => {
    expect(await pick({ use: 'disk' })).toBe('/chosen');
    expect(await pick({ use: 'backup', save: 'atoll.db' })).toBe('/chosen');
    expect(t.electron.dialogs).toMatchObject([{ title: 'Choose a disk' }, { defaultPath: 'atoll.db' }]);
    t.electron.chosen = null;
    expect(await pick({ use: 'key' })).toBeNull();
    expect(t.electron.dialogs.at(-1)).toMatchObject({ properties: ['openFile', 'showHiddenFiles'] });
  });

  it.each([
    [{ use: 'anything' }, 'atoll://app/'],
    [{ use: 'disk', save: '../../etc/cron.d/x' }, 'atoll://app/'],
    [{ use: 'disk' }, 'https://evil.example/'],
    [null, 'atoll://app/'],
  ])('are not asked for by %j from %s', async (request, url) => {
    expect(await pick(request, url)).toBeNull();
    expect(t.electron.dialogs).toEqual([]);
  });
});

describe('a window of its own', () => {
  beforeEach(() => t.start());

  it.each(['console', 'screen'])('is for a %s of a VM, made as the others are', (page) => {
    expect(t.window.webContents.openHandler?.({ url: `atoll://app/vms/${ID}/${page}?alone=true` })).toMatchObject({
      action: 'allow',
      overrideBrowserWindowOptions: {
        webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
      },
    });
  });

  it.each([
    'atoll://app/networks',
    'atoll://app/vms/1/console/x',
    'atoll://evil/vms/1/console',
    'https://a.b/vms/1/console',
  ])('is not for %s', (url) => expect(t.window.webContents.openHandler?.({ url })).toEqual({ action: 'deny' }));
});

describe('passwords', () => {
  beforeEach(() => t.start());
  const answerTo = async (kind: 'seal' | 'open', text: string): Promise<unknown> => {
    const before = t.engine.sent.length;
    t.says({ kind, id: 7, text });
    await vi.waitFor(() => expect(t.engine.sent.length).toBe(before + 1), 10_000);
    return t.engine.sent.at(-1)?.data;
  };

  it('are sealed and opened by the keychain', async () => {
    const sealed = (await answerTo('seal', 'horse')) as { text: string };
    expect(sealed).toMatchObject({ kind: 'answer', id: 7 });
    expect(sealed.text).not.toContain('horse');
    expect(await answerTo('open', sealed.text)).toEqual({ kind: 'answer', id: 7, text: 'horse' });
  });

  it.each(['basic_text', 'unknown'])('are not sealed with %s, which is no keychain', async (backend) => {
    t.electron.safeStorage.backend = backend;
    expect(await answerTo('seal', 'horse')).toEqual({ kind: 'answer', id: 7, text: null });
  });

  it('are asked for again when the keychain does not know them', async () => {
    t.electron.safeStorage.decryptStringAsync = () => Promise.reject(new Error('not ours'));
    expect(await answerTo('open', 'c2VhbGVk')).toEqual({ kind: 'answer', id: 7, text: null });
  });
});

describe('updates', () => {
  it('are not looked for, nor their code loaded, without a feed', async () => {
    vi.useFakeTimers();
    const loadUpdater = vi.fn();
    await t.start({ loadUpdater });
    await vi.advanceTimersByTimeAsync(48 * 3_600_000);
    expect(loadUpdater).not.toHaveBeenCalled();
  });

  it('fail into the log when there is no way to them', async () => {
    vi.useFakeTimers();
    writeFileSync(join(t.folder, 'app-update.yml'), 'provider: generic\nurl: https://updates.invalid/\n');
    await t.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(t.logged).toEqual(['no update can be looked for: no updater here']);
    expect(t.electron.errors).toEqual([]);
  });
});
