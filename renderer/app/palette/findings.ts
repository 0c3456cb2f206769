import type { Cluster, Host, Network, Vm } from '../../../contract';
import { type Action, bind, type BoundAction, type ObjectKind } from '../../actions/registry/action';
import { ACTIONS } from '../../actions/registry/actions';
import { APP_ACTIONS, type AppAction } from '../../actions/registry/app-actions';
import { VM_FEEL } from '../../ui/tone';
import { type Entry, byName, findsAll, nearest, restFor, type Terms, wordsOf } from './search';
import { text } from './text';

/** One result of the palette. `command` is the text after `atoll` in the CLI. */
export interface Finding extends BoundAction {
  readonly key: string;
  readonly command: string;
  /** The object's name: Tab completes it, which lists its actions. */
  readonly completes?: string;
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
/** How many names that are nearly the typed one are offered. */
const NEAR = 4;
const KINDS = ['network', 'vm', 'host', 'cluster'] as const satisfies readonly ObjectKind[];
/** Nouns that many actions share: they find none on their own. */
const NOUNS: readonly string[] = KINDS;

/**
 * Results for the typed text, whose words may stand in any order. Most likely first: an action by its exact name, actions on a named
 * object, objects by their names, and actions without one.
 */
export function findings(typed: string, index: Index): Finding[] {
  const words = wordsOf(typed);
  if (words.length === 0) return APP_ACTIONS.map(appFinding);
  const phrase = words.join(' ');
  const isExact = ({ command, label }: AppAction): boolean => command === phrase || label.toLowerCase() === phrase;
  const plain = APP_ACTIONS.filter((action) => findsAll(appTerms(action), words));
  const actions = KINDS.flatMap((kind) => actionFindings(kind, words, index));
  const all = [
    ...plain.filter(isExact).map(appFinding),
    ...actions.flatMap(({ named }) => named),
    ...KINDS.flatMap((kind) => thingFindings(kind, words, index)),
    ...plain.map(appFinding),
    ...actions.flatMap(({ unnamed }) => unnamed),
  ];
  return possibleFirst([...new Map(all.map((finding) => [finding.key, finding])).values()]).slice(0, MOST);
}

/** Objects whose names are nearly what was typed, where nothing else was found. */
export function nearFindings(typed: string, index: Index): Finding[] {
  const name = wordsOf(typed).at(-1) ?? '';
  return [
    ...shows(ACTIONS.network, objectsOf(nearest(index.network, name, NEAR))),
    ...shows(ACTIONS.vm, objectsOf(nearest(index.vm, name, NEAR))),
    ...shows(ACTIONS.host, objectsOf(nearest(index.host, name, NEAR))),
  ].slice(0, NEAR);
}

const objectsOf = <T>(entries: readonly Entry<T>[]): T[] => entries.map(({ object }) => object);

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

const synonymsOf = (command: string | null): readonly string[] =>
  command === null ? [] : wordsOf(text.synonyms[command] ?? '');

const appTerms = ({ command, label, synonyms }: AppAction): Terms => ({
  own: [...wordsOf(command ?? ''), ...wordsOf(label), ...wordsOf(synonyms ?? ''), ...synonymsOf(command)],
  weak: [],
});

function actionTerms<T>({ command, label }: Action<T>): Terms {
  const [noun, verb] = command;
  const own = [...verb.split('-'), ...wordsOf(label(null)), ...synonymsOf(command.join(' '))];
  return {
    own: [...own, noun].filter((word) => !NOUNS.includes(word)),
    weak: NOUNS,
  };
}

/** What the words find: actions on objects that they name, and actions that they name alone. */
interface OfActions {
  readonly named: readonly Finding[];
  readonly unnamed: readonly Finding[];
}

function actionFindings(kind: ObjectKind, words: readonly string[], index: Index): OfActions[] {
  switch (kind) {
    case 'vm':
      return ofKind(ACTIONS.vm, index.vm, words, (vms) => allInOneState(vms));
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
      return things(ACTIONS.vm, index.vm, words);
    case 'network':
      return things(ACTIONS.network, index.network, words);
    case 'host':
      return things(ACTIONS.host, index.host, words);
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
  alike: (objects: readonly T[]) => string | null = () => null,
): OfActions[] {
  const dead = new Map<string, Finding>();
  const found = meant(actions, words).map(({ action, rest }): OfActions => {
    if (rest.length > 0) {
      const objects = byName(entries, rest, OBJECTS_EACH * 8);
      const named = possibleFirst(objects.map((object) => finding(action, object))).slice(0, OBJECTS_EACH);
      return { named, unnamed: [] };
    }
    const unnamed = firstPossible(action, entries);
    const [first] = entries;
    // One line says why it is possible for none.
    if (unnamed.length === 0 && first !== undefined && !dead.has(action.command.join(' ')))
      dead.set(action.command.join(' '), {
        ...finding(action, first.object),
        key: action.command.join(' '),
        label: action.label(null),
        whyNot: alike(objectsOf(entries)) ?? text.possibleForNone(entries.length, action.whyNot(first.object) ?? ''),
      });
    return { named: [], unnamed };
  });
  return [...found, { named: [], unnamed: [...dead.values()] }];
}

/** The actions that the words mean, with the rest of the words. "vm remove" means removing VMs, not whatever else is removed. */
function meant<T>(actions: readonly Action<T>[], words: readonly string[]) {
  const all = actions.flatMap((action) => {
    const rest = restFor(actionTerms(action), words);
    return rest === null ? [] : [{ action, rest }];
  });
  const noun = words.find((word) => NOUNS.includes(word));
  const exact = all.filter(({ action }) => action.command[0] === noun);
  return exact.length > 0 ? exact : all;
}

function firstPossible<T extends Named>(action: Action<T>, entries: readonly Entry<T>[]): Finding[] {
  const found: Finding[] = [];
  for (const { object } of entries) {
    if (found.length === OBJECTS_EACH) break;
    if (action.whyNot(object) === null) found.push(finding(action, object));
  }
  return found;
}

/** "All 23 VMs are up", if they are in the same state. */
function allInOneState(vms: readonly Vm[]): string | null {
  const [first] = vms;
  if (first === undefined || vms.some(({ state }) => state !== first.state)) return null;
  return text.allAre(vms.length, VM_FEEL[first.state].words.toLowerCase());
}

/** The objects themselves, and the actions of one whose name is typed in full. */
function things<T extends Named>(
  actions: readonly Action<T>[],
  entries: readonly Entry<T>[],
  words: readonly string[],
): Finding[] {
  const phrase = words.join(' ');
  const objects = byName(entries, words, MOST);
  const exact = objects.filter(({ name }) => name.toLowerCase() === phrase);
  const own = exact.flatMap((object) =>
    actions
      .filter((action) => action.command[1] !== 'show' && action.whyNot(object) === null)
      .sort((a, b) => Number(a.place(object) === 'search') - Number(b.place(object) === 'search'))
      .map((action) => finding(action, object)),
  );
  const others = objects.filter((object) => !exact.includes(object));
  return [...shows(actions, exact), ...shows(actions, others).slice(0, OBJECTS_EACH), ...own];
}

/** Choosing an object opens its page. */
function shows<T extends Named>(actions: readonly Action<T>[], objects: readonly T[]): Finding[] {
  const show = actions.find(({ command }) => command[1] === 'show');
  if (show === undefined) return [];
  return objects.map((object) => ({ ...finding(show, object), label: object.name, completes: object.name }));
}

const finding = <T extends Named>(action: Action<T>, object: T): Finding => ({
  ...bind(action, object),
  key: `${action.command[0]} ${action.id} ${object.id}`,
  command: action.command.join(' '),
});
