import type { EndedJob } from '../core/jobs/job-kinds';
import { AppError, type Host, say, type SetupChange, type SetupDraft, note, run } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import { subjectsOf } from '../hosts/adding';
import { assertHostStateAllows } from '../hosts/rules';
import { assertSubjectExists } from '../core/jobs/again';
import { pendingAttachment } from '../networks/attaching';
import type { HostRow, Repositories } from '../ports/store';
import { type SetupRequest, readRequest } from './request';
import { checkSetup } from './rules';
import { SETUP_JOB } from '../plan/regular/job-kind';
import { type SetupPayload, setupJob, setupRows, requestKey, writeSetup } from './setup-job';

/** Bad: a second setup of a host while the first one runs: each is a whole, and they would mix. */
function assertOneSetupAtATime(tx: Repositories, host: HostRow): void {
  const open = tx.jobs
    .inState(['queued', 'running'])
    .some(({ kind, subjects }) => kind === SETUP_JOB && subjects.hostId === host.id);
  if (!open) return;
  throw new AppError('CONFLICT', `The networks of the host "${host.name}" are being set up`, {
    field: 'host',
    remedy: note('Wait for that job to end.'),
  });
}

/** `hosts.setupNetworks`: the desired state is written as a whole, and reverted as a whole if the host refuses it. */
export function setupHandler(
  scope: Scope,
  input: SetupDraft,
  present: (tx: Repositories, host: HostRow) => Host,
): Outcome<{ host: Host }> {
  const { tx, emit } = scope;
  const host = scope.refs.host(input.host);
  assertHostStateAllows(host, 'setupNetworks');
  assertOneSetupAtATime(tx, host);
  const request = readRequest(scope, host, input);
  checkSetup(request);
  const before = setupRows(tx, host.id);
  const rows = request.after
    .filter(({ network }) => !network.isIsolated)
    .map(({ network, nic, ipv4, ipv6 }) => {
      const asked = request.attach.some((each) => each.network.id === network.id);
      const was = before.attachments.find(({ networkId }) => networkId === network.id);
      return { ...(was && !asked ? was : pendingAttachment(network.id, host.id)), nic, ipv4, ipv6 };
    });
  const after = { attachments: rows, bonds: request.bondsAfter };
  writeSetup(tx, host.id, after);
  writeIsolated(tx, host, request);
  const changes = changesOf(request);
  const lines =
    changes.length > 0 ? changes.map((change) => say('preview.host.setup', { change })) : [say('preview.nothing', {})];
  emit('host.networks_set_up', 'normal', say('host.networks_set_up', { host: host.name, changes }), subjectsOf(host));
  return {
    output: { host: present(tx, host) },
    lines,
    job: setupJob(host, { before, after, seconds: input.commitTimeout }),
    hosts: [host.id],
    setup: 'all',
  };
}

/** A retry of a failed setup. Bad: after another setup of something else, which the retry would remove again. */
export function setupAgain({ tx }: Scope, job: EndedJob<SetupPayload>): Outcome<object> {
  const { hostId, before, after, seconds } = job.payload;
  const host = assertSubjectExists(tx.hosts.get(hostId));
  assertHostStateAllows(host, 'setupNetworks');
  assertOneSetupAtATime(tx, host);
  const now = setupRows(tx, hostId);
  if (requestKey(now) !== requestKey(before) && requestKey(now) !== requestKey(after))
    throw new AppError('CONFLICT', `The networks of the host "${host.name}" have since been set up differently`, {
      field: 'job',
      remedy: run('hosts.setupNetworks', { host: host.name }),
    });
  writeSetup(tx, hostId, after);
  return {
    output: {},
    job: setupJob(host, { before: now, after, seconds }),
    hosts: [hostId],
    setup: 'all',
    lines: [say('preview.job.retry', {})],
  };
}

/** A nic-less attachment already follows from the cluster; one that is missing on this host is written again. */
function writeIsolated(tx: Repositories, host: HostRow, { attach }: SetupRequest): void {
  for (const { network } of attach) {
    const key = { networkId: network.id, hostId: host.id };
    if (network.isIsolated && !tx.attachments.get(key)) tx.attachments.upsert(pendingAttachment(network.id, host.id));
  }
}

function changesOf({ attach, detach, bonds, removeBonds }: SetupRequest): SetupChange[] {
  return [
    ...bonds.map(({ name, nics, mode }): SetupChange => ({ what: 'bond', bond: name, nics: [...nics], mode })),
    ...attach.map(({ network, nic }): SetupChange => ({ what: 'attach', network: network.name, nic })),
    ...detach.map(({ name }): SetupChange => ({ what: 'detach', network: name })),
    ...removeBonds.map((bond): SetupChange => ({ what: 'removeBond', bond })),
  ];
}
