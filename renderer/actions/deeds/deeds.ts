import { linkOptions, type LinkOptions } from '@tanstack/react-router';
import type { Cluster, Host, Network, Vm } from '../../../contract';
import { whyNoScreen } from '../../../contract';
import { text as shared } from '../text';
import { whyNotHost, whyNotRemoveHost, whyNotVm } from '../why';
import { client } from '../../api/client';
import type { CommandResult } from '../../api/command-result';
import { text } from './text';

/** What happens when something is chosen: a place to go to, a command, or a command that is confirmed first. */
export type Act =
  | { readonly kind: 'go'; readonly to: LinkOptions }
  | { readonly kind: 'run'; readonly call: () => Promise<CommandResult> }
  | {
      readonly kind: 'ask';
      readonly words: string;
      /** What the button of the question says. */
      readonly submit: string;
      readonly call: (dryRun: boolean) => Promise<CommandResult>;
    };

interface Kinds {
  readonly vm: Vm;
  readonly network: Network;
  readonly host: Host;
  readonly cluster: Cluster;
}
export type ObjectKind = keyof Kinds;

/** An action on one kind of object, by the CLI's words: the noun is the object's own, or that of a part of it. */
export interface Deed<K extends ObjectKind = ObjectKind> {
  readonly noun: string;
  readonly verb: string;
  /** What it is called, with an object's name. */
  readonly label: (name: string) => string;
  why(object: Kinds[K]): string | null;
  act(object: Kinds[K]): Act;
}

const go = (to: LinkOptions): Act => ({ kind: 'go', to });
const none = (): null => null;

const vmPage = (vm: Vm, what?: string): Act =>
  go(linkOptions({ to: '/vms/$id', params: { id: vm.id }, search: { do: what } }));
const networkPage = (network: Network, what?: string): Act =>
  go(linkOptions({ to: '/networks/$id', params: { id: network.id }, search: { do: what } }));
export const hostPage = (host: Host, tab?: 'networks' | 'snapshots', what?: string): Act =>
  go(linkOptions({ to: '/hosts/$id', params: { id: host.id }, search: { tab, do: what } }));

const LIFE = ['start', 'shutdown', 'reboot', 'suspend', 'resume'] as const;

const VM_DEEDS: readonly Deed<'vm'>[] = [
  {
    noun: 'vm',
    verb: 'show',
    label: text.vm.show,
    why: none,
    act: (vm) => go(linkOptions({ to: '/vms/$id', params: { id: vm.id } })),
  },
  ...LIFE.map((verb): Deed<'vm'> => ({
    noun: 'vm',
    verb,
    label: text.vm[verb],
    why: (vm) => whyNotVm(vm, verb),
    act: (vm) => ({ kind: 'run', call: () => client.vms[verb]({ vm: vm.id }) }),
  })),
  {
    noun: 'vm',
    verb: 'console',
    label: text.vm.console,
    why: (vm) => whyNotVm(vm, 'console'),
    act: (vm) => go(linkOptions({ to: '/vms/$id/console', params: { id: vm.id } })),
  },
  {
    noun: 'vm',
    verb: 'screen',
    label: text.vm.screen,
    why: (vm) => whyNoScreen(vm.boot) ?? whyNotVm(vm, 'screen'),
    act: (vm) => go(linkOptions({ to: '/vms/$id/screen', params: { id: vm.id } })),
  },
  {
    noun: 'vm',
    verb: 'update',
    label: text.vm.update,
    why: (vm) => whyNotVm(vm, 'update'),
    act: (vm) => vmPage(vm, 'edit'),
  },
  ...(['move', 'placement'] as const).map((verb): Deed<'vm'> => ({
    noun: 'vm',
    verb,
    label: text.vmPages[verb],
    why: none,
    act: (vm) => vmPage(vm, 'move'),
  })),
  {
    noun: 'vnic',
    verb: 'add',
    label: text.addVnic,
    why: (vm) => whyNotVm(vm, 'editVnics'),
    act: (vm) => vmPage(vm, 'plug'),
  },
  ...(['list', 'plug', 'unplug', 'link', 'move', 'remove'] as const).map((verb): Deed<'vm'> => ({
    noun: 'vnic',
    verb,
    label: text.vnicsOf[verb],
    why: none,
    act: (vm) => vmPage(vm),
  })),
  { noun: 'forward', verb: 'add', label: text.addForward, why: none, act: (vm) => vmPage(vm, 'forward') },
  ...(['list', 'show', 'add', 'revert', 'remove'] as const).map((verb): Deed<'vm'> => ({
    noun: 'snapshot',
    verb,
    label: text.snapshotsOf[verb],
    why: none,
    act: (vm) => vmPage(vm),
  })),
  ...(['list', 'remove'] as const).map((verb): Deed<'vm'> => ({
    noun: 'forward',
    verb,
    label: text.forwardsOf[verb],
    why: none,
    act: (vm) => vmPage(vm),
  })),
  ...(['stop', 'reset', 'remove', 'forget'] as const).map((verb): Deed<'vm'> => ({
    noun: 'vm',
    verb,
    label: text.vm[verb],
    why: (vm) => whyNotVm(vm, verb),
    act: (vm) => ({
      kind: 'ask',
      words: shared.vmHard[verb],
      submit: verb === 'stop' ? shared.stopAtOnce : shared[verb],
      call: (dryRun) => client.vms[verb]({ vm: vm.id, dryRun }),
    }),
  })),
];

