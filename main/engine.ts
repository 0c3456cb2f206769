import { userInfo } from 'node:os';
import type { MessagePortMain, ParentPort } from 'electron';
import { type ForegroundApp, openForeground } from '../app/foreground';
import { resolveHome } from '../app/home';
import { serveMessagePort } from '../app/message-port-door';
import { AppError } from '../contract/app-error';
import type { EngineReport } from './engine-process';

interface Asked {
  readonly data: { readonly kind: 'serve' | 'end' };
  readonly ports: readonly MessagePortMain[];
}

/** The engine's process: opens the home, then serves every port that main hands over. Ports that come before wait. */
export function runEngine(parent: Pick<ParentPort, 'on' | 'postMessage'>, exit: (code: number) => void): void {
  const say = (report: EngineReport): void => parent.postMessage(report);
  const actor = { user: userInfo().username, door: 'desktop' as const };
  const opening = openForeground(resolveHome(undefined), 'desktop');
  opening.then(
    ({ app }) => {
      say({ ready: true });
      void app.stopAsked.then(() => end(opening, exit));
    },
    (error: unknown) => {
      say({
        ready: false,
        message: error instanceof Error ? error.message : String(error),
        hint: error instanceof AppError ? error.hint : null,
      });
      exit(1);
    },
  );
  parent.on('message', ({ data, ports }: Asked) => {
    if (data.kind === 'end') return void end(opening, exit);
    for (const port of ports) {
      void opening.then(({ app }) => {
        serveMessagePort(app.router, port, actor);
        port.start();
      });
    }
  });
}

async function end(opening: Promise<ForegroundApp>, exit: (code: number) => void): Promise<void> {
  const opened = await opening.catch(() => null);
  await opened?.close();
  exit(0);
}
