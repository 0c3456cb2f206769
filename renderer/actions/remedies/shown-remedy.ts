import type { Action as RemedyAction, RemedyInputs, RemedyProcedure } from '../../../contract/model/remedy';
import { client } from '../../api/client';
import { type Action, bind, type BoundEffect, type ObjectKind, type Objects } from '../registry/action';
import { ACTIONS } from '../registry/actions';
import { APP_ACTIONS } from '../registry/app-actions';
import { forgetHostAt } from '../registry/host-actions';
import { text } from '../registry/text';
import { whyNotRemoveHost, whyNotVm } from '../why';

/** What a screen offers for a remedy: what it is called and does, and why that is not possible now. */
export interface ShownRemedy {
  readonly label: string;
  readonly whyNot: string | null;
  /** Null: there is nothing to click here, only a label. */
  readonly effect: BoundEffect | null;
}

/** What a window knows of. */
export type World = { readonly [K in ObjectKind]: Iterable<Objects[K]> };

type Input<P extends RemedyProcedure> = RemedyInputs[P];
/** Where a remedy is on the screens; null: it belongs to a terminal. */
type Way<P extends RemedyProcedure> = (input: Input<P>, world: World) => ShownRemedy | null;

/** An action about no object, by its command. */
const app =
  (...command: readonly string[]) =>
  (): ShownRemedy | null => {
    const found = APP_ACTIONS.find((each) => each.command === command.join(' '));
    return found === undefined ? null : { label: found.label, whyNot: null, effect: found.effect };
  };

/** An action of the one object that is named by name or id; the list of its kind where none is, or a name is used twice. */
function on<K extends ObjectKind>(kind: K, id: string) {
  const list = app(kind, 'list');
  return (input: { readonly [N in K]?: string | undefined }, world: World): ShownRemedy | null => {
    const actions: readonly Action<Objects[K]>[] = ACTIONS[kind];
    const action = actions.find((each) => each.id === id);
    const object = theOne(world[kind], input[kind]);
    return action === undefined || object === undefined ? list() : bind(action, object);
  };
}

function theOne<T extends { readonly id: string; readonly name: string }>(
  all: Iterable<T>,
  ref: string | undefined,
): T | undefined {
  const found = [...all].filter(({ id, name }) => id === ref || name === ref);
  return found.length === 1 ? found[0] : undefined;
}

const inTerminal = (): null => null;
const inStatusBar = (): ShownRemedy => ({ label: text.undoInStatusBar, whyNot: null, effect: null });

/** A vNIC that is named is plugged in, and its link set up, right here. */
const onVnic =
  (
    label: (vm: string, vnic: string) => string,
    call: (of: { vm: string; vnic: string }) => ReturnType<typeof client.vnics.plug>,
    id: string,
  ) =>
  (
    input: { readonly vm?: string | undefined; readonly vnic?: string | undefined },
    world: World,
  ): ShownRemedy | null => {
    const vm = theOne(world.vm, input.vm);
    const vnic = vm?.vnics.find((each) => each.id === input.vnic || each.name === input.vnic);
    if (vm === undefined || vnic === undefined) return on('vm', id)(input, world);
    return {
      label: label(vm.name, vnic.name),
      whyNot: whyNotVm(vm, 'editVnics'),
      effect: { kind: 'run', call: () => call({ vm: vm.id, vnic: vnic.id }), result: null },
    };
  };

/** A host that is permanently gone is forgotten with its VMs where that is asked. */
function removeHost(input: Input<'hosts.remove'>, world: World): ShownRemedy | null {
  const host = theOne(world.host, input.host);
  if (host === undefined || input.forgetVms !== true) return on('host', 'remove')(input, world);
  const effect = { kind: 'go', to: forgetHostAt(host) } as const;
  return { label: text.forgetHost(host.name), whyNot: whyNotRemoveHost(host.state), effect };
}