const NETWORK_DEEDS: readonly Deed<'network'>[] = [
  {
    noun: 'network',
    verb: 'show',
    label: text.network.show,
    why: none,
    act: (network) => go(linkOptions({ to: '/networks/$id', params: { id: network.id } })),
  },
  ...(['check', 'certificate'] as const).map((verb): Deed<'network'> => ({
    noun: 'network',
    verb,
    label: text.network[verb],
    why: (network) => (network.isIsolated ? null : text.notIsolated),
    act: (network) =>
      go(linkOptions({ to: '/networks/$id', params: { id: network.id }, search: { tab: 'isolation' } })),
  })),
  {
    noun: 'network',
    verb: 'update',
    label: text.network.update,
    why: none,
    act: (network) => networkPage(network, 'edit'),
  },
  {
    noun: 'network',
    verb: 'place-together',
    label: text.placeTogether,
    why: none,
    act: (network) => networkPage(network, 'together'),
  },
  ...(['attach', 'detach'] as const).map((verb): Deed<'network'> => ({
    noun: 'network',
    verb,
    label: text.network[verb],
    why: none,
    act: (network) => networkPage(network),
  })),
  {
    noun: 'network',
    verb: 'sync',
    label: text.network.sync,
    why: none,
    act: (network) => ({ kind: 'run', call: () => client.networks.sync({ network: network.id }) }),
  },
  {
    noun: 'network',
    verb: 'remove',
    label: text.network.remove,
    why: none,
    act: (network) => ({
      kind: 'ask',
      words: text.removeNetwork,
      submit: shared.remove,
      call: (dryRun) => client.networks.remove({ network: network.id, dryRun }),
    }),
  },
];

const HOST_DEEDS: readonly Deed<'host'>[] = [
  {
    noun: 'host',
    verb: 'show',
    label: text.host.show,
    why: none,
    act: (host) => go(linkOptions({ to: '/hosts/$id', params: { id: host.id } })),
  },
  {
    noun: 'snapshot',
    verb: 'list',
    label: text.hostSnapshots,
    why: none,
    act: (host) => go(linkOptions({ to: '/hosts/$id', params: { id: host.id }, search: { tab: 'snapshots' } })),
  },
  ...(['activate', 'sync'] as const).map((verb): Deed<'host'> => ({
    noun: 'host',
    verb,
    label: text.host[verb],
    why: (host) => whyNotHost(host.state, verb),
    act: (host) => ({ kind: 'run', call: () => client.hosts[verb]({ host: host.id }) }),
  })),
  {
    noun: 'host',
    verb: 'maintenance',
    label: text.host.maintenance,
    why: (host) => whyNotHost(host.state, 'maintenance'),
    act: (host) => ({
      kind: 'ask',
      words: shared.maintenanceMeans,
      submit: shared.maintenance,
      call: (dryRun) => client.hosts.maintenance({ host: host.id, dryRun }),
    }),
  },
  {
    noun: 'host',
    verb: 'setup-networks',
    label: text.setupNetworks,
    why: (host) => whyNotHost(host.state, 'setupNetworks'),
    act: (host) => hostPage(host, 'networks', 'setup'),
  },
  {
    noun: 'host',
    verb: 'import',
    label: text.importFrom,
    why: (host) => whyNotHost(host.state, 'import'),
    act: (host) => hostPage(host),
  },
  ...(['nics', 'update', 'label', 'unlock', 'check'] as const).map((verb): Deed<'host'> => ({
    noun: 'host',
    verb,
    label: text.hostPages[verb],
    why: none,
    act: (host) => hostPage(host, undefined, verb === 'unlock' ? 'unlock' : undefined),
  })),
  {
    noun: 'host',
    verb: 'remove',
    label: text.host.remove,
    why: (host) => whyNotRemoveHost(host.state),
    act: (host) => hostPage(host, undefined, 'remove'),
  },
  ...(['clone', 'reset'] as const).map((verb): Deed<'host'> => ({
    noun: 'lab',
    verb,
    label: text.labCare[verb],
    why: none,
    act: (host) => hostPage(host, 'snapshots'),
  })),
  {
    noun: 'outside',
    verb: 'enable',
    label: text.enableOutside,
    why: (host) => (host.kind === 'lab' ? null : text.onlyLabs),
    act: (host) => ({ kind: 'run', call: () => client.outside.enable({ host: host.id }) }),
  },
  {
    noun: 'outside',
    verb: 'disable',
    label: text.disableOutside,
    why: (host) => (host.kind === 'lab' ? null : text.onlyLabs),
    act: (host) => ({
      kind: 'ask',
      words: text.disableOutsideMeans,
      submit: text.disable,
      call: (dryRun) => client.outside.disable({ host: host.id, dryRun }),
    }),
  },
];

