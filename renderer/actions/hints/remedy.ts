import type { Cluster, Host, Network, Vm } from '../../../contract';
import { client } from '../../api/client';
import { type Action, bind, type BoundEffect } from '../registry/action';
import { ACTIONS } from '../registry/actions';
import { APP_ACTIONS } from '../registry/app-actions';
import { forgetHostAt } from '../registry/host-actions';
import { text } from '../registry/text';
import { whyNotRemoveHost, whyNotVm } from '../why';
import { partsOf } from './read-hint';

/** What a screen offers in the place of a command: what it is called and does, and why that is not possible now. */
export interface Remedy {
  readonly label: string;
  readonly whyNot: string | null;
  /** Null: there is nothing to click here, only words. */
  readonly effect: BoundEffect | null;
}

/** What a window knows of. */
export interface World {
  readonly vm: Iterable<Vm>;
  readonly network: Iterable<Network>;
  readonly host: Iterable<Host>;
  readonly cluster: Iterable<Cluster>;
}

/** Where things of a kind are found, when a command does not name one that this window knows. */
const LISTS: Readonly<Record<string, string>> = {
  vm: 'vm',
  vnic: 'vm',
  forward: 'vm',
  snapshot: 'vm',
  network: 'network',
  host: 'host',
  lab: 'host',
  outside: 'host',
  job: 'job',
  event: 'event',
  backup: 'backup',
  trash: 'trash',
};

/** What the screens have for a command; null: nothing, it belongs to a terminal. */
export function remedyOf(argv: readonly string[], world: World): Remedy | null {
  const [noun = '', verb = '', ...rest] = argv;
  if (noun === 'undo') return { label: text.undoInStatusBar, whyNot: null, effect: null };
  const found =
    ofVnic(noun, verb, rest, world) ??
    ofGoneHost(noun, verb, rest, world) ??
    ofKind(ACTIONS.vm, world.vm, noun, verb, rest) ??
    ofKind(ACTIONS.network, world.network, noun, verb, rest) ??
    ofKind(ACTIONS.host, world.host, noun, verb, rest) ??
    ofKind(ACTIONS.cluster, world.cluster, noun, verb, rest);
  if (found !== null) return found;
  const names = [`${noun} ${verb}`, noun, [LISTS[noun] ?? noun, 'list'].join(' ')];
  const plain = names
    .map((name) => APP_ACTIONS.find(({ command }) => command === name))
    .find((one) => one !== undefined);
  return plain === undefined ? null : { label: plain.label, whyNot: null, effect: plain.effect };
}

/** Words of a hint without the options of the command line: those in brackets name a field that the screen has beside its own name. */
export const withoutOptions = (words: string): string =>
  words
    .replace(/ \(--[a-z-]+\)/g, '')
    .replace(/(?<=^|[ (])--[a-z-]+/g, (option) => (text.options as Record<string, string>)[option] ?? option);

/** A hint with what the screens call each command in the place of it; what belongs to a terminal stays a command. */
export const wordsOf = (hint: string, world: World): string =>
  partsOf(hint)
    .map((part) =>
      part.kind === 'words' ? withoutOptions(part.words) : (remedyOf(part.argv, world)?.label ?? part.typed),
    )
    .join('');

type Named = { readonly id: string; readonly name: string };

function ofKind<T extends Named>(
  actions: readonly Action<T>[],
  objects: Iterable<T>,
  noun: string,
  verb: string,
  rest: readonly string[],
): Remedy | null {
  const action = actions.find(({ command }) => command[0] === noun && command[1] === verb);
  const object = action === undefined ? undefined : theOne(objects, rest);
  return action === undefined || object === undefined ? null : bind(action, object);
}

/** The one thing that is named first; a name that is used in two data centers names none. */
function theOne<T extends Named>(objects: Iterable<T>, rest: readonly string[]): T | undefined {
  const all = [...objects];
  for (const word of rest) {
    const so = all.filter(({ name }) => name === word);
    if (so.length > 0) return so.length === 1 ? so[0] : undefined;
  }
  return undefined;
}

/** A host that is gone for good, with the VMs on it: the question where both are forgotten. */
function ofGoneHost(noun: string, verb: string, rest: readonly string[], world: World): Remedy | null {
  if (noun !== 'host' || verb !== 'remove' || !rest.includes('--forget-vms')) return null;
  const host = theOne(world.host, rest);
  if (host === undefined) return null;
  return {
    label: text.forgetHost(host.name),
    whyNot: whyNotRemoveHost(host.state),
    effect: { kind: 'go', to: forgetHostAt(host) },
  };
}

/** A vNIC that is named can be plugged, and its cable put in, right here. */
function ofVnic(noun: string, verb: string, rest: readonly string[], world: World): Remedy | null {
  const vm = noun === 'vnic' ? theOne(world.vm, rest) : undefined;
  const vnic = vm?.vnics.find(({ name }) => rest.slice(rest.indexOf(vm.name) + 1).includes(name));
  if (vm === undefined || vnic === undefined) return null;
  const whyNot = whyNotVm(vm, 'editVnics');
  const of = { vm: vm.id, vnic: vnic.id };
  if (verb === 'plug')
    return {
      label: text.plugVnic(vm.name, vnic.name),
      whyNot,
      effect: { kind: 'run', call: () => client.vnics.plug(of), result: null },
    };
  if (verb === 'link' && rest[0] === 'up')
    return {
      label: text.connectLink(vm.name, vnic.name),
      whyNot,
      effect: { kind: 'run', call: () => client.vnics.link({ ...of, up: true }), result: null },
    };
  return null;
}
