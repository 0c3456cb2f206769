import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Updater } from '../../main/updates';

const require = createRequire(import.meta.url);

/** The program of this version: reports when it is run, and differs from the other by its text. */
export const program = (version: string, ran: string): string => `#!/bin/sh\necho ${version} >>'${ran}'\n`;

/**
 * A feed of updates on the loopback, as electron-builder's `generic` publishes one, and an AppImage of version 0.1.0 that has it
 * configured. The updater is electron-updater itself; of Electron it gets what it calls.
 */
export class UpdateFeed {
  readonly folder = mkdtempSync(join(tmpdir(), 'atoll-feed-'));
  /** The installed program. */
  readonly installed = join(this.folder, 'Atoll.AppImage');
  readonly ran = join(this.folder, 'ran');
  /** What was asked of the feed: path and headers. */
  readonly asked: { path: string; headers: Record<string, unknown> }[] = [];
  readonly served = new Map<string, string>();
  quits = 0;
  #server = createServer((asked, answer) => {
    const path = new URL(asked.url ?? '/', 'http://feed.invalid').pathname;
    this.asked.push({ path, headers: asked.headers });
    const found = this.served.get(path);
    answer.writeHead(found === undefined ? 404 : 200).end(found);
  });

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const feed = `provider: generic\nurl: http://127.0.0.1:${port}/\nupdaterCacheDirName: atoll-updater\n`;
    writeFileSync(join(this.folder, 'app-update.yml'), feed);
    writeFileSync(this.installed, program('0.1.0', this.ran), { mode: 0o755 });
  }

  /** Publishes a version; `tampered`: what is served in its place. */
  publish(version: string, tampered?: string): void {
    const text = program(version, this.ran);
    const sha512 = createHash('sha512').update(text).digest('base64');
    const file = `Atoll-${version}.AppImage`;
    this.served.set(`/${file}`, tampered ?? text);
    this.served.set(
      '/latest-linux.yml',
      `version: ${version}\nfiles:\n  - { url: ${file}, sha512: ${sha512}, size: ${text.length} }\npath: ${file}\nsha512: ${sha512}\n`,
    );
  }

  /** electron-updater as the installed program loads it. */
  updater(): Updater {
    const { app } = this.#electron();
    process.env['APPIMAGE'] = this.installed;
    process.env['XDG_CACHE_HOME'] = join(this.folder, 'cache');
    Object.defineProperty(process, 'resourcesPath', { value: this.folder, configurable: true });
    app.isPackaged = true;
    const { AppImageUpdater } = require('electron-updater') as { AppImageUpdater: new () => Updater };
    return new AppImageUpdater();
  }

  text = (): string => (existsSync(this.installed) ? readFileSync(this.installed, 'utf8') : '');

  async shut(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  dispose(): void {
    delete process.env['APPIMAGE'];
    delete process.env['XDG_CACHE_HOME'];
    Reflect.deleteProperty(process, 'resourcesPath');
    Reflect.deleteProperty(require.cache, require.resolve('electron'));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Puts a stand-in where the updater's `require('electron')` finds it: the package itself would fetch the binary. */
  #electron(): { app: { isPackaged: boolean } } {
    const exports = {
      app: {
        isPackaged: true,
        getVersion: () => '0.1.0',
        getName: () => 'atoll',
        getAppPath: () => this.folder,
        getPath: () => join(this.folder, 'user'),
        whenReady: () => Promise.resolve(),
        once: () => undefined,
        quit: () => (this.quits += 1),
      },
      // Electron's requests are as Node's, with a session that is the updater's own.
      net: { request: ({ session: _, ...options }: object & { session: unknown }) => request(options) },
      session: { fromPartition: (name: string) => ({ name }) },
      autoUpdater: { emit: () => true },
    };
    const id = require.resolve('electron');
    require.cache[id] = { id, filename: id, loaded: true, exports, children: [], paths: [] } as unknown as NodeModule;
    return exports;
  }
}