const CLUSTER_DEEDS: readonly Deed<'cluster'>[] = [
  {
    noun: 'cluster',
    verb: 'sync',
    label: text.syncCluster,
    why: none,
    act: (cluster) => ({ kind: 'run', call: () => client.clusters.sync({ cluster: cluster.id }) }),
  },
];

export const DEEDS = { vm: VM_DEEDS, network: NETWORK_DEEDS, host: HOST_DEEDS, cluster: CLUSTER_DEEDS } as const;

/** What needs no object. */
export interface Plain {
  readonly command: string;
  readonly label: string;
  readonly act: Act;
}

const NEW = { search: { new: true } } as const;
export const PLAIN: readonly Plain[] = [
  { command: 'network add', label: text.newNetwork, act: go(linkOptions({ to: '/networks', ...NEW })) },
  { command: 'vm add', label: text.newVm, act: go(linkOptions({ to: '/vms', ...NEW })) },
  { command: 'host add', label: text.addHost, act: go(linkOptions({ to: '/hosts', ...NEW })) },
  { command: 'undo', label: text.undo, act: { kind: 'run', call: () => client.undo.run({}) } },
  { command: 'map', label: text.map, act: go(linkOptions({ to: '/' })) },
  { command: 'network list', label: text.networks, act: go(linkOptions({ to: '/networks' })) },
  { command: 'vm list', label: text.vms, act: go(linkOptions({ to: '/vms' })) },
  { command: 'host list', label: text.hosts, act: go(linkOptions({ to: '/hosts' })) },
  { command: 'job list', label: text.jobs, act: go(linkOptions({ to: '/activity', search: { tab: 'jobs' } })) },
  { command: 'event list', label: text.events, act: go(linkOptions({ to: '/activity', search: { tab: 'events' } })) },
  ...(['show', 'cancel', 'retry'] as const).map((verb): Plain => ({
    command: `job ${verb}`,
    label: text.job[verb],
    act: go(linkOptions({ to: '/activity', search: { tab: 'jobs' } })),
  })),
  { command: 'reach', label: text.reach, act: go(linkOptions({ to: '/' })) },
  { command: 'demo', label: text.demo, act: go(linkOptions({ to: '/welcome' })) },
  { command: 'lab list', label: text.labs, act: go(linkOptions({ to: '/hosts', search: { q: 'lab' } })) },
  { command: 'trash list', label: text.trash, act: go(linkOptions({ to: '/vms' })) },
  { command: 'doctor', label: text.doctor, act: go(linkOptions({ to: '/doctor' })) },
  { command: 'backup list', label: text.backups, act: go(linkOptions({ to: '/backups' })) },
  { command: 'backup', label: text.backUp, act: { kind: 'run', call: () => client.backups.make({}) } },
  {
    command: 'trash empty',
    label: text.emptyTrash,
    act: {
      kind: 'ask',
      words: text.emptyTrashMeans,
      submit: text.emptyTrash,
      call: (dryRun) => client.trash.empty({ dryRun }),
    },
  },
];
