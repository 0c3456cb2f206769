import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type RouterClient, createRouterClient } from '@orpc/server';
import { type App, createApp } from '../../app/create-app';
import type { EngineRouter } from '../../app/door';
import { type Home, homeAt } from '../../app/home';
import type { Event, Job, Vm } from '../../contract';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';
import { eventually } from './eventually';
import { GuestShell } from './guest-shell';

export type Client = RouterClient<EngineRouter>;

/** The whole engine in this process on a home of its own: real store, real hosts. */
export class LabApp {
  app: App;
  client: Client;

  private constructor(
    readonly home: Home,
    app: App,
  ) {
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

  /** Waits for the job of a command's answer; throws when it did not succeed. Null: there was none. */
  async done(answer: { job: string | null } | Promise<{ job: string | null }>): Promise<Job | null> {
    const ended = await this.ended(answer);
    if (ended !== null && ended.state !== 'succeeded')
      throw new Error(
        `${ended.title}: ${ended.state}: ${ended.error?.message ?? ''} ${ended.error?.remedy?.note ?? ''}`,
      );
    return ended;
  }

  /** Waits for the job of a command's answer, however it ends. */
  async ended(answer: { job: string | null } | Promise<{ job: string | null }>): Promise<Job | null> {
    const { job } = await answer;
    if (job === null) return null;
    let last: Job | null = null;
    for await (const state of await this.client.jobs.follow({ job })) last = state;
    return last;
  }

  /** A lab of this home with the hand that reaches into it, past the engine. */
  lab(hostId: string): { lab: Lab; shell: LabShell } {
    const lab = new Lab(this.home.path, hostId);
    return { lab, shell: new LabShell(lab) };
  }

  /** The number of the newest event. */
  async lastSeq(): Promise<number> {
    return (await this.client.events.list({ limit: 1 })).at(-1)?.seq ?? 0;
  }

  /** Waits for an event after `seq` that `fits`. */
  async heard(what: string, seq: number, fits: (event: Event) => boolean, ms = 60_000): Promise<Event> {
    let events: Event[] = [];
    return eventually(
      () => `${what}; there was ${JSON.stringify(events.map(({ type, message }) => `${type}: ${message}`))}`,
      ms,
      async () => {
        events = await this.client.events.list({ after: seq, limit: 1_000 });
        return events.find(fits);
      },
    );
  }

  /** Waits until a VM is in a state. */
  async vmIs(vm: string, state: Vm['state'], ms = 30_000): Promise<Vm> {
    return eventually(`${vm} to be ${state}`, ms, async () => {
      const seen = await this.client.vms.show({ vm });
      return seen.state === state ? seen : undefined;
    });
  }

  /** Opens a VM's serial console through the engine. */
  async console(vm: string): Promise<GuestShell> {
    const stream = await this.client.vms.console({ vm });
    const listeners: Array<(text: string) => void> = [];
    const reading = (async () => {
      for await (const { data } of stream)
        for (const listener of listeners) listener(Buffer.from(data, 'base64').toString());
    })();
    let typing: Promise<unknown> = Promise.resolve();
    return new GuestShell(vm, {
      write: (text) => {
        const data = Buffer.from(text).toString('base64');
        typing = typing.then(() => this.client.vms.consoleWrite({ vm, data }));
      },
      onText: (listener) => void listeners.push(listener),
      // A line that has ended ends the stream with it.
      close: () => void stream.return().then(() => reading),
    });
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
