import { spawn } from 'node:child_process';
import type { Channel } from '../../hosts/shells/persistent/channel';

/** An sh of this computer as a channel, as a session of an SSH connection would be one. */
export function hereChannel(command: string, sh = 'sh'): Promise<Channel> {
  const child = spawn(sh, ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const close = (): void => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return Promise.resolve({ stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, close });
}
