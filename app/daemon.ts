import { hintOf } from '../english/remedies';
import { closeSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AppError } from '../contract/app-error';
import { type App, createApp } from './create-app';
import { watchCrashes } from './diagnostics';
import { collectWhenIdle } from './idle-collection';
import { type Home, openHome, resolveHome } from './home';
import { lockHome } from './lock';
import { restoreStore } from './restore';
import { type SocketDoor, openSocketDoor } from './socket-door';
import type { DaemonReport } from './start-engine';
import { userName } from './user-name';

/** Where whoever started the daemon listens for its one report (app/start-engine.ts). */
const REPORT_FD = 3;
/** Without a reason to stay, the daemon waits this long for another command. */
const GRACE_MS = Number(process.env['ATOLL_GRACE_MS'] ?? 10_000);
const LOOK_MS = Math.min(1000, GRACE_MS);

/**
 * The background engine of a home. It ends on `system.stop`, on SIGTERM, and when it has no active host,
 * no open job and no client for a while, or when its home was removed; labs and VMs go on in each case.
 */
export async function runDaemon(args: readonly string[]): Promise<void> {
  let app: App;
  let door: SocketDoor;
  const { values } = parseArgs({
    args: [...args],
    options: { home: { type: 'string' }, report: { type: 'boolean' }, restore: { type: 'string' } },
  });
  const tell = values.report ? reportToStarter : reportToPerson;
  try {
    const home: Home = resolveHome(values.home);
    if (values.restore !== undefined) return tell({ ready: true, kept: await restoreOffline(home, values.restore) });
    app = await createApp(home, 'daemon');
    door = await openDoor(app);
  } catch (error) {
    tell(failure(error));
    process.exitCode = 1;
    return;
  }
  watchCrashes(app.home, app.log);
  collectWhenIdle(app.home.store);
  tell({ ready: true });
  await reasonToEnd(app, door);
  await door.close();
  await app.close();
  // Timers and sockets of a host that hangs must not keep an ended engine alive.
  process.exit(0);
}

/** For a store that no engine can open: the same as `system.restore`, without one. No host is connected by it. */
async function restoreOffline(home: Home, path: string): Promise<string | null> {
  openHome(home);
  const lock = lockHome(home, 'daemon');
  try {
    const by = { user: userName(), door: 'cli' } as const;
    return (await restoreStore(home, { from: path, by, connect: false }, () => Promise.resolve())).kept;
  } finally {
    lock.release();
  }
}

async function openDoor(app: App): Promise<SocketDoor> {
  try {
    return await openSocketDoor(app.home, app, app.log, 'daemon');
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Resolves when the daemon should end. */
async function reasonToEnd(app: App, door: SocketDoor): Promise<void> {
  const signalled = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  const why = await Promise.race([app.stopAsked.then(() => 'asked to'), signalled, idle(app, door)]);
  app.log.info({ why }, 'the engine ends');
}

function idle(app: App, door: SocketDoor): Promise<string> {
  return new Promise((resolve) => {
    // By looks, not by a clock: the time that this computer slept was no time in which somebody could have come.
    let quiet = 0;
    const timer = setInterval(() => {
      if (!app.homeStands()) return end('its home is gone');
      quiet = door.clients() > 0 || app.needed() ? 0 : quiet + LOOK_MS;
      if (quiet >= GRACE_MS) end('nothing to do');
    }, LOOK_MS);
    const end = (why: string): void => {
      clearInterval(timer);
      resolve(why);
    };
  });
}

function failure(error: unknown): DaemonReport {
  if (error instanceof AppError)
    return { ready: false, code: error.code, message: error.message, remedy: error.remedy };
  return {
    ready: false,
    code: 'INTERNAL',
    message: `The engine could not start: ${error instanceof Error ? error.message : String(error)}.`,
    remedy: null,
  };
}

/** Only when `--report` says that descriptor 3 is a pipe: else it is one of Node's own. */
function reportToStarter(report: DaemonReport): void {
  writeSync(REPORT_FD, `${JSON.stringify(report)}\n`);
  closeSync(REPORT_FD);
}

function reportToPerson(report: DaemonReport): void {
  if (report.ready) process.stderr.write('The engine runs.\n');
  else
    process.stderr.write(
      `error[${report.code}]: ${report.message}\n${report.remedy === null ? '' : `hint: ${hintOf(report.remedy)}\n`}`,
    );
}
