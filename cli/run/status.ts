import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import type { Run } from '../spec';
import { bytes, duration } from '../text/units';

/** How long to wait for an engine that was asked to stop. */
const END_MS = 30_000;

export const status: Run = async ({ out, home, runningEngine }) => {
  const connection = await runningEngine();
  const engine = connection ? await connection.client.system.status() : null;
  out.answer({ running: engine !== null, home: home.path, engine }, () => {
    if (engine === null) return out.line(`No engine runs in ${home.path}. The next command that needs it starts it.`);
    const { counts } = engine;
    out.fields([
      [
        'engine',
        `Atoll ${engine.version}, process ${engine.pid}, for ${duration(Date.now() - Date.parse(engine.startedAt))}, ${bytes(engine.memoryBytes)}`,
      ],
      ['home', engine.home],
      ['hosts', `${counts.hosts}, ${counts.hostsUp} up`],
      ['networks', `${counts.networks}, ${counts.isolatedNetworks} isolated`],
      ['vms', `${counts.vms}, ${counts.vmsUp} up`],
      ['jobs', `${counts.jobsRunning} running`],
      [
        'browsers',
        `${counts.sessions} signed in, ${counts.windows} ${counts.windows === 1 ? 'window' : 'windows'} open`,
      ],
    ]);
  });
};

export const stop: Run = async ({ out, home, runningEngine }) => {
  const connection = await runningEngine();
  if (connection) {
    const { pid } = connection.info;
    await connection.client.system.stop();
    if (!(await ended(pid))) {
      throw new AppError('ENGINE_GONE', `The engine (process ${pid}) did not stop.`, {
        remedy: note(`Its log is ${home.log}.`),
      });
    }
  }
  out.answer({ stopped: connection !== null }, ({ stopped }) =>
    out.line(stopped ? 'The engine has stopped. Labs and VMs keep running.' : 'No engine runs here.'),
  );
};

/** Waits until the process that has just answered is gone, so that the home is free when `stop` returns. */
async function ended(pid: number): Promise<boolean> {
  for (const begun = performance.now(); performance.now() - begun < END_MS; await sleep(10)) {
    if (!lives(pid)) return true;
  }
  return false;
}

/** A zombie, whose parent has not waited for it yet (a container's first process can take seconds), counts as gone. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // ESRCH: gone. EPERM: the pid now belongs to another process.
    return false;
  }
  if (platform() !== 'linux') return true;
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It ended in between.
    return false;
  }
}
