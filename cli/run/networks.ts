import { textOf } from '../../english/text-of';
import { hintOf } from '../../english/remedies';
import type { AtollClient } from '../../app/client';
import type { Network } from '../../contract';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { localTime, verdictWords, words } from '../text/units';
import { showTunnels } from './network-stretch';
import { given, listOf, namesOf, oneOf } from './shared';

export const networkList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [rows, clusters] = await Promise.all([
    client.networks.list({ ...given({ dataCenter: input.text('datacenter'), cluster: input.text('cluster') }) }),
    client.clusters.list({}),
  ]);
  const clusterName = namesOf(clusters);
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'isolated', of: (row) => row.isIsolated },
        { title: 'clusters', of: (row) => row.clusters.map(({ clusterId }) => clusterName(clusterId)).join(', ') },
        { title: 'bridge', of: (row) => row.bridge },
        { title: 'mtu', of: (row) => row.mtu },
        { title: 'guests', of: (row) => row.guestSubnet },
        { title: 'label', of: (row) => row.label },
        { title: 'comment', of: (row) => row.comment },
      ],
      'No networks yet. Create one with: atoll network add NAME --isolated --cluster Default',
    ),
  );
};

/** The gateways of a network; undefined if no VM is between it and the outside. */
function uplinkDescription(vms: readonly string[]): string | undefined {
  if (vms.length === 0) return undefined;
  return `only through ${vms.join(' or ')}, if ${vms.length === 1 ? 'that VM forwards' : 'one of them forwards'}`;
}

export const networkShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [shown, clusters, hosts, splits] = await Promise.all([
    client.networks.show({ network: input.arg('NETWORK') }),
    client.clusters.list({}),
    client.hosts.list({}),
    client.map.apart({ network: input.arg('NETWORK') }),
  ]);
  const [clusterName, hostName] = [namesOf(clusters), namesOf(hosts)];
  const { stretch } = shown.network;
  out.answer(shown, ({ network, attachments, vms, waysOut }) => {
    out.fields([
      ['name', network.name],
      ['isolated', network.isIsolated],
      ['comment', network.comment || undefined],
      ['mtu', network.mtu],
      ['vlan', network.vlan ?? undefined],
      ['label', network.label === null ? undefined : `${network.label}: only on hosts that have it`],
      ['bridge', network.bridge],
      ['guests', network.services?.subnet ?? network.guestSubnet],
      ['names', network.services === null ? undefined : `NAME.${network.services.domain}`],
      [
        'clusters',
        network.clusters
          .map(
            ({ clusterId, required, status }) =>
              `${clusterName(clusterId)} (${required ? 'required, ' : ''}${words(status)})`,
          )
          .join(', '),
      ],
      ['stretched', stretch === null ? undefined : `over ${stretch.hosts.map((id) => hostName(id)).join(', ')}`],
      ['external access', uplinkDescription(waysOut.map(({ name }) => name))],
      ['created', localTime(network.createdAt)],
      ['id', network.id],
    ]);
    out.line();
    out.table(
      attachments,
      [
        { title: 'host', of: (row) => hostName(row.hostId) },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'isolation', of: verdictWords },
        { title: 'checked', of: (row) => row.verdictAt && localTime(row.verdictAt) },
        { title: 'imported', of: (row) => (row.imported ? 'yes' : null) },
        { title: 'message', of: (row) => row.message },
      ],
      'Not on any host.',
    );
    out.line();
    out.table(
      vms,
      [
        { title: 'vm', of: (row) => row.name },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'host', of: (row) => hostName(row.hostId) },
      ],
      'No VMs use it.',
    );
    for (const apart of splits)
      for (const line of [`warning: ${textOf(apart.message)}`, hintOf(apart.remedy)]) out.line(line);
  });
  if (stretch === null || out.asJson) return;
  out.line();
  await showTunnels({ out }, client, shown.network.id);
};

export const networkNote: Run = async (context) => {
  const { input } = context;
  const [network, host] = [input.arg('NETWORK'), input.arg('HOST')];
  const note = input.args('TEXT').join(' ');
  await changing((client, dryRun) => client.map.note({ network, host, note, dryRun })).run(context, {
    done: ({ note: kept }) => (kept.note === '' ? 'The note was removed.' : `Noted on ${network} on ${host}.`),
  });
};

