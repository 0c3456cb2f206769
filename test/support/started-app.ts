import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually';
import type { Program } from './program';

export interface StartOptions {
  readonly home: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What the command is run by, for example `unshare ...`; it must become the command, not stay beside it. */
  readonly under?: readonly string[];
}

/** `atoll start` as a person has it: a process of its own that is the engine and its browser door. */
export class StartedApp {
  private constructor(
    private readonly child: ChildProcess,
    readonly link: string,
    readonly port: number,
  ) {}

  static async open(program: Program, { home, port, env = {}, under = [] }: StartOptions): Promise<StartedApp> {
    const wanted = port === undefined ? [] : ['--port', String(port)];
    const argv = [process.execPath, program.cli, 'start', '--no-open', '--json', '--home', home, ...wanted];
    const [command = '', ...args] = [...under, ...argv];
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let wrong = '';
    child.stdout.on('data', (bytes) => (said += String(bytes)));
    child.stderr.on('data', (bytes) => (wrong += String(bytes)));
    const answer = await eventually(
      () => `atoll start to print its link; it said ${said}${wrong}`,
      20_000,
      () => (said.trimEnd().endsWith('}') ? (JSON.parse(said) as { port: number; link: string }) : undefined),
    );
    return new StartedApp(child, answer.link, answer.port);
  }

  /** kill -9 of the process, and nothing else. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    await this.end('SIGINT');
  }

  private async end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
