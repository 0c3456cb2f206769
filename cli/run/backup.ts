import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineConnection } from '../../app/client';
import { AppError } from '../../contract/app-error';
import { confirm } from '../ask';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { bytes } from '../text/units';

export const backup: Run = (context) =>
  changing((client, dryRun) => client.system.backup({ path: resolve(context.input.arg('FILE')), dryRun })).run(
    context,
    {
      done: (output) => `The store was written to ${output.path} (${bytes(output.bytes)}).`,
    },
  );

export const restore: Run = async (context) => {
  const path = resolve(context.input.arg('FILE'));
  const question = `Put ${path} in the place of the store? The present store is kept beside it.`;
  const connection = await engineUnlessBroken(context);
  if (connection === null) return restoreBroken(context, path, question);
  await changing((client, dryRun) => client.system.restore({ path, dryRun })).run(context, { question, done });
  // The engine ends after a restore; the next command must not meet the old one.
  if (!context.input.flag('dry-run')) await Promise.race([connection.closed, sleep(5_000, undefined, { ref: false })]);
};

const done = ({ kept }: { kept: string | null }): string =>
  `The store was restored.${kept === null ? '' : ` The one before is ${kept}.`} The next command starts the engine on it.`;

/** Null when the store is what keeps the engine from starting: then a restore is the way out, not impossible. */
async function engineUnlessBroken(context: Context): Promise<EngineConnection | null> {
  try {
    return await context.engine();
  } catch (error) {
    if (error instanceof AppError && error.code === 'STORE_FAILED') return null;
    throw error;
  }
}

async function restoreBroken({ input, out, home, daemon }: Context, path: string, question: string): Promise<void> {
  if (input.flag('dry-run')) {
    const preview = { summary: [`replace the store, which can not be opened, by ${path}, keeping it`], hosts: [] };
    return out.answer({ kept: null, job: null, preview }, () => preview.summary.forEach((line) => out.line(line)));
  }
  await confirm(question, input.flag('yes'));
  const { restoreWithoutEngine } = await import('../../app/start-engine');
  const kept = await restoreWithoutEngine(home, { daemon }, path);
  out.answer({ kept, job: null, preview: null }, (answer) => out.line(done(answer)));
}
