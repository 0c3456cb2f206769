import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { AppError, shellCommand, note } from '../../contract';
import type { Shell } from '../shell';
import { commandEnvironment } from '../shells/spawn';

/** The command prefix that gives root without a terminal prompt; empty if already root. */
export async function escalation(shell: Shell, argv: readonly string[]): Promise<readonly string[]> {
  if (process.getuid?.() === 0) return [];
  // Only a graphical session has an agent that asks for the password in a window.
  const graphical = Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (graphical && isThere('pkexec')) return ['pkexec', '--disable-internal-agent'];
  // Whether sudo allows this exact command without a password (sudo(8): -l with a command).
  if (isThere('sudo') && (await shell.run(['sudo', '-n', '-l', '--', ...argv], { okExits: 'any' })).exit === 0)
    return ['sudo', '-n', '--'];
  throw new AppError('FORBIDDEN', "This requires root, and Atoll can't become root here without a password", {
    remedy: note(`Run in a terminal: sudo ${shellCommand(argv)}`),
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
    // Missing, not executable, in an inaccessible folder: all the same here.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
