import { SyncPayload, SetupPayload } from '../setup/setup-job';
import { ConvergePayload } from '../reconcile/converge-job';
import { ImportPayload } from '../imports/import-job';
import { RemoveHostPayload } from '../hosts/removing';
import { LeavePayload } from '../hosts/leaving';
import { HostPayload } from '../core/jobs/payload';
import { type CommandOutput, HOST_TEXTS, type Host, type HostTexts, type Network, type Vm, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { Core } from '../context';
import { setupAgain, setupHandler } from '../setup/setup-handler';
import { SETUP_JOB } from '../plan/regular/job-kind';
import { runSetupJob, runSyncJob, syncJob } from '../setup/setup-job';
import { presentAttachment } from '../networks/present';
import { unmanagedOf } from '../imports/candidates';
import { askForTakeOver, takeOverHandler } from '../imports/take-over';
import { IMPORT_JOB, TAKE_OVER_JOB, runImport } from '../imports/import-job';
import { importHandler } from '../imports/import-handler';
import { secretOwner } from '../ports/secrets';
import type { HostRow, Repositories } from '../ports/store';
import {
  activateJob,
  addHost,
  beginActivation,
  assertNotBeingRemoved,
  runActivateJob,
  subjectsOf,
} from '../hosts/adding';
import { runConvergeJob } from '../reconcile/converge-job';
import { labelHandler } from '../hosts/labels';
import { beginMaintenance, enterMaintenance, leaveHost } from '../hosts/leaving';
import { presentHost } from '../hosts/present';
import { leftOn, removeJob, runRemoveJob } from '../hosts/removing';
import { ROTATE_JOB, RotatePayload, rotateKeyHandler, runRotateJob } from '../stretch/rotate-key';
import { acceptKey, connectByNewKey, requireUsed, sshHandlers } from './ssh';
import {
  assertForgottenVmsKept,
  assertHostStateAllows,
  assertKeepAllowed,
  ruleO3RemovedHostHoldsNoVms,
  ruleO5HostNameIsUnique,
} from '../hosts/rules';

export function hostHandlers(core: Core) {
  const { os, store, refs, command, actors } = core;
  defineKinds(core);
  const present = (tx: Repositories, host: HostRow): Host => presentHost(tx.hosts.get(host.id) ?? host, actors);
  core.live.present('host', (id) => {
    const row = store.hosts.get(id);
    return row ? presentHost(row, actors) : undefined;
  });
  return {
    list: os.hosts.list.handler(({ input }) => {
      const rows =
        input.cluster === undefined ? store.hosts.list() : store.hosts.ofCluster(refs.cluster(input.cluster).id);
      return rows.map((row) => presentHost(row, actors));
    }),
    show: os.hosts.show.handler(({ input }) => show(core, input.host)),
    add: os.hosts.add.handler(
      command((scope, input) => {
        const host = addHost(scope, input);
        const cluster = scope.refs.cluster(host.clusterId).name;
        const lines = [say('preview.host.add', { host: host.name, kind: host.kind, cluster })];
        const job = activateJob('hosts.add', say('hosts.add', { host: host.name }), host);
        const { secrets } = input;
        if (secrets) requireUsed(host, secrets);
        const committed = secrets ? { committed: () => core.secrets.put(host.id, secretOwner(host.how), secrets) } : {};
        return { output: { host: present(scope.tx, host) }, job, hosts: [host.id], lines, ...committed };
      }),
    ),
    ...sshHandlers(core),
    update: updateHandler(core, present),
    label: os.hosts.label.handler(command((scope, input) => labelHandler(scope, input, present))),
    activate: os.hosts.activate.handler(
      command((scope, input) => {
        const host = scope.refs.host(input.host);
        beginActivation(scope, host);
        const lines = [say('preview.host.activate', { host: host.name })];
        const job = activateJob('hosts.activate', say('hosts.activate', { host: host.name }), host);
        return { output: { host: present(scope.tx, host) }, job, hosts: [host.id], lines };
      }),
    ),
    rotateKey: os.hosts.rotateKey.handler(command((scope, input) => rotateKeyHandler(scope, input, present))),
    maintenance: os.hosts.maintenance.handler(
      command((scope, input) => {
        const host = scope.refs.host(input.host);
        const outcome = beginMaintenance(scope, host, input.stopVms, 'hosts.maintenance');
        return { ...outcome, output: { host: present(scope.tx, host) } };
      }),
    ),
    setupNetworks: os.hosts.setupNetworks.handler(command((scope, input) => setupHandler(scope, input, present))),
    import: os.hosts.import.handler(
      command((scope, input) => {
        const seen = (hostId: string) => actors.find(hostId)?.seen ?? null;
        const { host, ...outcome } = importHandler(scope, store.storeId, input, seen);
        return { ...outcome, output: { ...outcome.output, host: present(scope.tx, host) } };
      }),
    ),
    takeOver: takeOverOf(core, present),
    sync: os.hosts.sync.handler(
      command((scope, input) => {
        const host = scope.refs.host(input.host);
        assertHostStateAllows(host, 'sync');
        const job = syncJob('hosts.sync', say('hosts.sync', { host: host.name }), [host], null, subjectsOf(host));
        const lines = [say('preview.host.sync', { host: host.name })];
        const output = { host: present(scope.tx, host) };
        return { output, lines, hosts: [host.id], setup: 'all', ...(job ? { job } : {}) };
      }),
    ),
    remove: os.hosts.remove.handler(
      command((scope, input) => {
        const host = scope.refs.host(input.host);
        const forced = input.force && host.state === 'non_responsive';
        if (!forced) assertHostStateAllows(host, 'remove');
        assertForgottenVmsKept(input);
        const vms = scope.tx.vms.ofHost(host.id);
        if (!input.forgetVms) ruleO3RemovedHostHoldsNoVms(host, vms);
        assertNotBeingRemoved(scope.tx, host);
        if (host.state !== 'maintenance') enterMaintenance(scope.tx, host, scope.emit);
        const { force, keep, forgetVms } = input;
        assertKeepAllowed(host, keep || forgetVms);
        // A lab need not be started only to be emptied: it is removed as a whole.
        const whole = host.kind === 'lab';
        const job = removeJob('hosts.remove', say('hosts.remove', { host: host.name }), host, {
          vms,
          force,
          whole,
          keep,
          forgetVms,
        });
        const driver = core.actors.find(host.id)?.driver ?? core.actors.driver(host);
        const isLeft = keep || forgetVms;
        const lines = [
          say('preview.host.remove', { host: host.name, keep: isLeft }),
          ...vms.map(({ name }) => say('preview.vm.forget', { vm: name, host: host.name })),
          ...(isLeft ? [say('preview.host.left', { host: host.name, left: leftOn(scope.tx, host, driver) })] : []),
        ];
        return { output: { cleanUp: driver.cleanUp }, job, lines };
      }),
    ),
  };
}

function takeOverOf(core: Core, present: (tx: Repositories, host: HostRow) => Host) {
  return core.os.hosts.takeOver.handler(async (call) => {
    const asked = await askForTakeOver(core, call.input);
    const take = core.command<typeof call.input, TakeOverOutput>((scope, input) => {
      const { host, ...outcome } = takeOverHandler(scope, core, input, asked);
      return { ...outcome, output: { ...outcome.output, host: present(scope.tx, host) } };
    });
    return take(call);
  });
}

function updateHandler(core: Core, present: (tx: Repositories, host: HostRow) => Host) {
  const update = core.command<UpdateInput, UpdateOutput>(
    (scope: Scope, { host: ref, name, fingerprint, ...rest }): Outcome<{ host: Host }> => {
      const host = scope.refs.host(ref);
      const patch = { name: name ?? host.name, ...HOST_TEXTS.given(rest) };
      ruleO5HostNameIsUnique(patch.name, scope.tx.hosts.list(), host.id);
      scope.tx.hosts.update(host.id, patch);
      const message = say('host.updated', { host: patch.name, fingerprint: fingerprint ?? null });
      scope.emit('host.updated', 'normal', message, subjectsOf(host));
      const key = fingerprint === undefined ? {} : connectByNewKey(core, scope, host);
      const lines = [
        say('preview.host.update', { host: host.name }),
        ...(fingerprint === undefined ? [] : [say('preview.host.key', { fingerprint })]),
      ];
      return { output: { host: present(scope.tx, host) }, lines, ...key };
    },
  );
  return core.os.hosts.update.handler(async (call) => {
    const { host: ref, name, fingerprint, place, dryRun } = call.input;
    const host = core.refs.host(ref);
    ruleO5HostNameIsUnique(name ?? host.name, core.store.hosts.list(), host.id);
    if (fingerprint !== undefined && !dryRun) await acceptKey(core, host, fingerprint, place ?? null);
    return update(call);
  });
}

interface UpdateInput extends Partial<HostTexts> {
  readonly host: string;
  readonly name?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly dryRun: boolean;
}

type UpdateOutput = CommandOutput & { readonly host: Host };

type TakeOverOutput = CommandOutput & {
  readonly host: Host;
  readonly from: string;
  readonly vms: Vm[];
  readonly networks: Network[];
};

function defineKinds(core: Core): void {
  core.kinds.define(ROTATE_JOB, RotatePayload, (job) => runRotateJob(core, job));
  core.kinds.define('hosts.add', HostPayload, (job) => runActivateJob(core, job));
  core.kinds.define('hosts.unlock', HostPayload, (job) => runActivateJob(core, job));
  core.kinds.define('hosts.update', HostPayload, (job) => runActivateJob(core, job));
  core.kinds.define('hosts.activate', HostPayload, (job) => runActivateJob(core, job));
  core.kinds.define('hosts.label', ConvergePayload, (job) => runConvergeJob(core, job));
  for (const kind of [IMPORT_JOB, TAKE_OVER_JOB])
    core.kinds.define(kind, ImportPayload, (job) => runImport(core, job), { holdsLocks: true });
  core.kinds.define('hosts.sync', SyncPayload, (job) => runSyncJob(core, job));
  core.kinds.define(SETUP_JOB, SetupPayload, (job) => runSetupJob(core, job), { holdsLocks: true, again: setupAgain });
  core.kinds.define('hosts.remove', RemoveHostPayload, (job) => runRemoveJob(core, job, job.payload, 1));
  core.kinds.define('hosts.maintenance', LeavePayload, async (job) => {
    await leaveHost(core, job);
  });
}

function show({ store, refs, actors }: Core, ref: string) {
  const row = refs.host(ref);
  return {
    host: presentHost(row, actors),
    nics: store.hostNics.ofHost(row.id),
    bonds: store.hostBonds.ofHost(row.id),
    attachments: store.attachments.ofHost(row.id).map((each) => presentAttachment(each, actors)),
    ...unmanagedOf(store, row, actors.find(row.id)?.seen ?? null),
    events: store.events.recent({ limit: 50, hostId: row.id }),
  };
}
