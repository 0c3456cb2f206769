import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { AppError, shellCommand, note } from '../../contract';
import type { Shell } from '../shell';
import { commandEnvironment } from '../shells/spawn';

/** What is put before a command that needs root, so that it asks nobody on a terminal; empty for root itself. */
export async function wayUp(shell: Shell, argv: readonly string[]): Promise<readonly string[]> {
  if (process.getuid?.() === 0) return [];
  // Only in a graphical session is there an agent that asks for the password in a window.
  const graphical = Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (graphical && isThere('pkexec')) return ['pkexec', '--disable-internal-agent'];
  // Whether sudo lets this very command through without a password (sudo(8): -l with a command).
  if (isThere('sudo') && (await shell.run(['sudo', '-n', '-l', '--', ...argv], { okExits: 'any' })).exit === 0)
    return ['sudo', '-n', '--'];
  throw new AppError('FORBIDDEN', 'This needs root, and Atoll can not become root here without a password', {
    remedy: note(`Type it in a terminal: sudo ${shellCommand(argv)}`),
  });
}

function isThere(command: string): boolean {
  return (commandEnvironment()['PATH'] ?? '').split(':').some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    // Not there, not ours to run, in a folder that we may not enter: all the same here.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
