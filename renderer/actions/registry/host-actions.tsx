import { linkOptions } from '@tanstack/react-router';
import type { Cluster, Host, HostAction } from '../../../contract';
import { client } from '../../api/client';
import { MaintenanceDialog, RemoveHostDialog } from '../host-dialogs';
import { text as shared } from '../text';
import { UnlockDialog } from '../unlock-dialog';
import { whyNotHost, whyNotRemoveHost } from '../why';
import { type Action, always, confirms, inBar, inMenu, inSearch, leads, runs } from './action';
import { text } from './text';

type Tab = 'networks' | 'snapshots';
const page = (host: Host) => linkOptions({ to: '/hosts/$id', params: { id: host.id } });
const tab = (name: Tab) => (host: Host) =>
  linkOptions({ to: '/hosts/$id', params: { id: host.id }, search: { tab: name } });
const dialog = (name: string, on?: Tab) => (host: Host) =>
  linkOptions({ to: '/hosts/$id', params: { id: host.id }, search: { tab: on, do: name } });
const allowed = (action: HostAction) => (host: Host) => whyNotHost(host.state, action);
const whyNotLab = ({ kind }: Host): string | null => (kind === 'lab' ? null : text.onlyLabs);

/** All actions for a host, most common first. */
export const HOST_ACTIONS: readonly Action<Host>[] = [
  leads(['host', 'show'], text.host.show, page),
  {
    id: 'activate',
    command: ['host', 'activate'],
    label: text.host.activate,
    icon: null,
    shortcut: null,
    danger: false,
    place: (host) => (allowed('activate')(host) === null ? 'primary' : 'search'),
    whyNot: allowed('activate'),
    ...runs((host) => client.hosts.activate({ host: host.id })),
  },
  {
    id: 'sync',
    command: ['host', 'sync'],
    label: text.host.sync,
    icon: null,
    shortcut: null,
    danger: false,
    place: inBar,
    whyNot: allowed('sync'),
    ...runs((host) => client.hosts.sync({ host: host.id })),
  },
  {
    id: 'rotateKey',
    command: ['host', 'rotate-key'],
    label: text.host.rotateKey,
    icon: null,
    shortcut: null,
    danger: false,
    place: inSearch,
    whyNot: allowed('sync'),
    ...confirms(text.rotateKeyMeans, (host, dryRun) => client.hosts.rotateKey({ host: host.id, dryRun }), false),
  },
  {
    id: 'maintenance',
    command: ['host', 'maintenance'],
    label: text.host.maintenance,
    icon: null,
    shortcut: null,
    danger: false,
    place: (host) => (allowed('activate')(host) === null ? 'menu' : 'bar'),
    whyNot: allowed('maintenance'),
    effect: {
      kind: 'dialog',
      names: ['maintenance'],
      to: dialog('maintenance'),
      render: (host, { onClose }) => <MaintenanceDialog host={host} onClose={onClose} />,
    },
    bulk: {
      words: shared.maintenanceMeans,
      choose: null,
      call: (host) => client.hosts.maintenance({ host: host.id }),
    },
  },
  {
    id: 'update',
    command: ['host', 'update'],
    label: text.host.update,
    icon: null,
    shortcut: 'e',
    danger: false,
    place: inBar,
    whyNot: always,
    effect: { kind: 'go', to: dialog('edit') },
    bulk: null,
  },
  {
    id: 'unlock',
    command: ['host', 'unlock'],
    label: text.host.unlock,
    icon: null,
    shortcut: null,
    danger: false,
    place: ({ kind }) => (kind === 'ssh' || kind === 'local' ? 'menu' : 'search'),
    whyNot: always,
    effect: {
      kind: 'dialog',
      names: ['unlock'],
      to: dialog('unlock'),
      render: (host, { onClose }) => <UnlockDialog host={host} onClose={onClose} />,
    },
    bulk: null,
  },
  {
    id: 'remove',
    command: ['host', 'remove'],
    label: text.host.remove,
    icon: null,
    shortcut: null,
    danger: true,
    place: inMenu,
    whyNot: ({ state }) => whyNotRemoveHost(state),
    effect: {
      kind: 'dialog',
      // `forget`: the host is permanently gone, with its VMs.
      names: ['remove', 'forget'],
      to: dialog('remove'),
      render: (host, { name, onClose, onRemoved }) => (
        <RemoveHostDialog host={host} isGone={name === 'forget'} onDone={onRemoved} onClose={onClose} />
      ),
    },
    bulk: { words: shared.removeHostMeans, choose: null, call: (host) => client.hosts.remove({ host: host.id }) },
  },
  {
    ...leads(
      ['host', 'setup-networks'],
      text.host.setupNetworks,
      dialog('setup', 'networks'),
      allowed('setupNetworks'),
    ),
    id: 'setupNetworks',
  },
  leads(['host', 'import'], text.host.import, page, allowed('import')),
  leads(['host', 'take-over'], text.host.takeOver, page, allowed('takeOver')),
  leads(['host', 'nics'], text.host.nics, page),
  leads(['host', 'label'], text.host.label, page),
  leads(['host', 'check'], text.host.check, page),
  leads(['snapshot', 'list'], text.host.snapshots, tab('snapshots')),
  leads(['lab', 'clone'], text.lab.clone, tab('snapshots')),
  leads(['lab', 'reset'], text.lab.reset, tab('snapshots')),
  {
    id: 'enableUplink',
    command: ['outside', 'enable'],
    label: text.outside.enable,
    icon: null,
    shortcut: null,
    danger: false,
    place: inSearch,
    whyNot: whyNotLab,
    ...runs((host) => client.outside.enable({ host: host.id })),
    bulk: null,
  },
  {
    id: 'disableUplink',
    command: ['outside', 'disable'],
    label: text.outside.disable,
    icon: null,
    shortcut: null,
    danger: true,
    place: inSearch,
    whyNot: whyNotLab,
    ...confirms(text.disableOutsideMeans, (host, dryRun) => client.outside.disable({ host: host.id, dryRun }), false),
    bulk: null,
  },
];

/** The dialog that forgets a host that is permanently gone, with its VMs. */
export const forgetHostAt = dialog('forget');

export const CLUSTER_ACTIONS: readonly Action<Cluster>[] = [
  {
    id: 'sync',
    command: ['cluster', 'sync'],
    label: text.cluster.sync,
    icon: null,
    shortcut: null,
    danger: false,
    place: inSearch,
    whyNot: always,
    ...runs((cluster) => client.clusters.sync({ cluster: cluster.id })),
  },
];
