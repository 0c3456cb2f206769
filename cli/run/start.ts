import { once } from 'node:events';
import { watchCrashes } from '../../app/diagnostics';
import { openForeground } from '../../app/foreground';
import { screensFolder } from '../../app/screens';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { openPage, type Opening } from '../../server/open-browser';
import { type BrowserDoor, startServer } from '../../server/start';
import type { Context } from '../context';
import type { Run } from '../spec';

/** How long an app window can take to open, and how long a reload or a crash of the browser can keep it away. */
const FIRST_WINDOW_MS = 300_000;
const NO_WINDOW_MS = Number(process.env['ATOLL_GRACE_MS'] ?? 30_000);
const LOOK_MS = 500;

/**
 * Opens the browser server and runs until Ctrl-C, SIGTERM, `atoll stop`, or, with `--window`, until its windows are closed. This
 * process is the home's engine in the meantime. If one is already running, it opens the app there again and returns.
 */
export const start: Run = async (context) => {
  const { input, out, home } = context;
  const port = portOf(input.number('port'));
  const window = input.flag('window');
  const opening = input.flag('no-open') ? undefined : window ? 'window' : 'page';
  if (await openOnceMore(context, opening)) return;
  const screens = screensFolder();
  const { app, close } = await openForeground(home, 'browser');
  watchCrashes(app.home, app.log);
  try {
    const door = await startServer({ app, port, screens, ...(opening ? { open: opening } : {}) });
    app.openedBrowserDoor(door);
    out.answer({ port: door.port, link: door.link(), opened: true }, ({ link }) => {
      out.line(`Atoll is open at ${link}`);
      out.line('The link works once, within a minute; "atoll link" prints another one.');
      out.line('Ctrl-C stops Atoll; labs and VMs keep running.');
    });
    const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => once(process, signal));
    await Promise.race([...signals, app.stopAsked, ...(window ? [windowsClosed(door)] : [])]);
    await door.close();
  } finally {
    await close();
  }
};

/** Another link to the running app, for a second browser or after the first link has expired. */
export const link: Run = async ({ out, runningEngine }) => {
  const running = await runningEngine();
  const made = running === null ? null : (await running.client.system.link({})).link;
  if (made === null)
    throw new AppError('STATE_ILLEGAL', 'The app is not open in a browser, so there is nothing to link to.', {
      remedy: note('Run atoll start.'),
    });
  out.answer({ link: made }, () => out.line(made));
};

/** Whether another `atoll start` holds the home; its app is then shown again with a new link. */
async function openOnceMore({ out, runningEngine }: Context, opening: Opening | undefined): Promise<boolean> {
  const running = await runningEngine();
  if (running?.info.holder !== 'browser') return false;
  const { link, page } = await running.client.system.link({ page: opening !== undefined });
  if (link === null) return false;
  if (opening && page !== null) openPage(page, opening);
  out.answer({ port: Number(new URL(link).port), link, opened: false }, () => {
    out.line(`Atoll is open already; another link to it: ${link}`);
  });
  return true;
}

/** Resolves when no window has been connected for a while. */
function windowsClosed(door: BrowserDoor): Promise<void> {
  return new Promise((resolve) => {
    // Counts checks, not time: a window that was loading when the computer was suspended connects after it resumes.
    let left = FIRST_WINDOW_MS;
    const timer = setInterval(() => {
      left = door.clients() > 0 ? NO_WINDOW_MS : left - LOOK_MS;
      if (left > 0) return;
      clearInterval(timer);
      resolve();
    }, LOOK_MS);
  });
}

function portOf(asked: number | undefined): number {
  const port = asked ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AppError('BAD_INPUT', `port: ${port} is not a TCP port.`, {
      field: 'port',
      remedy: note('Give 1 to 65535, or omit it for any free port.'),
    });
  }
  return port;
}
