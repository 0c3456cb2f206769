import type { Run } from '../spec';

/** The files of the seed, each under its name. */
export const vmSeed: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const seed = await client.vms.seed({ vm: input.arg('VM') });
  out.answer(seed, () => {
    if (seed === null) return out.line('It has no first-boot data.');
    for (const [name, text] of Object.entries(seed)) {
      out.line(`# ${name}`);
      for (const line of text.trimEnd().split('\n')) out.line(line);
      out.line();
    }
  });
};
