import { z } from 'zod';
import { AppError, type CommandOutput, note, say } from '../../contract';
import type { Core } from '../context';
import type { CallContext } from '../core/ports';
import type { RunningJob } from '../core/jobs/job-kinds';
import type { Remedy } from '../ports/hosts';

/** The minimum interval between reports of output, in milliseconds: each report is a transaction. */
const REPORT_MS = 500;
/** Characters of output that a job keeps. */
const KEPT = 8_000;

export const RemedyPayload = z.strictObject({ check: z.string(), argv: z.array(z.string()).readonly() });
export type RemedyPayload = z.infer<typeof RemedyPayload>;

type Input = { check: string; dryRun: boolean };
type Output = { argv: string[] } & CommandOutput;

/** Doctor checks first (which takes a while, and no transaction); the command comes from it, not from the caller. */
export function remedyHandler({ hosts, command }: Core) {
  return async (call: { input: Input; context: CallContext }): Promise<Output> => {
    const remedy = await hosts.remedy(call.input.check);
    return command<Input, Output>((_scope, { check }) => ({
      output: { argv: [...remedy.argv] },
      lines: [say('preview.remedy.run', { what: remedy.words, argv: [...remedy.argv] })],
      job: {
        kind: 'system.remedy',
        title: say('system.remedy', { check: remedy.title }),
        payload: { check, argv: remedy.argv } satisfies RemedyPayload,
        steps: [{ title: say('step.command', { argv: [...remedy.argv] }) }],
      },
    }))(call);
  };
}

/** Run again after a crash, it finds that all is OK, or repeats the remedy, which every remedy allows. */
export async function runRemedy(core: Core, job: RunningJob<RemedyPayload>): Promise<void> {
  const { check, argv } = job.payload;
  const remedy = await stillMeant(core, check, argv);
  if (remedy === null) return job.skip(1, say('result.nothing_to_fix', {}));
  await job.step(1, async () => {
    const output = (await remedy.run(progressReporter(core, job))).slice(-KEPT);
    return output === '' ? null : say('result.output', { output });
  });
}

/** Null if there is nothing to fix any more. Only the command that was shown is run: a different one needs a new confirmation. */
async function stillMeant({ hosts }: Core, check: string, argv: readonly string[]): Promise<Remedy | null> {
  try {
    const remedy = await hosts.remedy(check);
    if (remedy.argv.join('\0') === argv.join('\0')) return remedy;
  } catch (error) {
    if (error instanceof AppError && error.code === 'STATE_ILLEGAL') return null;
    throw error;
  }
  throw new AppError('CONFLICT', 'The recommended fix has changed in the meantime', {
    remedy: note('Run Doctor again.'),
  });
}

function progressReporter({ clock }: Pick<Core, 'clock'>, job: RunningJob): (line: string) => void {
  let reportedAt = 0;
  return (line) => {
    if (Math.abs(clock.now() - reportedAt) < REPORT_MS || line.trim() === '') return;
    reportedAt = clock.now();
    job.note(1, say('result.output', { output: line.trim().slice(0, 300) }));
  };
}
