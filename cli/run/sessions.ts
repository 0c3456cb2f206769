import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import type { Run } from '../spec';
import { localTime } from '../text/units';

export const sessionList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.sessions.list(), (sessions) =>
    out.table(
      sessions,
      [
        { title: 'session', of: (row) => row.id },
        { title: 'browser', of: (row) => row.browser },
        { title: 'signed in', of: (row) => localTime(row.openedAt) },
        { title: 'last used', of: (row) => localTime(row.seenAt) },
        { title: 'windows', of: (row) => row.windows },
      ],
      'No browser is signed in.',
    ),
  );
};

export const sessionEnd: Run = (context) => {
  const { input } = context;
  const ids = input.args('SESSION');
  if (input.flag('all') === ids.length > 0)
    throw new AppError('BAD_INPUT', 'Give the ids of sessions, or --all.', {
      field: 'SESSION',
      remedy: note('atoll session list shows them.'),
    });
  return changing(async (client, dryRun) => {
    if (ids.length === 0) return client.sessions.endAll({ dryRun });
    const answers = [];
    for (const session of ids) answers.push(await client.sessions.end({ session, dryRun }));
    const previews = answers.flatMap(({ preview }) => preview?.summary ?? []);
    return {
      ended: answers.flatMap(({ ended }) => ended),
      job: null,
      preview: dryRun ? { summary: previews, hosts: [] } : null,
    };
  }).run(context, {
    done: ({ ended }) =>
      ended.length === 0 ? 'No browser was signed in.' : ended.map(({ browser }) => `${browser} is signed out.`),
  });
};
