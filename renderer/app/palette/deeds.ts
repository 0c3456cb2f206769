import { linkOptions, type LinkOptions } from '@tanstack/react-router';
import type { Host, Network, Vm } from '../../../contract';
import { whyNoScreen } from '../../../contract';
import { whyNotHost, whyNotVm } from '../../actions/why';
import { client } from '../../api/client';
import type { CommandResult } from '../../api/command-result';

/** What happens when something is chosen: a place to go to, a command, or a command that is confirmed first. */
export type Act =
  | { readonly kind: 'go'; readonly to: LinkOptions }
  | { readonly kind: 'run'; readonly call: () => Promise<CommandResult> }
  | { readonly kind: 'ask'; readonly words: string; readonly call: (dryRun: boolean) => Promise<CommandResult> };

interface Kinds {
  readonly vm: Vm;
  readonly network: Network;
  readonly host: Host;
}
export type ObjectKind = keyof Kinds;

/** An action on one kind of object, by the CLI's words. */
export interface Deed<K extends ObjectKind = ObjectKind> {
  readonly noun: K;
  readonly verb: string;
  why(object: Kinds[K]): string | null;
  act(object: Kinds[K]): Act;
}

const go = (to: LinkOptions): Act => ({ kind: 'go', to });
const none = (): null => null;

const LIFE = ['start', 'shutdown', 'reboot', 'suspend', 'resume'] as const;
const HARD = {
  stop: 'The VM is ended as if its power were cut. What it has not written is lost.',
  reset: 'The VM starts again as if its reset button were pressed. What it has not written is lost.',
  remove: 'Its disks go to the trash. Until they are deleted there it can be undone.',
} as const;

const VM_DEEDS: readonly Deed<'vm'>[] = [
  { noun: 'vm', verb: 'show', why: none, act: (vm) => go(linkOptions({ to: '/vms/$id', params: { id: vm.id } })) },
  ...LIFE.map((verb): Deed<'vm'> => ({
    noun: 'vm',
    verb,
    why: (vm) => whyNotVm(vm.state, verb),
    act: (vm) => ({ kind: 'run', call: () => client.vms[verb]({ vm: vm.id }) }),
  })),
  {
    noun: 'vm',
    verb: 'console',
    why: (vm) => whyNotVm(vm.state, 'console'),
    act: (vm) => go(linkOptions({ to: '/vms/$id/console', params: { id: vm.id } })),
  },
  {
    noun: 'vm',
    verb: 'screen',
    why: (vm) => whyNoScreen(vm.boot) ?? whyNotVm(vm.state, 'screen'),
    act: (vm) => go(linkOptions({ to: '/vms/$id/screen', params: { id: vm.id } })),
  },
  ...(['stop', 'reset', 'remove'] as const).map((verb): Deed<'vm'> => ({
    noun: 'vm',
    verb,
    why: (vm) => whyNotVm(vm.state, verb),
    act: (vm) => ({ kind: 'ask', words: HARD[verb], call: (dryRun) => client.vms[verb]({ vm: vm.id, dryRun }) }),
  })),
];

const NETWORK_DEEDS: readonly Deed<'network'>[] = [
  {
    noun: 'network',
    verb: 'show',
    why: none,
    act: (network) => go(linkOptions({ to: '/networks/$id', params: { id: network.id } })),
  },
  ...(['check', 'certificate'] as const).map((verb): Deed<'network'> => ({
    noun: 'network',
    verb,
    why: (network) => (network.isIsolated ? null : 'A regular network is not meant to be isolated.'),
    act: (network) =>
      go(linkOptions({ to: '/networks/$id', params: { id: network.id }, search: { tab: 'isolation' } })),
  })),
  {
    noun: 'network',
    verb: 'remove',
    why: none,
    act: (network) => ({
      kind: 'ask',
      words: 'Its bridges are taken off every host. VMs that use it keep it from being removed.',
      call: (dryRun) => client.networks.remove({ network: network.id, dryRun }),
    }),
  },
];

const HOST_DEEDS: readonly Deed<'host'>[] = [
  {
    noun: 'host',
    verb: 'show',
    why: none,
    act: (host) => go(linkOptions({ to: '/hosts/$id', params: { id: host.id } })),
  },
  {
    noun: 'host',
    verb: 'snapshots',
    why: none,
    act: (host) => go(linkOptions({ to: '/hosts/$id', params: { id: host.id }, search: { tab: 'snapshots' } })),
  },
  ...(['activate', 'sync'] as const).map((verb): Deed<'host'> => ({
    noun: 'host',
    verb,
    why: (host) => whyNotHost(host.state, verb),
    act: (host) => ({ kind: 'run', call: () => client.hosts[verb]({ host: host.id }) }),
  })),
  {
    noun: 'host',
    verb: 'maintenance',
    why: (host) => whyNotHost(host.state, 'maintenance'),
    act: (host) => ({
      kind: 'ask',
      words: 'Its bridges stay in place, but nothing is deployed or repaired on it until it is activated again.',
      call: (dryRun) => client.hosts.maintenance({ host: host.id, dryRun }),
    }),
  },
];

export const DEEDS = { vm: VM_DEEDS, network: NETWORK_DEEDS, host: HOST_DEEDS } as const;

/** What needs no object. */
export interface Plain {
  readonly command: string;
  readonly label: string;
  readonly act: Act;
}

const NEW = { search: { new: true } } as const;
export const PLAIN: readonly Plain[] = [
  { command: 'network add', label: 'New isolated network', act: go(linkOptions({ to: '/networks', ...NEW })) },
  { command: 'vm add', label: 'New virtual machine', act: go(linkOptions({ to: '/vms', ...NEW })) },
  { command: 'host add', label: 'Add a host', act: go(linkOptions({ to: '/hosts', ...NEW })) },
  { command: 'undo', label: 'Undo what was done last', act: { kind: 'run', call: () => client.undo.run({}) } },
  { command: 'map', label: 'Map', act: go(linkOptions({ to: '/' })) },
  { command: 'network list', label: 'Networks', act: go(linkOptions({ to: '/networks' })) },
  { command: 'vm list', label: 'Virtual machines', act: go(linkOptions({ to: '/vms' })) },
  { command: 'host list', label: 'Hosts', act: go(linkOptions({ to: '/hosts' })) },
  { command: 'job list', label: 'Jobs', act: go(linkOptions({ to: '/activity', search: { tab: 'jobs' } })) },
  { command: 'event list', label: 'Events', act: go(linkOptions({ to: '/activity', search: { tab: 'events' } })) },
  { command: 'doctor', label: 'What this machine can do', act: go(linkOptions({ to: '/doctor' })) },
  {
    command: 'trash empty',
    label: 'Empty the trash',
    act: {
      kind: 'ask',
      words: 'The disks of removed VMs are deleted for good.',
      call: (dryRun) => client.trash.empty({ dryRun }),
    },
  },
];
