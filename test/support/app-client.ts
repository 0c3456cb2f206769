import type { AtollClient } from '../../app/client';
import type { Event, Job, Vm } from '../../contract';
import { eventually } from './eventually';
import { GuestShell } from './guest-shell';

/** What tests ask of an engine, wherever it runs. */
export abstract class AppClient {
  abstract client: AtollClient;

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
    const read = async (): Promise<void> => {
      for await (const { data } of stream)
        for (const listener of listeners) listener(Buffer.from(data, 'base64').toString());
    };
    // Who types into a line that has ended gets no answer.
    read().catch(() => undefined);
    let typing: Promise<unknown> = Promise.resolve();
    return new GuestShell(vm, {
      write: (text) => {
        const data = Buffer.from(text).toString('base64');
        typing = typing.then(() => this.client.vms.consoleWrite({ vm, data })).catch(() => undefined);
      },
      onText: (listener) => void listeners.push(listener),
      close: () => void stream.return(undefined).catch(() => undefined),
    });
  }
}
