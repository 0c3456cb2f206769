import { spawn } from 'node:child_process';
import { AppError } from '../../../contract';
import type { Channel } from '../persistent/channel';
import { commandEnvironment } from '../spawn';

/** Starts a program of this computer as a channel, like a session of an SSH connection. */
export async function hereChannel(argv: readonly string[]): Promise<Channel> {
  const [command = '', ...args] = argv;
  // A separate session: Ctrl-C in the engine's terminal must not stop it, and nothing in it may prompt on that terminal.
  const child = spawn(command, args, { stdio: 'pipe', detached: true, cwd: '/', env: commandEnvironment() });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new AppError('HOST_UNREACHABLE', `${command} cannot be run`, { cause })));
  });
  const close = (): void => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, close };
}
