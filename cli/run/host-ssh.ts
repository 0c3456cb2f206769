import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import { secretsFrom, secretsAsked } from '../secrets';
import type { Run } from '../spec';
import { hostSaid, refreshHost } from './hosts';
import { showChecks } from './doctor';

export const hostCheck: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const answer = await client.hosts.check({ host: input.arg('HOST') });
  out.answer(answer, ({ checks }) => showChecks(out, checks));
};

/** Secrets come from stdin, or are typed without echo; never from the command line, which other users of the computer can read. */
export const hostUnlock: Run = async (context) => {
  const host = context.input.arg('HOST');
  const secrets = (await secretsFrom(context.input)) ?? (await secretsAsked(host));
  if (secrets === null)
    throw new AppError('BAD_INPUT', 'No secret was given.', {
      field: 'password-stdin',
      remedy: note(
        'Give --password-stdin, --passphrase-stdin or --sudo-password-stdin; there is no terminal to ask on.',
      ),
    });
  await changing((client, dryRun) => client.hosts.unlock({ host, secrets, dryRun })).run(context, {
    refresh: refreshHost,
    done: hostSaid,
  });
};
