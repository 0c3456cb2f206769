import {
  AppError,
  type PromiseDraft,
  type PromiseKind,
  type Subject,
  type SubjectDraft,
  type SubjectKind,
  note,
  parsePromise,
  run,
  subjectText,
} from '../../contract';
import { nearNames } from '../core/suggest-names';
import type { PromiseGroupRow, Repositories, SubjectRow } from '../ports/store';

type Part = 'who' | 'to' | 'through';

/** Which parts a kind of promise has besides `who`. */
const PARTS: Readonly<Record<PromiseKind, { readonly to?: 'needed' | 'optional'; readonly through?: 'needed' }>> = {
  never_reach: { to: 'needed' },
  no_external: {},
  direct: { to: 'needed' },
  only_through: { to: 'needed', through: 'needed' },
  only_outside: { to: 'optional' },
  isolated: {},
  one_island: {},
};

/** Parts that are about networks, not about VMs. */
const ABOUT_NETWORKS: Readonly<Partial<Record<PromiseKind, Part>>> = {
  only_outside: 'to',
  isolated: 'who',
  one_island: 'who',
};
const NETWORKS: ReadonlySet<SubjectKind> = new Set(['network', 'label', 'group']);

/** What is promised, from a sentence or from its parts. */
export function draftOf(input: {
  readonly sentence?: string | undefined;
  readonly draft?: PromiseDraft | undefined;
}): PromiseDraft {
  if ((input.sentence === undefined) === (input.draft === undefined))
    throw new AppError('BAD_INPUT', 'Give the promise as a sentence, or as a draft', { field: 'sentence' });
  const draft = input.draft ?? sentenceOf(input.sentence ?? '');
  assertParts(draft);
  return draft;
}

function sentenceOf(text: string): PromiseDraft {
  const parsed = parsePromise(text);
  if ('draft' in parsed) return parsed.draft;
  const rest = text.slice(parsed.at, parsed.at + 20);
  throw new AppError(
    'BAD_INPUT',
    `The sentence can't be read ${rest === '' ? 'at its end' : `at "${rest}"`}: ${parsed.error}`,
    {
      field: 'sentence',
      remedy: note(
        'Write for example: cameras never reach office; vault has no external access; web reaches db directly; plant reaches lab only through gw; only gw is on outside; blue is isolated on every host; green is one island. Put a name that contains spaces in double quotes.',
      ),
    },
  );
}

/** Bad: `never_reach` without `to`; `isolated` with a TCP port. */
function assertParts({ kind, to, through, maxAgeMinutes, ports }: PromiseDraft): void {
  const has = PARTS[kind];
  const refusePart = (field: string, words: string): never => {
    throw new AppError('BAD_INPUT', `A promise of the kind "${kind}" ${words}`, { field });
  };
  if (has.to === 'needed' && to.length === 0) refusePart('draft.to', 'needs "to"');
  if (has.to === undefined && to.length > 0) refusePart('draft.to', 'has no "to"');
  if (has.through === 'needed' && through.length === 0) refusePart('draft.through', 'needs "through"');
  if (has.through === undefined && through.length > 0) refusePart('draft.through', 'has no "through"');
  if (kind !== 'isolated' && maxAgeMinutes !== null) refusePart('draft.maxAgeMinutes', 'has no age');
  if (kind !== 'direct' && ports.length > 0) refusePart('draft.ports', 'has no TCP ports');
}

/** A VM reaches itself, whatever is plugged in: such a promise says nothing. */
function refuseOneAlone(who: readonly SubjectRow[], to: readonly SubjectRow[], field: string): void {
  const [one, ...others] = new Set([...who, ...to].map(({ kind, id }) => `${kind}:${id}`));
  if (to.length === 0 || others.length > 0 || !one?.startsWith('vm:')) return;
  throw new AppError('BAD_INPUT', 'Both sides of the promise are the same VM', {
    field,
    remedy: note('Name another VM, network, host, label or group on one side.'),
  });
}

/** Finds the subjects of one data center by name or id, each once. */
export class Subjects {
  private named: Map<string, SubjectRow[]> | null = null;

  constructor(
    private readonly tx: Repositories,
    private readonly dataCenterId: string,
  ) {}

  /** All parts of a promise. @throws AppError NOT_FOUND, AMBIGUOUS, BAD_INPUT */
  of(draft: PromiseDraft, field: string): { who: SubjectRow[]; to: SubjectRow[]; through: SubjectRow[] } {
    const part = (name: Part): SubjectRow[] => {
      const networks = ABOUT_NETWORKS[draft.kind] === name;
      return this.list(draft[name], field, networks ? NETWORKS : null);
    };
    const parts = { who: part('who'), to: part('to'), through: part('through') };
    refuseOneAlone(parts.who, parts.to, field);
    return parts;
  }

