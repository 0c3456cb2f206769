import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuestShell } from './guest-shell';
import type { Program } from './program';
import { eventually } from './eventually';
import { isAlive, kill9 } from './processes';

/** How a command ended. */
export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command was refused: its exit code, and the error that it wrote as JSON on stderr. */
export interface Refused {
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly field?: string;
  readonly rule?: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the command is run by, for example `unshare ...`. */
  readonly under?: readonly string[];
  readonly stdin?: string;
}

/** The command line on a home of its own, as a person has it: each command is a process. */
export class AtollCli {
  readonly home = mkdtempSync(join(tmpdir(), 'atoll-it-'));

  constructor(private readonly program: Program) {}

  /** Runs a command to its end, however it ends. */
  async run(args: readonly string[], { env = {}, under = [], stdin }: RunOptions = {}): Promise<Ended> {
    // Before the noun: after it, the words may end in `--` and data.
    const [command = '', ...rest] = [...under, process.execPath, this.program.cli, '--home', this.home, ...args];
    const child = spawn(command, rest, {
      // On a busy machine the next command may be long in coming.
      env: { ...process.env, ATOLL_GRACE_MS: '30000', ...env },
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdin?.end(stdin);
    const said = { stdout: '', stderr: '' };
    child.stdout?.on('data', (bytes) => (said.stdout += String(bytes)));
    child.stderr?.on('data', (bytes) => (said.stderr += String(bytes)));
    const [exit] = (await once(child, 'close')) as [number | null];
    return { exit: exit ?? 137, ...said };
  }

  /** Runs a command that must succeed. */
  async ok(...args: string[]): Promise<string> {
    const { exit, stdout, stderr } = await this.run(args);
    if (exit !== 0) throw new Error(`atoll ${args.join(' ')} ended with ${exit}: ${stderr || stdout}`);
    return stdout;
  }

  /** The answer of a command that must succeed. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, '--json')) as T;
  }

  /** The error of a command that must be refused, and must say nothing on stdout then. */
  async refusal(...args: string[]): Promise<Refused> {
    const { exit, stdout, stderr } = await this.run(['--json', ...args]);
    if (exit === 0 || stdout !== '') throw new Error(`atoll ${args.join(' ')} ended with ${exit} and said: ${stdout}`);
    const { error } = JSON.parse(stderr) as { error: Omit<Refused, 'exit'> };
    return { exit, ...error };
  }

  /** Opens a VM's serial console by `vm console`, as a pipe. */
  console(vm: string): GuestShell {
    const child = spawn(process.execPath, [this.program.cli, 'vm', 'console', vm, '--home', this.home], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new GuestShell(vm, {
      write: (text) => void child.stdin.write(text),
      onText: (listener) => void child.stdout.on('data', (bytes) => listener(String(bytes))),
      close: () => void child.kill('SIGKILL'),
    });
  }

  /** The process of the engine that runs in this home; null when none does. */
  async enginePid(): Promise<number | null> {
    const { engine } = await this.json<{ engine: { pid: number } | null }>('status');
    return engine?.pid ?? null;
  }

  /** kill -9 of the engine, and nothing else. Resolves when it is gone. */
  async killEngine(): Promise<number> {
    const pid = await this.enginePid();
    if (pid === null) throw new Error('no engine runs');
    kill9(pid);
    await eventually('the engine to be gone', 20_000, () => (isAlive(pid) ? undefined : true));
    return pid;
  }

  /** Ends all that this home still runs and removes it; for the end of a test, however it went. */
  async dispose(): Promise<void> {
    for (const { id } of await this.json<Array<{ id: string }>>('lab', 'list'))
      await this.ok('lab', 'remove', id, '--yes');
    await this.ok('stop');
    rmSync(this.home, { recursive: true, force: true });
  }
}
