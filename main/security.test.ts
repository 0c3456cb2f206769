import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { SHELL } from '../contract/shell';
import { DesktopApp } from '../test/support/desktop-app';

vi.mock('../app/screens', async (original) => ({ ...(await original<object>()), screensFolder: () => '/nowhere' }));

/**
 * Electron's own checklist (docs/tutorial/security), each of its points that concerns this app by its title there; docs/security.md
 * says what is behind them.
 */
let t: DesktopApp;
beforeEach(async () => {
  t = new DesktopApp();
  await t.start();
});
afterEach(() => t.dispose());

const preferences = () => t.window.options.webPreferences;
const builder = (): {
  electronFuses: Record<string, boolean>;
  electronVersion: string;
  asar?: boolean;
  publish?: unknown;
  files: string[];
  linux: { executableArgs?: string[] };
  appImage: { executableArgs?: string[] };
} => parse(readFileSync('electron-builder.yml', 'utf8')) as ReturnType<typeof builder>;

describe("Electron's checklist", () => {
  it('1. only load secure content: nothing is loaded from anywhere but our own screens', () => {
    const verdict = (url: string): boolean | undefined => {
      let cancel: boolean | undefined;
      t.electron.beforeRequest?.({ url }, (given) => (cancel = given.cancel));
      return cancel;
    };
    for (const url of [
      'https://evil.example/x.js',
      'http://127.0.0.1:80/',
      'ws://127.0.0.1:9229/',
      'wss://evil.example/',
      'file:///etc/passwd',
      'atoll://other/x.js',
      'atoll://app@evil.example/',
      'blob:https://evil.example/1',
      'ftp://evil.example/',
      'chrome-extension://x/y.js',
    ])
      expect([url, verdict(url)]).toEqual([url, true]);
    for (const url of ['atoll://app/', 'atoll://app/assets/index.js', 'blob:atoll://app/1', 'data:image/png;base64,'])
      expect([url, verdict(url)]).toEqual([url, false]);
  });

  it('2. no Node.js integration, 3. context isolation, 4. process sandboxing', () => {
    expect(preferences()).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
    });
    expect(preferences()['preload']).toMatch(/preload\/index\.cjs$/);
    expect(t.electron.app.sandboxed).toBe(true);
  });

  it('4. process sandboxing: without it no window opens and no engine starts, and the person sees why', async () => {
    const other = new DesktopApp();
    await other.start({ unsandboxed: true });
    expect([other.electron.windows, other.electron.children]).toEqual([[], []]);
    expect(other.electron.errors.join()).toContain('--no-sandbox');
    expect(other.electron.app.quits).toBe(1);
    other.dispose();
  });

  it('4. process sandboxing: the menu entry of the AppImage, as electron-builder makes it, leaves it on', async () => {
    const load = createRequire(import.meta.url);
    const { default: AppImageTarget } = load('app-builder-lib/out/targets/appimage/AppImageTarget.js') as {
      default: new (...of: unknown[]) => { desktopEntry: { value: Promise<string> } };
    };
    const { LinuxTargetHelper } = load('app-builder-lib/out/targets/LinuxTargetHelper.js') as {
      LinuxTargetHelper: new (packager: object) => object;
    };
    const config = builder();
    const packager = {
      config,
      platformSpecificBuildOptions: config.linux,
      executableName: 'atoll-desktop',
      fileAssociations: [],
      appInfo: { productName: 'Atoll', description: '', buildVersion: '0' },
      info: { metadata: { desktopName: 'atoll-desktop.desktop' } },
    };
    const entry = await new AppImageTarget('', packager, new LinuxTargetHelper(packager), '').desktopEntry.value;
    expect(entry).toMatch(/^Exec=AppRun %U$/m);
    for (const argument of [config.linux, config.appImage].flatMap(({ executableArgs = [] }) => executableArgs))
      expect(argument).not.toContain('sandbox');
  });

  it('5. handle session permission requests from remote content: all are refused but writing to the clipboard', () => {
    const granted = (permission: string): unknown => {
      let answer: unknown;
      t.electron.requestPermission?.(...([null, permission, (yes: boolean) => (answer = yes)] as never[]));
      return answer;
    };
    const all =
      'accessibility-events clipboard-read clipboard-sanitized-write deprecated-sync-clipboard-read display-capture fileSystem fullscreen geolocation hid idle-detection keyboardLock media mediaKeySystem midi midiSysex notifications openExternal pointerLock serial speaker-selection storage-access top-level-storage-access unknown usb window-management';
    for (const permission of all.split(' ')) {
      const expected = permission === 'clipboard-sanitized-write';
      expect([permission, granted(permission)]).toEqual([permission, expected]);
      expect(t.electron.checkPermission?.(...([null, permission] as never[]))).toBe(expected);
    }
    expect(t.electron.devicePermission?.(...([{ deviceType: 'usb' }] as never[]))).toBe(false);
  });

  it('6. do not disable webSecurity, 8. allowRunningInsecureContent, 9. experimentalFeatures, 10. enableBlinkFeatures', () => {
    expect(preferences()).toMatchObject({
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
    expect(preferences()).not.toHaveProperty('enableBlinkFeatures');
  });

  it('7. a content security policy: our own scripts, nothing from elsewhere, no eval, no frames', async () => {
    const { answerScreens } = await import('./screens-protocol');
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
    const folder = mkdtempSync('/tmp/atoll-csp-');
    writeFileSync(`${folder}/index.html`, '<title>Atoll</title>');
    const page = await answerScreens(folder)(new Request('atoll://app/'));
    rmSync(folder, { recursive: true });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).not.toMatch(/unsafe-/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(t.window.webContents.webRtc).toBe('disable_non_proxied_udp');
    expect(policy).not.toMatch(/https?:/);
  });

  it('11. no webviews', () => {
    expect(preferences()['webviewTag']).toBe(false);
    const prevented = vi.fn();
    t.window.webContents.emit('will-attach-webview', { preventDefault: prevented });
    expect(prevented).toHaveBeenCalledTimes(1);
  });

  it.each(['https://evil.example/', 'file:///etc/passwd', 'atoll://other/', 'data:text/html,x', 'javascript:alert(1)'])(
    '13. no navigation to %s, by page, redirect or frame',
    (url) => {
      const prevented = vi.fn();
      for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate'])
        t.window.webContents.emit(event, { url, preventDefault: prevented });
      expect(prevented).toHaveBeenCalledTimes(3);
    },
  );
  it('13. but within its own screens', () => {
    const prevented = vi.fn();
    t.window.webContents.emit('will-navigate', { url: 'atoll://app/networks', preventDefault: prevented });
    expect(prevented).not.toHaveBeenCalled();
  });

  it('14. no new windows but consoles of VMs (desktop.test.ts), 15. shell.openExternal with https only', () => {
    const open = t.window.webContents.openHandler;
    const urls = [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://evil/share',
      'atoll://app/networks',
      'ms-msdt:/id',
      'http://evil.example/',
      'https:evil',
      'HTTPS://example.org/',
      'https://example.org/',
    ];
    for (const url of urls) expect(open?.({ url })).toEqual({ action: 'deny' });
    expect(t.electron.opened.every((url) => new URL(url).protocol === 'https:')).toBe(true);
    expect(t.electron.opened).toContain('https://example.org/');
    expect(t.electron.windows).toHaveLength(1);
  });

  it('16. a current version of Electron, the same everywhere', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(devDependencies['electron']).toBe(builder().electronVersion);
  });

  it('17. the sender of each message is checked', async () => {
    const foreign = [
      ['https://evil.example/', null],
      ['atoll://other/', null],
      ['file:///usr/lib/atoll/index.html', null],
      ['atoll://app/', {}],
    ] as const;
    for (const [url, parent] of foreign) expect(t.connect(url, parent).ports).toEqual([]);
    t.electron.ipc.emit(SHELL.connect, { senderFrame: null, sender: t.window.webContents });
    expect(t.engine.sent).toEqual([]);
    // Every channel of the contract that leads to main is either of those that the suite of desktop.test.ts tries from outside.
    const listened = [...t.electron.ipc.eventNames(), ...t.electron.ipcHandlers.keys()];
    expect(listened.sort()).toEqual([SHELL.connect, SHELL.pickFile].sort());
    expect(await t.ask(SHELL.pickFile, 'https://evil.example/', { use: 'disk' })).toBeNull();
  });

  it('18. no file:// protocol: the screens have an origin of their own', async () => {
    expect(t.window.loaded).toBe('atoll://app/');
    expect(t.electron.schemes).toEqual([
      { scheme: 'atoll', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect((await t.electron.answer?.(new Request('atoll://other/')))?.status).toBe(403);
    expect((await t.electron.answer?.(new Request('atoll://app/', { method: 'POST' })))?.status).toBe(403);
    expect((await t.electron.answer?.(new Request('atoll://app/assets/none.js')))?.status).toBe(404);
    for (const path of ['/../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd']) {
      const answered = await t.electron.answer?.(new Request(`atoll://app${path}`)).catch(() => null);
      expect((await answered?.text()) ?? '').not.toContain('root:');
    }
  });

  it('19. fuses: what a package cannot be made to do', () => {
    expect(builder().electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      resetAdHocDarwinSignature: true,
    });
    expect(builder().asar ?? true).toBe(true);
  });

  it('20. no Electron API to the page: two functions (preload/index.test.ts)', () => {
    const source = readFileSync('preload/index.ts', 'utf8');
    expect(source.match(/exposeInMainWorld/g)).toHaveLength(1);
    expect(source).not.toMatch(/exposeInMainWorld\([^)]*ipcRenderer/);
  });

  it('beyond it: no inspector in packages, no crash leaves the computer, no feed of updates but a configured one', async () => {
    expect(preferences()['devTools']).toBe(true);
    const packaged = new DesktopApp();
    packaged.electron.app.isPackaged = true;
    await packaged.start();
    expect(packaged.window.options.webPreferences['devTools']).toBe(false);
    expect(packaged.electron.crashUploads).toBe(false);
    expect(builder().publish).toBeNull();
    packaged.dispose();
  });
});
