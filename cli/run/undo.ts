import type { AtollClient } from '../../app/client';
import { AppError } from '../../contract/app-error';
import { textOf } from '../../english/text-of';
import { changing } from '../change';
import type { Run } from '../spec';
import { localTime } from '../text/units';
import { given, namesOf } from './shared';

export const undo: Run = async (context) => {
  const asked = context.input.maybeArg('EVENT');
  if (context.input.flag('list')) return list(context);
  if (asked !== undefined && !/^\d+$/.test(asked))
    throw new AppError('BAD_INPUT', `An event is given by its number, not ${JSON.stringify(asked)}.`, {
      field: 'EVENT',
    });
  const event = asked === undefined ? undefined : Number(asked);
  return changing((client, dryRun) =>
    client.undo.run({ ...given({ event }), dryRun }).catch(async (error: unknown) => {
      throw event === undefined ? await named(error, client) : error;
    }),
  ).run(context, {
    done: ({ undone }) => `Undone: ${textOf(undone.words)}.`,
  });
};

/** Says which action it is that can't be undone. */
async function named(error: unknown, client: AtollClient): Promise<unknown> {
  if (!(error instanceof AppError) || error.rule !== 'UNDO') return error;
  const { job, event } = await client.undo.last();
  const what = job?.title ?? event?.message;
  if (what === undefined) return error;
  const { code, message, field, rule, remedy } = error;
  return new AppError(code, `${message}: ${textOf(what)}`, { rule, remedy, ...given({ field }) });
}

const list: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.undo.list({}), (offers) =>
    out.table(
      offers,
      [
        { title: 'event', of: (row) => row.event },
        { title: 'when', of: (row) => localTime(row.at) },
        { title: 'by', of: (row) => row.by },
        { title: 'what', of: (row) => textOf(row.words) },
        { title: 'why not', of: (row) => row.refused },
      ],
      'There is nothing to undo.',
    ),
  );
};

export const trashList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  const [rows, hosts] = await Promise.all([client.trash.list(), client.hosts.list({})]);
  const hostName = namesOf(hosts);
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'vm', of: (row) => row.name },
        { title: 'host', of: (row) => hostName(row.hostId) },
        { title: 'removed', of: (row) => localTime(row.removedAt) },
        { title: 'deleted on', of: (row) => localTime(row.goesAt) },
      ],
      'The trash is empty.',
    ),
  );
};

export const trashEmpty: Run = (context) => {
  const days = context.input.number('days');
  return changing((client, dryRun) => client.trash.empty({ ...given({ days }), dryRun })).run(context, {
    question: 'Permanently delete the disks of removed VMs?',
    done: ({ vms }) =>
      vms.length === 0 ? 'There was nothing to delete.' : `Permanently deleted: the disks of ${vms.join(', ')}.`,
  });
};