  /** `kinds`: those that it may be; null: any. */
  list(drafts: readonly SubjectDraft[], field: string, kinds: ReadonlySet<SubjectKind> | null = null): SubjectRow[] {
    const found = new Map<string, SubjectRow>();
    for (const draft of drafts) {
      const row = this.one(draft, field, kinds);
      found.set(`${row.kind}:${row.id}`, row);
    }
    return [...found.values()];
  }

  private one(draft: SubjectDraft, field: string, kinds: ReadonlySet<SubjectKind> | null): SubjectRow {
    const all = this.index().get(draft.name) ?? [];
    const ofKind = all.filter(({ kind }) => draft.kind === null || kind === draft.kind);
    const fitting = ofKind.filter(({ kind }) => kinds === null || kinds.has(kind));
    const [first, ...others] = fitting;
    if (first && others.length === 0) return first;
    if (first) {
      const ways = fitting.map((each) => subjectText(each)).join(' or ');
      throw new AppError('AMBIGUOUS', `"${draft.name}" is the name of ${fitting.length} things`, {
        field,
        remedy: note(`Say which: ${ways}.`),
      });
    }
    if (ofKind.length > 0)
      throw new AppError(
        'BAD_INPUT',
        `"${draft.name}" is a ${KIND_WORDS[ofKind[0]?.kind ?? 'vm']}; this part of the promise is about networks`,
        {
          field,
        },
      );
    const near = nearNames(draft.name, new Set(this.index().keys()));
    throw new AppError(
      'NOT_FOUND',
      `The data center "${this.place()}" has no ${draft.kind === null ? 'VM, network, host, label or group' : KIND_WORDS[draft.kind]} "${draft.name}"`,
      {
        field,
        remedy:
          near.length === 0
            ? run('networks.list', {})
            : note(`Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`),
      },
    );
  }

  private place(): string {
    return this.tx.dataCenters.get(this.dataCenterId)?.name ?? this.dataCenterId;
  }

  /** By name and by id. */
  private index(): Map<string, SubjectRow[]> {
    if (this.named) return this.named;
    const named = new Map<string, SubjectRow[]>();
    const put = (key: string, row: SubjectRow): void => {
      const known = named.get(key);
      if (!known) named.set(key, [row]);
      else if (!known.some(({ kind, id }) => kind === row.kind && id === row.id)) known.push(row);
    };
    const add = (kind: Subject['kind'], { id, name }: { readonly id: string; readonly name: string }): void => {
      put(name, { kind, id, name });
      put(id, { kind, id, name });
    };
    const { tx, dataCenterId } = this;
    const hosts = tx.clusters.ofDataCenter(dataCenterId).flatMap(({ id }) => tx.hosts.ofCluster(id));
    const networks = tx.networks.ofDataCenter(dataCenterId);
    for (const vm of tx.vms.columns(['id', 'name', 'dataCenterId']))
      if (vm.dataCenterId === dataCenterId) add('vm', vm);
    for (const network of networks) add('network', network);
    for (const host of hosts) add('host', host);
    for (const group of tx.promiseGroups.ofDataCenter(dataCenterId)) add('group', group);
    const labels = [...hosts.flatMap((host) => host.labels), ...networks.flatMap(({ label }) => label ?? [])];
    for (const label of new Set(labels)) add('label', { id: label, name: label });
    return (this.named = named);
  }
}

export const KIND_WORDS: Readonly<Record<SubjectKind, string>> = {
  vm: 'VM',
  network: 'network',
  host: 'host',
  label: 'label',
  group: 'group',
};

/** Bad: a group that has itself as a member, directly or through others. */
export function assertNoCycle(tx: Repositories, group: PromiseGroupRow): void {
  const path = cycle(tx, group.members, group.id, [group.name], new Set());
  if (path === null) return;
  throw new AppError('CONFLICT', `The group "${group.name}" would have itself as a member: ${path.join(', ')}`, {
    field: 'members',
    remedy: note('Remove one of these groups from the other.'),
  });
}

function cycle(
  tx: Repositories,
  members: readonly SubjectRow[],
  wanted: string,
  path: readonly string[],
  seen: Set<string>,
): string[] | null {
  for (const { kind, id, name } of members) {
    if (kind !== 'group') continue;
    if (id === wanted) return [...path, name];
    if (seen.has(id)) continue;
    seen.add(id);
    const found = cycle(tx, tx.promiseGroups.get(id)?.members ?? [], wanted, [...path, name], seen);
    if (found) return found;
  }
  return null;
}
