import type { Cluster, Host, Network, Vm } from '../../../contract';
import { type Action, bind, type BoundAction, type ObjectKind } from '../../actions/registry/action';
import { ACTIONS } from '../../actions/registry/actions';
import { APP_ACTIONS, type AppAction } from '../../actions/registry/app-actions';
import { type Entry, byName, restFor, wordsOf } from './search';

/** One result of the palette. `command` is the text after `atoll` in the CLI. */
export interface Finding extends BoundAction {
  readonly key: string;
  readonly command: string;
}

export interface Index {
  readonly vm: readonly Entry<Vm>[];
  readonly network: readonly Entry<Network>[];
  readonly host: readonly Entry<Host>[];
  readonly cluster: readonly Entry<Cluster>[];
}

const MOST = 12;
/** The maximum number of objects shown for one action, so that other actions have room. */
const OBJECTS_EACH = 5;
const KINDS = ['network', 'vm', 'host', 'cluster'] as const satisfies readonly ObjectKind[];

/** Results for the typed text, most likely first: matching actions, then objects with a matching name. */
export function findings(typed: string, index: Index): Finding[] {
  const words = wordsOf(typed);
  if (words.length === 0) return APP_ACTIONS.map(appFinding);
  const plain = APP_ACTIONS.filter(({ command, label }) => {
    const text = `${command ?? ''} ${label}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const actions = KINDS.flatMap((kind) => actionFindings(kind, words, index));
  const things = KINDS.flatMap((kind) => thingFindings(kind, words, index));
  return possibleFirst([...actions, ...things, ...plain.map(appFinding)]).slice(0, MOST);
}

const possibleFirst = (found: readonly Finding[]): Finding[] => [
  ...found.filter(({ whyNot }) => whyNot === null),
  ...found.filter(({ whyNot }) => whyNot !== null),
];

const appFinding = ({ command, label, effect }: AppAction): Finding => ({
  key: command ?? label,
  label,
  command: command ?? '',
  whyNot: null,
  effect,
});

function actionFindings(kind: ObjectKind, words: readonly string[], index: Index): Finding[] {
  switch (kind) {
    case 'vm':
      return ofKind(ACTIONS.vm, index.vm, words);
    case 'network':
      return ofKind(ACTIONS.network, index.network, words);
    case 'host':
      return ofKind(ACTIONS.host, index.host, words);
    case 'cluster':
      return ofKind(ACTIONS.cluster, index.cluster, words);
  }
}

function thingFindings(kind: ObjectKind, words: readonly string[], index: Index): Finding[] {
  switch (kind) {
    case 'vm':
      return shows(ACTIONS.vm, byName(index.vm, words, MOST));
    case 'network':
      return shows(ACTIONS.network, byName(index.network, words, MOST));
    case 'host':
      return shows(ACTIONS.host, byName(index.host, words, MOST));
    // It has no page of its own.
    case 'cluster':
      return [];
  }
}

type Named = { readonly id: string; readonly name: string };

function ofKind<T extends Named>(
  actions: readonly Action<T>[],
  entries: readonly Entry<T>[],
  words: readonly string[],
): Finding[] {
  return actions.flatMap((action) => {
    const rest = restFor(action.command, words);
    if (rest === null) return [];
    const found = byName(entries, rest, OBJECTS_EACH * 8).map((object) => finding(action, object));
    return possibleFirst(found).slice(0, OBJECTS_EACH);
  });
}

/** The objects themselves: choosing one opens its page. */
function shows<T extends Named>(actions: readonly Action<T>[], objects: readonly T[]): Finding[] {
  const show = actions.find(({ command }) => command[1] === 'show');
  return show === undefined ? [] : objects.map((object) => ({ ...finding(show, object), label: object.name }));
}

const finding = <T extends Named>(action: Action<T>, object: T): Finding => ({
  ...bind(action, object),
  key: `${action.command[0]} ${action.id} ${object.id}`,
  command: action.command.join(' '),
});
