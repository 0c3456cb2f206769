import { textOf } from '../../english/text-of';
import type { AtollClient } from '../../app/client';
import type { Host } from '../../contract';
import { AppError } from '../../contract/app-error';
import { HOST_TEXT_KEYS } from '../../contract/model/text-keys';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import type { Run } from '../spec';
import { shownTexts, textsFrom } from '../texts';
import { bitRate, bytes, localTime, mebibytes, verdictWords, words } from '../text/units';
import { given, namesOf } from './shared';

export const hostList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [rows, clusters] = await Promise.all([
    client.hosts.list({ ...given({ cluster: input.text('cluster') }) }),
    client.clusters.list({}),
  ]);
  const clusterName = namesOf(clusters);
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'kind', of: (row) => row.kind },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'cluster', of: (row) => clusterName(row.clusterId) },
        { title: 'labels', of: (row) => row.labels.join(' ') },
        { title: 'cpus', of: (row) => row.capabilities?.cpus },
        { title: 'memory free', of: (row) => memory(row) },
        { title: 'reason', of: (row) => row.reason && textOf(row.reason) },
      ],
      'No hosts yet. Add one with: atoll host add NAME --lab',
    ),
  );
};

const memory = ({ memoryFreeMiB, capabilities }: Host): string | null =>
  memoryFreeMiB === null || capabilities === null
    ? null
    : `${mebibytes(memoryFreeMiB)} of ${mebibytes(capabilities.memoryMiB)}`;

export const hostShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [shown, networks] = await Promise.all([
    client.hosts.show({ host: input.arg('HOST') }),
    client.networks.list({}),
  ]);
  const networkName = namesOf(networks);
  out.answer(shown, ({ host, attachments, nics, unmanaged, unmanagedVms }) => {
    const { capabilities } = host;
    out.fields([
      ['name', host.name],
      ['kind', host.kind],
      ['state', words(host.state)],
      ['reason', host.reason ? textOf(host.reason) : undefined],
      ...shownTexts(HOST_TEXT_KEYS, host),
      ['labels', host.labels.join(', ') || undefined],
      ['last seen', host.lastSeenAt && localTime(host.lastSeenAt)],
      ['memory free', memory(host)],
      ['cpus', capabilities?.cpus],
      ['kernel', capabilities?.kernel],
      ['rootless', capabilities?.rootless],
      ['hardware acceleration', capabilities?.kvm],
      ['id', host.id],
    ]);
    for (const gap of capabilities?.gaps ?? []) out.line(`gap: ${gap}`);
    out.line();
    out.table(
      attachments,
      [
        { title: 'network', of: (row) => networkName(row.networkId) },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'isolation', of: verdictWords },
        { title: 'message', of: (row) => row.message },
      ],
      'It has no networks.',
    );
    if (nics.length > 0) {
      out.line();
      out.table(
        nics,
        [
          { title: 'nic', of: (row) => row.name },
          { title: 'mac', of: (row) => row.mac },
          { title: 'mtu', of: (row) => row.mtu },
          { title: 'up', of: (row) => row.up },
          { title: 'speed', of: (row) => row.speedMbps && bitRate(row.speedMbps) },
          { title: 'bridge', of: (row) => row.bridge },
        ],
        '',
      );
    }
    if (unmanaged.length > 0) {
      out.line();
      out.table(
        unmanaged,
        [
          { title: 'unmanaged bridge', of: (row) => row.name },
          { title: 'ports', of: (row) => row.ports.join(' ') },
          { title: 'import', of: importWords },
        ],
        '',
      );
    }
    if (unmanagedVms.length > 0) {
      out.line();
      out.table(
        unmanagedVms,
        [
          { title: 'unmanaged vm', of: (row) => row.name },
          { title: 'state', of: (row) => words(row.state) },
          { title: 'memory', of: (row) => mebibytes(row.memoryMiB) },
          { title: 'nics', of: (row) => row.nics.map(({ mac, on }) => `${mac} on ${on}`).join(', ') },
          { title: 'import', of: importWords },
        ],
        '',
      );
    }
  });
};

/** Whether a foreign object can be imported, and as what. */
const importWords = (row: { readonly refused: string | null; readonly isolated?: boolean }): string => {
  if (row.refused !== null) return `no: ${row.refused}`;
  return row.isolated === undefined ? 'possible' : `as ${row.isolated ? 'an isolated' : 'a regular'} network`;
};

export const hostSaid = ({ host }: { host: Host }): string =>
  `Host ${host.name} is ${words(host.state)}${host.reason === null ? '' : `: ${textOf(host.reason)}`}.`;
