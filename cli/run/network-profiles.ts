import type { VnicProfile } from '../../contract';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';

const of = ({ input }: Context) => ({ network: input.arg('NETWORK'), profile: input.arg('PROFILE') });

export const profileList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const rows = await client.networks.profiles({ network: input.arg('NETWORK') });
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'name', of: (row: VnicProfile) => row.name },
        { title: 'id', of: (row: VnicProfile) => row.id },
      ],
      'No vNIC profiles.',
    ),
  );
};

export const profileAdd: Run = (context) => {
  const { network, profile: name } = of(context);
  return changing((client, dryRun) => client.networks.addProfile({ network, name, dryRun })).run(context, {
    done: () => `vNIC profile ${name} of ${network} was created.`,
  });
};

export const profileRename: Run = (context) => {
  const target = of(context);
  const name = context.input.arg('NAME');
  return changing((client, dryRun) => client.networks.renameProfile({ ...target, name, dryRun })).run(context, {
    done: () => `vNIC profile ${target.profile} of ${target.network} was renamed to ${name}.`,
  });
};

export const profileRemove: Run = (context) => {
  const target = of(context);
  return changing((client, dryRun) => client.networks.removeProfile({ ...target, dryRun })).run(context, {
    question: `Remove the vNIC profile ${target.profile} of ${target.network}?`,
    done: () => `vNIC profile ${target.profile} of ${target.network} was removed.`,
  });
};
