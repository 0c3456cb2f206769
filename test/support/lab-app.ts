import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type RouterClient, createRouterClient } from '@orpc/server';
import { type App, createApp } from '../../app/create-app';
import type { EngineRouter } from '../../app/door';
import { type Home, homeAt } from '../../app/home';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';
import { AppClient } from './app-client';

export type Client = RouterClient<EngineRouter>;

/** The whole engine in this process on a home of its own: real store, real hosts. */
export class LabApp extends AppClient {
  app: App;
  client: Client;

  private constructor(
    readonly home: Home,
    app: App,
  ) {
    super();
    this.app = app;
    this.client = clientOf(app);
  }

  static async open(folder = mkdtempSync(join(tmpdir(), 'atoll-it-'))): Promise<LabApp> {
    const home = homeAt(folder);
    return new LabApp(home, await createApp(home, 'daemon'));
  }

  /** Ends the engine and starts another one on the same home, as after an update. */
  async restart(): Promise<void> {
    await this.app.close();
    this.app = await createApp(this.home, 'daemon');
    this.client = clientOf(this.app);
  }

  /** A lab of this home with the hand that reaches into it, past the engine. */
  lab(hostId: string): { lab: Lab; shell: LabShell } {
    const lab = new Lab(this.home.path, hostId);
    return { lab, shell: new LabShell(lab) };
  }

  /** Removes every lab of the home, then the home; for the end of a test, however it went. */
  async dispose(): Promise<void> {
    for (const { id } of await this.client.labs.list()) await this.done(this.client.labs.remove({ lab: id }));
    await this.app.close();
    rmSync(this.home.path, { recursive: true, force: true });
  }
}

const clientOf = (app: App): Client =>
  createRouterClient(app.router, { context: { actor: { user: userInfo().username, door: 'cli' } } });