export const refreshHost = async (client: AtollClient, { host }: { host: Host }) => ({
  host: (await client.hosts.show({ host: host.id })).host,
});

export const hostUpdate: Run = async (context) => {
  const text = context.input.text('fingerprint');
  const key = text === undefined ? null : (await import('./host-keys')).givenKey(text);
  return changing((client, dryRun) =>
    client.hosts.update({
      host: context.input.arg('HOST'),
      ...given({
        name: context.input.text('name'),
        ...textsFrom(HOST_TEXT_KEYS, context.input),
        fingerprint: key?.fingerprint,
        place: key?.place ?? undefined,
      }),
      dryRun,
    }),
  ).run(context, {
    done: ({ host }) => `Host ${host.name} was changed.`,
  });
};

export const hostLabel: Run = (context) => {
  const [add, remove] = [context.input.list('add'), context.input.list('remove')];
  if (add.length + remove.length === 0)
    throw new AppError('BAD_INPUT', 'No label is given.', {
      field: 'add',
      remedy: note('Give --add LABEL or --remove LABEL.'),
    });
  return changing((client, dryRun) =>
    client.hosts.label({ host: context.input.arg('HOST'), add: [...add], remove: [...remove], dryRun }),
  ).run(context, {
    refresh: refreshHost,
    done: ({ host }) =>
      host.labels.length === 0
        ? `Host ${host.name} has no labels.`
        : `Host ${host.name} has ${host.labels.join(', ')}.`,
  });
};

export const hostActivate: Run = (context) =>
  changing((client, dryRun) => client.hosts.activate({ host: context.input.arg('HOST'), dryRun })).run(context, {
    refresh: refreshHost,
    done: hostSaid,
  });

export const hostRotateKey: Run = (context) =>
  changing((client, dryRun) => client.hosts.rotateKey({ host: context.input.arg('HOST'), dryRun })).run(context, {
    refresh: refreshHost,
    done: ({ host }) => `The key of ${host.name} was replaced.`,
  });

export const hostMaintenance: Run = (context) => {
  const host = context.input.arg('HOST');
  const stopVms = context.input.flag('stop-vms');
  return changing((client, dryRun) => client.hosts.maintenance({ host, stopVms, dryRun })).run(context, {
    ...(stopVms ? { question: `Stop all VMs on ${host} and put it into maintenance?` } : {}),
    refresh: refreshHost,
    done: hostSaid,
  });
};

export const hostSync: Run = (context) =>
  changing((client, dryRun) => client.hosts.sync({ host: context.input.arg('HOST'), dryRun })).run(context, {
    refresh: refreshHost,
    done: hostSaid,
  });

export const hostRemove: Run = (context) => {
  const host = context.input.arg('HOST');
  const [force, keep] = [context.input.flag('force'), context.input.flag('keep')];
  const forgetVms = context.input.flag('forget-vms');
  const mayBeLeft = force || keep;
  const left = forgetVms ? 'leave what Atoll created on it, its VMs too' : 'leave what Atoll created on it';
  return changing((client, dryRun) => client.hosts.remove({ host, force, keep, forgetVms, dryRun })).run(context, {
    question: `Remove host ${host}, and ${keep || forgetVms ? left : 'what Atoll created on it'}?`,
    done: ({ cleanUp }) =>
      mayBeLeft && cleanUp !== null
        ? `Host ${host} was removed. To clean it up, run there: ${cleanUp}`
        : `Host ${host} was removed.`,
  });
};

export const labList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.labs.list(), (rows) =>
    out.table(
      rows,
      [
        { title: 'host', of: (row) => row.host },
        { title: 'running', of: (row) => row.running },
        { title: 'rootless', of: (row) => row.rootless },
        { title: 'memory', of: (row) => (row.memoryBytes === null ? null : bytes(row.memoryBytes)) },
        { title: 'disk', of: (row) => bytes(row.diskBytes) },
        { title: 'id', of: (row) => row.id },
      ],
      'There is no lab. Make one with: atoll host add NAME --lab',
    ),
  );
};

export const labStop: Run = (context) => {
  const lab = context.input.arg('LAB');
  return changing((client, dryRun) => client.labs.stop({ lab, stopVms: context.input.flag('stop-vms'), dryRun })).run(
    context,
    {
      question: `End every process of lab ${lab}?`,

      done: () => `Lab ${lab} was stopped.`,
    },
  );
};

export const labRemove: Run = (context) => {
  const lab = context.input.arg('LAB');
  return changing((client, dryRun) => client.labs.remove({ lab, dryRun })).run(context, {
    question: `Remove lab ${lab}, its host, its VMs and their disks?`,

    done: () => `Lab ${lab} was removed.`,
  });
};
