import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineConnection } from '../../app/client';
import type { BackupRule } from '../../contract';
import { AppError } from '../../contract/app-error';
import { say } from '../../contract/messages';
import { note } from '../../contract/remedy';
import { shellWord } from '../../contract/shell-word';
import { textOf } from '../../english/text-of';
import { confirm } from '../ask';
import { changing } from '../change';
import type { Context } from '../context';
import { Output } from '../output';
import type { Run } from '../spec';
import { bytes, localTime, words } from '../text/units';
import { fileWithoutEngine, withBackups } from './broken-store';
import { given } from './shared';

export const backup: Run = (context) => {
  const file = context.input.maybeArg('FILE');
  if (file === undefined)
    return changing((client, dryRun) => client.backups.make({ dryRun })).run(context, {
      done: ({ backup: made }) => `The database was backed up to ${made?.path ?? ''} (${bytes(made?.bytes ?? 0)}).`,
    });
  return changing((client, dryRun) => client.system.backup({ path: resolve(file), dryRun })).run(context, {
    done: (output) => `The database was backed up to ${output.path} (${bytes(output.bytes)}).`,
  });
};

export const backupList: Run = async ({ out, engine, home }) => {
  const { client } = await engine().catch((error: unknown) => {
    throw withBackups(error, home);
  });
  out.answer(await client.backups.list(), ({ rule, nextAt, folder, backups }) => {
    out.table(
      backups,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'kind', of: (row) => words(row.kind) },
        { title: 'created', of: (row) => localTime(row.at) },
        { title: 'size', of: (row) => bytes(row.bytes) },
      ],
      'No backups yet.',
    );
    out.line();
    out.line(
      `${ruleWords(rule)}${nextAt === null ? '' : `, the next one ${localTime(nextAt)}`}. They are in ${folder}.`,
    );
  });
};

export const backupVerify: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  out.answer(await client.backups.verify({ backup: input.arg('NAME') }), ({ backup: found, content }) =>
    out.fields([
      ['backup', found.name],
      ['made', localTime(found.at)],
      ['hosts', content.hosts],
      ['networks', content.networks],
      ['vms', content.vms],
      ['form', content.schema],
      ['database', content.storeId],
    ]),
  );
};

export const backupRemove: Run = (context) => {
  const name = context.input.arg('NAME');
  return changing((client, dryRun) => client.backups.remove({ backup: name, dryRun })).run(context, {
    question: `Permanently delete the backup ${name}?`,
    done: () => `The backup ${name} was deleted.`,
  });
};

export const backupPrune: Run = (context) =>
  changing((client, dryRun) => client.backups.prune({ dryRun })).run(context, {
    question: 'Delete the backups that the schedule does not keep?',
    done: ({ removed }) => (removed.length === 0 ? 'There was nothing to delete.' : `Deleted: ${removed.join(', ')}.`),
  });

export const backupRule: Run = async (context) => {
  const { input } = context;
  const [on, off] = [input.flag('on'), input.flag('off')];
  if (on && off) throw new AppError('BAD_INPUT', '--on and --off are mutually exclusive.', { field: 'off' });
  const asked = {
    ...(on || off ? { automatic: on } : {}),
    ...given({ everyHours: input.number('every'), keep: input.number('keep') }),
  };
  if (Object.keys(asked).length === 0) return showRule(context);
  await changing((client, dryRun) => client.backups.setRule({ ...asked, dryRun })).run(context, {
    done: ({ rule }) => `${ruleWords(rule)}.`,
  });
};

/** To look at the schedule is no change: it makes no event, and undo does not stop at it. */
async function showRule({ out, engine }: Context): Promise<void> {
  const { client } = await engine();
  const { rule } = await client.backups.list();
  out.answer({ rule, job: null, preview: null }, () => out.line(`${ruleWords(rule)}.`));
}

const ruleWords = ({ automatic, everyHours, keep }: BackupRule): string =>
  automatic ? `A backup is created every ${everyHours} h, and the newest ${keep} are kept` : 'No automatic backups';

export const restore: Run = async (context) => {
  const asked = context.input.arg('FILE');
  const question = `Replace the database with ${asked}? The current one is kept.`;
  const connect = context.input.flag('connect');
  const connection = await engineUnlessBroken(context);
  if (connection === null) return restoreBroken(context, fileWithoutEngine(context.home, asked), question);
  const path = await pathOf(connection, asked);
  if (connect && asks(context)) await showHosts(connection, path);
  await changing((client, dryRun) => client.system.restore({ path, connect, dryRun })).run(context, {
    question,
    done: (output) => done(output, connect),
  });
  // A restore restarts the engine; the next command must not connect to the old one.
  if (!context.input.flag('dry-run')) await Promise.race([connection.closed, sleep(5_000, undefined, { ref: false })]);
};

/** A file, or, if it does not exist, the name of a backup in the home. */
async function pathOf({ client }: EngineConnection, asked: string): Promise<string> {
  const file = resolve(asked);
  if (existsSync(file) || /[/\\]/.test(asked)) return file;
  const named = (await client.backups.list()).backups.find(({ name }) => name === asked);
  return named?.path ?? file;
}

const asks = ({ input }: Context): boolean => !input.flag('yes') && !input.flag('dry-run');

/** The confirmation first shows which hosts are connected. */
async function showHosts({ client }: EngineConnection, path: string): Promise<void> {
  const { preview } = await client.system.restore({ path, connect: true, dryRun: true });
  // Beside the question, with --json too.
  const beside = new Output(null);
  for (const line of preview?.summary ?? []) beside.note(textOf(line));
}

const done = ({ kept }: { kept: string | null }, connect: boolean): string[] => [
  `The database was restored, and the engine continues with it.${kept === null ? '' : ` To undo: atoll restore ${shellWord(kept)}`}`,
  ...(connect ? [] : ['No host is connected. Activate the hosts that you trust: atoll host activate NAME']),
];

/** Null if the database prevents the engine from starting: then a restore is the solution, not impossible. */
async function engineUnlessBroken(context: Context): Promise<EngineConnection | null> {
  try {
    return await context.engine();
  } catch (error) {
    if (error instanceof AppError && error.code === 'STORE_FAILED') return null;
    throw error;
  }
}

async function restoreBroken({ input, out, home, daemon }: Context, path: string, question: string): Promise<void> {
  if (input.flag('connect'))
    throw new AppError('NOT_SUPPORTED', 'The database cannot be opened, so the hosts of the backup cannot be listed.', {
      field: 'connect',
      remedy: note('Restore without --connect, then activate the hosts: atoll host activate NAME.'),
    });
  if (input.flag('dry-run')) {
    const preview = {
      summary: [say('preview.restore.broken', { path }), say('preview.restore.hold', {})],
      hosts: [],
    };
    return out.answer({ kept: null, job: null, preview }, () =>
      preview.summary.forEach((line) => out.line(textOf(line))),
    );
  }
  await confirm(question, input.flag('yes'));
  const { restoreWithoutEngine } = await import('../../app/start-engine');
  const kept = await restoreWithoutEngine(home, { daemon }, path);
  const said = `The database was restored.${kept === null ? '' : ` The previous one is ${kept}.`} The next command starts the engine on it.`;
  out.answer({ kept, job: null, preview: null }, () => out.line(said));
}
