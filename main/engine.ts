import { createRouterClient } from '@orpc/server';
import type { MessagePortMain, ParentPort } from 'electron';
import type { App } from '../app/create-app';
import { watchCrashes } from '../app/diagnostics';
import { type ForegroundApp, openForeground } from '../app/foreground';
import { resolveHome } from '../app/home';
import { serveMessagePort } from '../app/message-port-door';
import type { ReaderAnswer } from '../app/read-backup';
import type { Sealer } from '../app/sealed-secrets';
import { AppError } from '../contract/app-error';
import { type DesktopClient, stopLabs, tellOf } from './engine-watch';
import type { FromEngine, ToEngine } from './messages';
import { userName } from '../app/user-name';

interface Asked {
  readonly data: ToEngine;
  readonly ports: readonly MessagePortMain[];
}

type Parent = Pick<ParentPort, 'on' | 'postMessage'>;

/** The engine's process: opens the home, then serves every port that main hands over. Ports that come before wait. */
export function runEngine(parent: Parent, exit: (code: number) => void): void {
  const say = (message: FromEngine): void => parent.postMessage(message);
  const actor = { user: userName(), door: 'desktop' as const };
  const keychain = new AskedSealer(say);
  const reader = new AskedReader(say);
  const opening = openForeground(resolveHome(undefined), 'desktop', { sealer: keychain, askReader: reader.ask });
  const ports = new Set<MessagePortMain>();
  let watch = new AbortController();
  // After a restore the engine is another one: windows reconnect when their ports close, and it is watched again.
  const begin = (app: App): void => {
    watch.abort();
    watch = new AbortController();
    void tellOf(clientOf(app, actor), say, watch.signal);
  };
  const finish = (): void => {
    watch.abort();
    void end(opening, exit);
  };

  opening.then(
    ({ app }) => {
      watchCrashes(app.home, app.log, exit);
      say({ kind: 'ready' });
      begin(app);
      app.onReplaced(() => {
        for (const port of ports) port.close();
        ports.clear();
        begin(app);
      });
      void app.stopAsked.then(finish);
    },
    (error: unknown) => {
      say({
        kind: 'failed',
        message: error instanceof Error ? error.message : String(error),
        remedy: error instanceof AppError ? error.remedy : null,
      });
      exit(1);
    },
  );
  const serve = async (port: MessagePortMain): Promise<void> => {
    const { app } = await opening;
    serveMessagePort(app.router, port, actor);
    ports.add(port);
    port.on('close', () => ports.delete(port));
    port.start();
  };
  const hear: { [K in ToEngine['kind']]: (message: Extract<ToEngine, { kind: K }>) => unknown } = {
    serve: () => undefined,
    end: finish,
    woke: () => opening.then(({ app }) => app.wake()),
    'stop-labs': async () =>
      say({ kind: 'labs-stopped', problem: await stopLabs(clientOf((await opening).app, actor)) }),
    'grant-file': async ({ id, use, path }) => {
      (await opening).app.grantFile(use, path);
      say({ kind: 'file-granted', id });
    },
    answer: ({ id, text }) => keychain.answered(id, text),
    'backup-read': ({ id, answer }) => reader.answered(id, answer),
  };
  parent.on('message', ({ data, ports: handed }: Asked) => {
    void Promise.resolve((hear[data.kind] as (message: ToEngine) => unknown)(data)).catch(() => undefined);
    for (const port of handed) void serve(port).catch(() => port.close());
  });
}

const clientOf = (app: App, actor: { user: string; door: 'desktop' }): DesktopClient =>
  createRouterClient(app.router, { context: { actor } }) as DesktopClient;

/** The keychain is main's: Electron has it there only. Asked by message, answered by message. */
class AskedSealer implements Sealer {
  #next = 1;
  readonly #open = new Map<number, (text: string | null) => void>();
  constructor(private readonly say: (message: FromEngine) => void) {}
  seal = (text: string): Promise<string | null> => this.#ask('seal', text);
  open = (sealed: string): Promise<string | null> => this.#ask('open', sealed);
  answered(id: number, text: string | null): void {
    this.#open.get(id)?.(text);
    this.#open.delete(id);
  }
  #ask(kind: 'seal' | 'open', text: string): Promise<string | null> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.say({ kind, id, text });
    });
  }
}

/** The process that reads a backup is main's, too: this program can't be started again as Node. */
class AskedReader {
  #next = 1;
  readonly #open = new Map<number, (answer: ReaderAnswer) => void>();
  constructor(private readonly say: (message: FromEngine) => void) {}
  ask = (path: string, timeMs: number): Promise<ReaderAnswer> => {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.say({ kind: 'read-backup', id, path, timeMs });
    });
  };
  answered(id: number, answer: ReaderAnswer): void {
    this.#open.get(id)?.(answer);
    this.#open.delete(id);
  }
}

async function end(opening: Promise<ForegroundApp>, exit: (code: number) => void): Promise<void> {
  const opened = await opening.catch(() => null);
  await opened?.close();
  exit(0);
}
