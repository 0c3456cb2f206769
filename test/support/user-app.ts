import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type EngineConnection, connectEngine } from '../../app/client';
import { type Home, homeAt } from '../../app/home';
import { AppClient } from './app-client';
import { type Program, builtProgram } from './program';
import { StartedApp } from './started-app';

const USER = 'atoll-test';
/** Where scripts/lib/ordinary-user.sh has the checkout. */
const CHECKOUT = '/mnt/checkout';

/** `atoll start` of an ordinary user of this machine, on a home of its own. This process, which is root's, uses its socket. */
export class UserApp extends AppClient {
  private constructor(
    private readonly folder: string,
    private readonly program: Program,
    readonly home: Home,
    private started: StartedApp,
    private connection: EngineConnection,
  ) {
    super();
  }

  static async open(): Promise<UserApp> {
    const program = readable(builtProgram());
    const folder = mkdtempSync(join(tmpdir(), 'atoll-user-'));
    const home = homeAt(join(folder, 'home'));
    asOrdinaryUser('-e', '0');
    execFileSync('chown', [`${USER}:`, folder]);
    const started = await start(program, home);
    return new UserApp(folder, program, home, started, await connected(home));
  }

  get client(): EngineConnection['client'] {
    return this.connection.client;
  }

  /** Signs a browser in, once. */
  get link(): string {
    return this.started.link;
  }

  /** A copy of a file that the user can read; its path. */
  lend(file: string, name: string): string {
    const copy = join(this.folder, name);
    copyFileSync(file, copy);
    execFileSync('chown', [`${USER}:`, copy]);
    return copy;
  }

  /** Ends the engine as Ctrl-C does, or as `kill -9`, and starts another one on the same home. */
  async restart(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    await this.started[how]();
    this.started = await start(this.program, this.home);
    this.connection = await connected(this.home);
  }

  /** Removes every lab of the home, then the home; for the end of a test, however it went. */
  async dispose(): Promise<void> {
    for (const { id } of await this.client.labs.list()) await this.done(this.client.labs.remove({ lab: id }));
    this.connection.close();
    await this.started.stop();
    rmSync(this.folder, { recursive: true, force: true });
    this.program.remove();
  }
}

const UNDER = ['bash', 'scripts/lib/ordinary-user.sh'] as const;

function asOrdinaryUser(...args: string[]): void {
  const [command, ...rest] = UNDER;
  execFileSync(command, [...rest, process.execPath, ...args]);
}

const start = (program: Program, { path }: Home): Promise<StartedApp> =>
  StartedApp.open(program, { home: path, under: UNDER });

/** Native modules come from where the user has the checkout. */
function readable(program: Program): Program {
  const folder = dirname(dirname(program.cli));
  chmodSync(folder, 0o755);
  for (const name of ['node_modules', 'package.json']) {
    rmSync(join(folder, name));
    symlinkSync(join(CHECKOUT, name), join(folder, name));
  }
  return program;
}

async function connected(home: Home): Promise<EngineConnection> {
  const connection = await connectEngine(home);
  if (!connection) throw new Error(`no engine runs in ${home.path}`);
  return connection;
}
