import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { changing } from '../change';
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
  const connection = await context.engine();
  await changing((client, dryRun) => client.system.restore({ path, dryRun })).run(context, {
    question: `Put ${path} in the place of the store? The present store is kept beside it.`,

    done: ({ kept }) =>
      `The store was restored.${kept === null ? '' : ` The one before is ${kept}.`} The next command starts the engine on it.`,
  });
  // The engine ends after a restore; the next command must not meet the old one.
  if (!context.input.flag('dry-run')) await Promise.race([connection.closed, sleep(5_000, undefined, { ref: false })]);
};
