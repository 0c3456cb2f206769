import { resolve } from 'node:path';
import type { Run } from '../spec';
import { writeNew } from './shared';

export const report: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const { name, text } = await client.system.report();
  const file = resolve(input.text('out') ?? name);
  await writeNew(file, text);
  out.answer({ file }, () => {
    out.line(`Written to ${file}. Look through it before you hand it on: names and addresses are in it.`);
  });
};