/** Where each remedy is on the screens. One that is missing does not compile. */
const WAYS: { readonly [P in RemedyProcedure]: Way<P> } = {
  'hosts.list': app('host', 'list'),
  'hosts.show': on('host', 'host.show'),
  'hosts.add': app('host', 'add'),
  'hosts.activate': on('host', 'activate'),
  'hosts.maintenance': on('host', 'maintenance'),
  'hosts.sync': on('host', 'sync'),
  'hosts.check': on('host', 'host.check'),
  'hosts.unlock': on('host', 'unlock'),
  'hosts.update': on('host', 'update'),
  'hosts.label': on('host', 'host.label'),
  'hosts.setupNetworks': on('host', 'setupNetworks'),
  'hosts.import': on('host', 'host.import'),
  'hosts.takeOver': on('host', 'host.take-over'),
  'hosts.remove': removeHost,
  'hosts.nics': on('host', 'host.nics'),
  'labs.list': app('lab', 'list'),
  'labs.remove': app('host', 'list'),
  'networks.list': app('network', 'list'),
  'networks.show': on('network', 'network.show'),
  'networks.attach': on('network', 'attach'),
  'networks.detach': on('network', 'detach'),
  'networks.placeTogether': on('network', 'network.place-together'),
  'networks.stretch': on('network', 'network.show'),
  'networks.check': on('network', 'check'),
  'outside.enable': on('host', 'enableUplink'),
  'outside.disable': on('host', 'disableUplink'),
  'forwards.list': on('vm', 'forward.list'),
  'vms.list': app('vm', 'list'),
  'vms.show': on('vm', 'vm.show'),
  'vms.add': app('vm', 'add'),
  'vms.start': on('vm', 'start'),
  'vms.stop': on('vm', 'stop'),
  'vms.shutdown': on('vm', 'shutdown'),
  'vms.resume': on('vm', 'resume'),
  'vms.move': on('vm', 'move'),
  'vms.placement': on('vm', 'vm.placement'),
  'vms.additions': on('vm', 'move'),
  'vms.remove': on('vm', 'remove'),
  'vms.forget': on('vm', 'forget'),
  'vnics.list': on('vm', 'vnic.list'),
  'vnics.add': on('vm', 'addVnic'),
  'vnics.plug': onVnic(text.plugVnic, (of) => client.vnics.plug(of), 'vnic.plug'),
  'vnics.unplug': onVnic(text.unplugVnic, (of) => client.vnics.unplug(of), 'vm.show'),
  'vnics.link': onVnic(text.connectLink, (of) => client.vnics.link({ ...of, up: true }), 'vnic.link'),
  'disks.list': on('vm', 'vm.show'),
  'disks.resize': on('vm', 'vm.show'),
  'disks.remove': on('vm', 'vm.show'),
  'images.list': app('image', 'list'),
  'images.add': app('image', 'add'),
  'snapshots.list': (input, world) =>
    input.vm === undefined && input.host !== undefined
      ? on('host', 'snapshot.list')(input, world)
      : on('vm', 'snapshot.list')(input, world),
  'snapshots.remove': app('vm', 'list'),
  'promises.list': app('promise', 'list'),
  'promises.show': app('promise', 'list'),
  'jobs.list': app('job', 'list'),
  'jobs.show': app('job', 'show'),
  'jobs.follow': app('job', 'list'),
  'jobs.retry': app('job', 'retry'),
  'events.list': app('event', 'list'),
  'undo.list': inStatusBar,
  'undo.run': inStatusBar,
  'trash.empty': app('trash', 'empty'),
  'backups.list': app('backup', 'list'),
  'labfile.export': inTerminal,
  'labfile.apply': inTerminal,
  // Allowing a folder needs a terminal on purpose: a page must not widen what it may read.
  'folders.allow': inTerminal,
  'demo.add': app('demo'),
  'system.doctor': app('doctor'),
  'system.link': inTerminal,
  'system.stop': inTerminal,
  'system.backup': app('backup'),
  'system.restore': inTerminal,
  'app.start': inTerminal,
};

/** What the screens have for a remedy's action; null: it belongs to a terminal. */
export const shownRemedy = ({ procedure, input }: RemedyAction, world: World): ShownRemedy | null =>
  (WAYS[procedure] as Way<RemedyProcedure>)(input, world);
