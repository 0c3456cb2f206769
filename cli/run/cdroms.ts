import { resolve } from 'node:path';
import type { AtollClient } from '../../app/client';
import type { Cdrom } from '../../contract';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { namesOf } from './shared';
import { refreshVm } from './vms';

interface Row extends Cdrom {
  readonly vmId: string;
}

/** The columns of CD drives. */
export const driveColumns = [
  { title: 'drive', of: (row: Cdrom) => row.name },
  { title: 'CD', of: (row: Cdrom) => row.path ?? 'empty' },
];

export const cdromList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const name = input.maybeArg('VM');
  const vms = name === undefined ? await client.vms.list({}) : [await client.vms.show({ vm: name })];
  const rows = vms.flatMap((vm) => vm.cdroms.map((drive): Row => ({ vmId: vm.id, ...drive })));
  const vmName = namesOf(vms);
  out.answer(rows, () =>
    out.table(rows, [{ title: 'vm', of: (row: Row) => vmName(row.vmId) }, ...driveColumns], 'No CD drives.'),
  );
};

/** The drive that is named, or else the VM's only one; cd1 of several. */
const driveIn = ({ input }: Context): string => input.text('drive') ?? 'cd1';

export const cdromAdd: Run = (context) => {
  const { input } = context;
  const iso = input.text('iso');
  return changing((client, dryRun) =>
    client.cdroms.add({ vm: input.arg('VM'), path: iso === undefined ? null : resolve(iso), dryRun }),
  ).run(context, {
    done: ({ vm }) => `CD drive ${vm.cdroms.at(-1)?.name ?? ''} was added to ${vm.name}.`,
  });
};

type Client = Pick<AtollClient, 'cdroms'>;
const change = (context: Context, path: string | null) =>
  changing((client: Client, dryRun) =>
    client.cdroms.change({ vm: context.input.arg('VM'), drive: driveIn(context), path, dryRun }),
  );

export const cdromInsert: Run = (context) => {
  const file = resolve(context.input.arg('FILE'));
  return change(context, file).run(context, {
    refresh: refreshVm,
    done: ({ vm }) => `${file} is in ${driveIn(context)} of ${vm.name}.`,
  });
};

export const cdromEject: Run = (context) =>
  change(context, null).run(context, {
    refresh: refreshVm,
    done: ({ vm }) => `${driveIn(context)} of ${vm.name} is empty.`,
  });

export const cdromRemove: Run = (context) => {
  const { input } = context;
  return changing((client, dryRun) =>
    client.cdroms.remove({ vm: input.arg('VM'), drive: input.arg('DRIVE'), dryRun }),
  ).run(context, {
    done: ({ vm }) => `CD drive ${input.arg('DRIVE')} was removed from ${vm.name}.`,
  });
};
