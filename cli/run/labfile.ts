import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { changing } from '../change';
import type { Context } from '../context';
import { readInput } from '../read-input';
import type { Run } from '../spec';
import { given, writeNew } from './shared';
import { textOf } from '../../english/text-of';

/** As in contract/model/labfile.ts, which is not loaded here to keep the start fast. */
const MAX_BYTES = 8 * 1024 * 1024;

/** `atoll export [DATACENTER] [--out FILE]` */
export const exportLab: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const dataCenter = input.maybeArg('DATACENTER');
  const answer = await client.labfile.export(dataCenter === undefined ? {} : { dataCenter });
  const file = input.text('out');
  if (file !== undefined) await writeNew(file, answer.text);
  out.answer({ ...answer, file: file ?? null }, () =>
    file === undefined
      ? out.raw(answer.text)
      : out.line(`The data center ${answer.dataCenter} was written to ${file}.`),
  );
};

/** `atoll apply FILE` */
export const applyLab: Run = async (context) => {
  const content = await readLab(context);
  const folder = await folderOf(context.input.arg('FILE'));
  const allowFiles = context.input.flag('allow-files');
  await changing((client, dryRun) =>
    client.labfile.apply({ text: content, ...given({ folder }), allowFiles, dryRun }),
  ).run(context, { done: ({ plan }) => plan.map(textOf) });
};

/** The real path of a file; input from a pipe has none. */
async function folderOf(file: string): Promise<string | undefined> {
  if (file === '-') return undefined;
  return realpath(file).then(dirname, () => undefined);
}

/** The text of the lab file FILE. */
export const readLab = ({ input }: Pick<Context, 'input'>): Promise<string> =>
  readInput({
    ...{ file: input.arg('FILE'), field: 'FILE', mostBytes: MAX_BYTES },
    hint: 'Give the path of a file that atoll export wrote, or - for standard input.',
    ifTooLarge: 'Split it by data centers.',
  });
