import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Doctor, DoctorCheck } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { shellCommand } from '../../contract/shell-word';
import { confirm } from '../ask';
import type { Context } from '../context';
import type { Output } from '../output';
import type { Run } from '../spec';

const MARK: Record<DoctorCheck['state'], string> = { ok: 'ok', warning: 'warning', missing: 'MISSING' };

export const doctor: Run = async (context) => {
  const { input, out, engine } = context;
  const { client } = await engine();
  const found = await client.system.doctor();
  if (!input.flag('fix')) return out.answer(found, () => report(out, found));
  if (!out.asJson) report(out, found);
  await fix(context, found);
  out.answer(await client.system.doctor(), (now) => report(out, now));
};

function report(out: Output, { checks, canRunLab, canRunVms, accelerated }: Doctor): void {
  showChecks(out, checks);
  out.line();
  out.line(
    `Labs ${canRunLab ? 'run' : 'do not run'} here, VMs ${canRunVms ? (accelerated ? 'run, with hardware acceleration' : 'run, without hardware acceleration') : 'do not run'}.`,
  );
}

/** A table of the findings, and below it each gap with its remedy. */
export function showChecks(out: Output, checks: readonly DoctorCheck[]): void {
  out.table(
    checks,
    [
      { title: 'check', of: (check) => check.title },
      { title: 'state', of: (check) => MARK[check.state] },
      { title: 'found', of: (check) => check.found },
    ],
    'Nothing was checked.',
  );
  for (const check of checks.filter(({ state }) => state !== 'ok')) {
    out.line();
    out.line(`${check.title}: ${check.matters}`);
    if (check.remedy) out.line(`  remedy: ${check.remedy.words}`);
    if (check.remedy?.command) out.line(`  ${shellCommand(command(check.remedy.command, check.remedy.root))}`);
  }
}

const command = (argv: readonly string[], root: boolean): string[] =>
  root && process.getuid?.() !== 0 ? ['sudo', ...argv] : [...argv];

/** Runs each remedy once, in the order of the checks; a failing remedy stops the rest. */
async function fix({ input, out }: Context, { checks }: Doctor): Promise<void> {
  const commands = new Map<string, string[]>();
  for (const { state, remedy } of checks) {
    if (state === 'ok' || !remedy?.command) continue;
    const argv = command(remedy.command, remedy.root);
    commands.set(argv.join('\0'), argv);
  }
  if (commands.size === 0) return out.note('There is nothing that Atoll could fix by a command.');
  for (const argv of commands.values()) {
    const shown = shellCommand(argv);
    await confirm(`Run ${shown}?`, input.flag('yes'));
    out.note(`running ${shown}`);
    await run(argv, shown);
  }
}

async function run(argv: readonly string[], shown: string): Promise<void> {
  const [program = '', ...args] = argv;
  // The remedy's own output goes to stderr: stdout is for the answer.
  const child = spawn(program, args, { stdio: ['inherit', 2, 2] });
  const [exit] = (await Promise.race([
    once(child, 'exit'),
    once(child, 'error').then(([cause]) => {
      throw new AppError('HOST_COMMAND_FAILED', `Can't run ${program}.`, {
        remedy: note(`As root: ${shown}`),
        cause,
      });
    }),
  ])) as [number | null];
  if (exit !== 0)
    throw new AppError('HOST_COMMAND_FAILED', `${shown} ended with ${exit ?? 'a signal'}.`, {
      remedy: note('Its output above says why.'),
    });
}
