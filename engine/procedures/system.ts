import { RemedyPayload } from '../system/remedy';
import { type Actor, AppError, CONTRACT_VERSION, type Preview, say, note, run, type PreviewLine } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import { hostLines } from '../hosts/restored';
import { makeReport } from '../system/report';
import { status } from '../system/status';
import { remedyHandler, runRemedy } from '../system/remedy';

export function systemHandlers(core: Core) {
  core.kinds.define('system.remedy', RemedyPayload, (job) => runRemedy(core, job));
  const { os, store, info, hosts, lifecycle } = core;
  return {
    version: os.system.version.handler(() => ({
      version: info.version,
      contract: CONTRACT_VERSION,
      node: info.node,
      storeSchema: store.schemaVersion,
    })),
    status: os.system.status.handler(() => status(core)),
    doctor: os.system.doctor.handler(() => hosts.doctor()),
    remedy: os.system.remedy.handler(remedyHandler(core)),
    report: os.system.report.handler(() => makeReport(core)),
    link: os.system.link.handler(({ input, context }) => {
      if (context.actor.door !== 'cli')
        throw new AppError('FORBIDDEN', 'Only the command line creates links that let a browser in', {
          remedy: run('app.start', {}, 'Use a terminal.'),
        });
      return { link: lifecycle.link(), page: input.page ? lifecycle.page() : null };
    }),
    stop: os.system.stop.handler(() => {
      lifecycle.stop();
      return { stopping: true };
    }),
    backup: os.system.backup.handler(async ({ input, context }) => {
      if (input.dryRun) {
        return { path: input.path, bytes: 0, ...preview(say('preview.backup.make', { path: input.path })) };
      }
      const bytes = await store.backup(input.path);
      reportBackup(core, input.path, context.actor);
      return { path: input.path, bytes, job: null, preview: null };
    }),
    restore: os.system.restore.handler(async ({ input, context }) => {
      if (input.dryRun) return { kept: null, job: null, preview: await previewRestore(core, input) };
      // Jobs would continue on a database that is being replaced.
      if (core.jobs.busy) throw jobsRun();
      const { kept } = await lifecycle.restore({
        from: input.path,
        by: context.actor,
        connect: input.connect,
      });
      return { kept, job: null, preview: null };
    }),
  };
}

const preview = (line: PreviewLine): { job: null; preview: Preview } => ({
  job: null,
  preview: { summary: [line], hosts: [] },
});

/** Shows the content of the backup, so that nobody restores the wrong one. Refuses like the restore itself. */
async function previewRestore(
  core: Core,
  { path, connect }: { readonly path: string; readonly connect: boolean },
): Promise<Preview> {
  const { content, hosts: all } = await core.backups.inspect(path);
  const { storeId, hosts, networks, vms } = content;
  if (core.jobs.busy) throw jobsRun();
  return {
    summary: [
      say('preview.restore.content', { path, hosts, networks, vms }),
      say('preview.restore.keep', {}),
      say('preview.restore.jobs', {}),
      say(storeId === core.store.storeId ? 'preview.restore.start' : 'preview.restore.other_store', {}),
      ...(await hostLines(core, all, connect)),
    ],
    hosts: [],
  };
}

const jobsRun = (): AppError =>
  new AppError('STATE_ILLEGAL', 'Jobs are running', { remedy: note('Wait for them or cancel them, then restore.') });

function reportBackup({ store, clock }: Core, path: string, by: Actor): void {
  const at = instant(clock.now());
  store.transaction((tx) => emitter(tx, by, at)('store.backed_up', 'normal', say('store.backed_up', { path })));
}
