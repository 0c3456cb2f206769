import type { Cluster, Host, Network, Vm } from '../../../contract';
import { client } from '../../api/client';
import { type Act, DEEDS, type Deed, hostPage, PLAIN } from '../deeds/deeds';
import { text } from '../deeds/text';
import { whyNotRemoveHost, whyNotVm } from '../why';
import { partsOf } from './read-hint';

/** What a screen offers in the place of a command: what it is called and does, and why that is not possible now. */
export interface Remedy {
  readonly label: string;
  readonly why: string | null;
  /** Null: there is nothing to click here, only words. */
  readonly act: Act | null;
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
  if (noun === 'undo') return { label: text.footUndo, why: null, act: null };
  const found =
    ofVnic(noun, verb, rest, world) ??
    ofGoneHost(noun, verb, rest, world) ??
    ofKind(DEEDS.vm, world.vm, noun, verb, rest) ??
    ofKind(DEEDS.network, world.network, noun, verb, rest) ??
    ofKind(DEEDS.host, world.host, noun, verb, rest) ??
    ofKind(DEEDS.cluster, world.cluster, noun, verb, rest);
  if (found !== null) return found;
  const names = [`${noun} ${verb}`, noun, [LISTS[noun] ?? noun, 'list'].join(' ')];
  const plain = names.map((name) => PLAIN.find(({ command }) => command === name)).find((one) => one !== undefined);
  return plain === undefined ? null : { label: plain.label, why: null, act: plain.act };
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
type DeedFor<T> = Pick<Deed, 'noun' | 'verb' | 'label'> & { why(object: T): string | null; act(object: T): Act };

function ofKind<T extends Named>(
  deeds: readonly DeedFor<T>[],
  objects: Iterable<T>,
  noun: string,
  verb: string,
  rest: readonly string[],
): Remedy | null {
  const deed = deeds.find((one) => one.noun === noun && one.verb === verb);
  const object = deed === undefined ? undefined : theOne(objects, rest);
  return deed === undefined || object === undefined
    ? null
    : { label: deed.label(object.name), why: deed.why(object), act: deed.act(object) };
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
    why: whyNotRemoveHost(host.state),
    act: hostPage(host, undefined, 'forget'),
  };
}

/** A vNIC that is named can be plugged, and its cable put in, right here. */
function ofVnic(noun: string, verb: string, rest: readonly string[], world: World): Remedy | null {
  const vm = noun === 'vnic' ? theOne(world.vm, rest) : undefined;
  const vnic = vm?.vnics.find(({ name }) => rest.slice(rest.indexOf(vm.name) + 1).includes(name));
  if (vm === undefined || vnic === undefined) return null;
  const why = whyNotVm(vm, 'editVnics');
  const of = { vm: vm.id, vnic: vnic.id };
  if (verb === 'plug')
    return { label: text.plug(vm.name, vnic.name), why, act: { kind: 'run', call: () => client.vnics.plug(of) } };
  if (verb === 'link' && rest[0] === 'up')
    return {
      label: text.linkUp(vm.name, vnic.name),
      why,
      act: { kind: 'run', call: () => client.vnics.link({ ...of, up: true }) },
    };
  return null;
}
