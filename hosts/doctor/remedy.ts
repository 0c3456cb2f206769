import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { AppError, type Doctor, shellCommand, note, run } from '../../contract';
import type { Remedy } from '../../engine/ports/hosts';
import type { Shell } from '../shell';
import { commandEnvironment } from '../shells/spawn';
import { escalation } from './privilege';

/** The number of output lines that are kept: the last ones show the result. */
const KEPT_LINES = 200;

/**
 * The remedy of one check as it would run here and now. Commands come only from the checks (constants, and names read from this
 * computer); a caller can only name the check.
 * @throws AppError NOT_FOUND, STATE_ILLEGAL (already OK), NOT_SUPPORTED (no command), FORBIDDEN (no access to root)
 */
export async function remedyOf({ checks }: Doctor, id: string, shell: Shell): Promise<Remedy> {
  const check = checks.find((one) => one.id === id);
  if (!check)
    throw new AppError('NOT_FOUND', `Doctor has no check "${id}"`, {
      field: 'check',
      remedy: run('system.doctor', {}),
    });
  if (check.state === 'ok')
    throw new AppError('STATE_ILLEGAL', `${check.title} is already OK`, {
      field: 'check',
      remedy: note('There is nothing to fix.'),
    });
  const command = check.remedy?.command ?? null;
  if (check.remedy === null || command === null)
    throw new AppError('NOT_SUPPORTED', `No command can fix ${check.title}`, {
      field: 'check',
      remedy: note(check.remedy?.words ?? check.matters),
    });
  const argv = check.remedy.root ? [...(await escalation(shell, command)), ...command] : [...command];
  return { title: check.title, words: check.remedy.words, argv, run: (onLine) => runRemedy(argv, onLine) };
}

/**
 * Runs it to completion without cancellation: a killed package manager leaves a computer in a worse state. It has no stdin. Returns
 * the tail of its output.
 * @throws AppError HOST_COMMAND_FAILED with the tail of its output
 */
async function runRemedy(argv: readonly string[], onLine: (line: string) => void): Promise<string> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    // Ctrl-C in the engine's terminal must not stop it.
    detached: true,
    env: { ...commandEnvironment(), DEBIAN_FRONTEND: 'noninteractive' },
  });
  const said: string[] = [];
  const take = (line: string): void => {
    said.push(line.slice(0, 500));
    if (said.length > KEPT_LINES) said.shift();
    onLine(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', take);
  const [exit, signal] = (await once(child, 'close').catch((cause: unknown) => {
    throw new AppError('HOST_COMMAND_FAILED', `${command} can't be run`, { remedy: note('Is it installed?'), cause });
  })) as [number | null, string | null];
  const output = said.join('\n').trim();
  if (exit === 0) return output;
  const how = signal ?? `exit ${exit}`;
  throw new AppError('HOST_COMMAND_FAILED', `${shellCommand(argv)} failed (${how})${output ? `:\n${output}` : ''}`, {
    remedy: note(
      argv.includes('apt-get')
        ? 'If a package was not found, run sudo apt-get update and try again.'
        : 'See its output for the reason. You can also run it in a terminal.',
    ),
  });
}