const refresh = async (client: AtollClient, { network }: { network: Network }) => ({
  network: (await client.networks.show({ network: network.id })).network,
});

/** The draft shared by all names of one command. */
function draft({ input }: Context) {
  const over = listOf(input, 'stretch-over');
  return {
    isIsolated: input.flag('isolated'),
    clusters: input.list('cluster'),
    ...(input.flag('services') ? { services: {} } : {}),
    ...(over !== undefined || input.flag('stretch') ? { stretch: given({ hosts: over }) } : {}),
    ...given({
      mtu: input.number('mtu'),
      comment: input.text('comment'),
      dataCenter: input.text('datacenter'),
      vlan: input.number('vlan'),
      label: input.text('label'),
    }),
  };
}

export const networkAdd: Run = (context) => {
  const names = context.input.args('NAME');
  const [only] = names;
  if (only !== undefined && names.length === 1) {
    return changing((client, dryRun) => client.networks.add({ ...draft(context), name: only, dryRun })).run(context, {
      refresh,
      done: ({ network: { name, isIsolated, clusters } }) =>
        `Network ${name} was created${clusters.length === 0 ? '; no cluster has it yet: atoll network attach' : isIsolated ? ' and is on its hosts' : '; set it up on hosts: atoll host setup-networks'}.`,
    });
  }
  return changing((client, dryRun) =>
    client.networks.addMany({ networks: names.map((name) => ({ ...draft(context), name })), dryRun }),
  ).run(context, {
    done: ({ networks }) => `${networks.length} networks were created.`,
  });
};

export const networkUpdate: Run = (context) => {
  oneOf({ label: context.input.text('label'), 'no-label': context.input.flag('no-label') });
  return changing((client, dryRun) =>
    client.networks.update({
      network: context.input.arg('NETWORK'),
      ...given({
        name: context.input.text('name'),
        comment: context.input.text('comment'),
        mtu: context.input.number('mtu'),
        vlan: context.input.number('vlan') === 0 ? null : context.input.number('vlan'),
        label: context.input.flag('no-label') ? null : context.input.text('label'),
      }),
      dryRun,
    }),
  ).run(context, {
    refresh,
    done: ({ network }) => `Network ${network.name} was changed.`,
  });
};

const cluster = ({ input }: Context): string => input.text('cluster') ?? 'Default';

export const networkAttach: Run = (context) =>
  changing((client, dryRun) =>
    client.networks.attach({
      network: context.input.arg('NETWORK'),
      cluster: cluster(context),
      ...(context.input.flag('required') ? { required: true } : {}),
      dryRun,
    }),
  ).run(context, {
    refresh,
    done: ({ network }) => `Network ${network.name} is attached to ${cluster(context)}.`,
  });

export const networkDetach: Run = (context) =>
  changing((client, dryRun) =>
    client.networks.detach({ network: context.input.arg('NETWORK'), cluster: cluster(context), dryRun }),
  ).run(context, {
    refresh,
    done: ({ network }) => `Network ${network.name} is detached from ${cluster(context)}.`,
  });

export const networkSync: Run = (context) =>
  changing((client, dryRun) =>
    client.networks.sync({
      network: context.input.arg('NETWORK'),
      ...given({ host: context.input.text('host') }),
      dryRun,
    }),
  ).run(context, {
    refresh,
    done: ({ network }) => `Network ${network.name} is in sync.`,
  });

export const networkRemove: Run = (context) => {
  const networks = [...context.input.args('NETWORK')];
  const [only] = networks;
  const what = networks.length === 1 ? `network ${only}` : `${networks.length} networks (${networks.join(', ')})`;
  return changing((client, dryRun) =>
    only !== undefined && networks.length === 1
      ? client.networks.remove({ network: only, dryRun })
      : client.networks.removeMany({ networks, dryRun }),
  ).run(context, {
    question: `Remove ${what}?`,

    done: () => (networks.length === 1 ? `Network ${only} was removed.` : `${networks.length} networks were removed.`),
  });
};
