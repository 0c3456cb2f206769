import type { Cluster, Host, Network, Vm } from '../../../contract';
import { type Act, type Deed, DEEDS, type ObjectKind, PLAIN } from '../../actions/deeds/deeds';
import { type Entry, byName, restFor, wordsOf } from './search';

/** One line of the palette. `command` is what one would type after `atoll`. */
export interface Finding {
  readonly key: string;
  readonly label: string;
  readonly command: string;
  /** Why it can't be chosen now; null when it can. */
  readonly why: string | null;
  readonly act: Act;
}

export interface Index {
  readonly vm: readonly Entry<Vm>[];
  readonly network: readonly Entry<Network>[];
  readonly host: readonly Entry<Host>[];
  readonly cluster: readonly Entry<Cluster>[];
}

const MOST = 12;
/** Objects shown for one action: the best few, and room for other actions. */
const OBJECTS_EACH = 5;
const KINDS = ['network', 'vm', 'host', 'cluster'] as const satisfies readonly ObjectKind[];

/** What the typed words could mean, the likeliest first: actions that they name, then things that are called so. */
export function findings(typed: string, index: Index): Finding[] {
  const words = wordsOf(typed);
  if (words.length === 0) return PLAIN.map(plainFinding);
  const plain = PLAIN.filter(({ command, label }) => {
    const text = `${command} ${label}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const deeds = KINDS.flatMap((kind) => deedFindings(kind, words, index));
  const things = KINDS.flatMap((kind) => thingFindings(kind, words, index));
  return possibleFirst([...deeds, ...things, ...plain.map(plainFinding)]).slice(0, MOST);
}

const possibleFirst = (found: readonly Finding[]): Finding[] => [
  ...found.filter(({ why }) => why === null),
  ...found.filter(({ why }) => why !== null),
];

const plainFinding = ({ command, label, act }: (typeof PLAIN)[number]): Finding => ({
  key: command,
  label,
  command,
  why: null,
  act,
});

function deedFindings(kind: ObjectKind, words: readonly string[], index: Index): Finding[] {
  switch (kind) {
    case 'vm':
      return ofKind(DEEDS.vm, index.vm, words);
    case 'network':
      return ofKind(DEEDS.network, index.network, words);
    case 'host':
      return ofKind(DEEDS.host, index.host, words);
    case 'cluster':
      return ofKind(DEEDS.cluster, index.cluster, words);
  }
}

function thingFindings(kind: ObjectKind, words: readonly string[], index: Index): Finding[] {
  switch (kind) {
    case 'vm':
      return shows(DEEDS.vm[0], byName(index.vm, words, MOST));
    case 'network':
      return shows(DEEDS.network[0], byName(index.network, words, MOST));
    case 'host':
      return shows(DEEDS.host[0], byName(index.host, words, MOST));
    // It has no page of its own.
    case 'cluster':
      return [];
  }
}

type Named = { readonly id: string; readonly name: string };
type DeedFor<T> = Pick<Deed, 'noun' | 'verb' | 'label'> & { why(object: T): string | null; act(object: T): Act };

function ofKind<T extends Named>(
  deeds: readonly DeedFor<T>[],
  entries: readonly Entry<T>[],
  words: readonly string[],
): Finding[] {
  return deeds.flatMap((deed) => {
    const rest = restFor([deed.noun, deed.verb], words);
    if (rest === null) return [];
    const found = byName(entries, rest, OBJECTS_EACH * 8).map((object) => finding(deed, object));
    return possibleFirst(found).slice(0, OBJECTS_EACH);
  });
}

const shows = <T extends Named>(deed: DeedFor<T> | undefined, objects: readonly T[]): Finding[] =>
  deed === undefined ? [] : objects.map((object) => ({ ...finding(deed, object), label: object.name }));

function finding<T extends Named>(deed: DeedFor<T>, object: T): Finding {
  const { noun, verb } = deed;
  return {
    key: `${noun} ${verb} ${object.id}`,
    label: deed.label(object.name),
    command: `${noun} ${verb}`,
    why: deed.why(object),
    act: deed.act(object),
  };
}
