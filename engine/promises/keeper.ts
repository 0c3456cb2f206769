import {
  type Event,
  type IsolationPromise,
  MAX_FINDINGS,
  type PromiseEffect,
  type PromiseFinding,
  type PromiseState,
  promiseText,
  say,
} from '../../contract';
import { emitter, ENGINE } from '../core/events';
import { instant, newId } from '../core/ids';
import type { LiveFeed } from '../core/live';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { PromiseGroupRow, PromiseRow, Repositories, Store, SubjectRow, Touched } from '../ports/store';
import { Components } from './components';
import { type Evaluated, type Evaluation, type Ground, evaluate } from './evaluate';
import { nameOf } from './members';
import { Names } from './names';
import { Wiring } from './wiring';
import { type Key, World, vmKey, networkKey, hostKey, groupKey, labelKey } from './world';

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Timers longer than this are set again: JavaScript's end after 24 days. */
const LONGEST_MS = 6 * 3600_000;

/**
 * Keeps what is known of all promises up to date: after each commit it evaluates those that the commit can have touched, and records
 * what became of them. Inside a transaction it says what that would break. Nothing is read or evaluated while there are no promises.
 */
export class PromiseKeeper {
  readonly world: World;
  private readonly wiring: Wiring;
  private readonly components: Components;
  private readonly names: Names;
  private readonly rows = new Map<string, PromiseRow>();
  private readonly evaluations = new Map<string, Evaluation>();
  private readonly byKey = new Map<Key, Set<string>>();
  private readonly unevaluated = new Set<string>();
  private readonly unrecorded = new Set<string>();
  private loaded = false;
  private following = false;
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly deps: Deps) {
    this.world = new World(deps.store);
    this.wiring = new Wiring(this.world);
    this.components = new Components(this.world, this.wiring);
    this.names = new Names(this.world);
    deps.store.onCommit((touched, events) => this.committed(touched, events));
  }

  /** Records what becomes of promises from now on, and what became of them while no engine ran. Returns how to stop. */
  follow(live: LiveFeed): () => void {
    this.following = true;
    this.live = live;
    this.record(null);
    return () => {
      this.following = false;
      this.cancelTimer?.();
      this.cancelTimer = null;
    };
  }
  private live: LiveFeed | null = null;

  /** Call it before a transaction that asks for `effects`: what was committed until then is what it is compared with. */
  prepare(): void {
    if (this.isActive()) this.refresh();
  }

  /** Inside a transaction: the promises that it breaks, or leaves unknown, so far. */
  effects(): PromiseEffect[] {
    const { store } = this.deps;
    if (!this.isActive()) return [];
    const touched = store.touched();
    const changedHere = new Set(touched.filter(({ kind }) => kind === 'promise').map(({ id }) => id));
    const before = new Map(this.evaluations);
    const changed = this.readWithin(touched);
    return [...changed].flatMap((id) => {
      const [row, was, now] = [this.rows.get(id), before.get(id), this.evaluations.get(id)];
      if (!row || !was || !now || changedHere.has(id) || !isWorse(was, now)) return [];
      const { severity } = row;
      const findings = now.state === was.state ? newFindings(was, now) : now.findings;
      const effect = { promiseId: id, sentence: this.sentence(row), severity, was: was.state, state: now.state };
      return [{ ...effect, findings: [...findings] }];
    });
  }

  /** Inside a transaction: reads what it has written so far. Outside: what was committed. */
  catchUp(): void {
    this.ensureLoaded();
    this.readWithin(this.deps.store.touched());
  }

  /** The state of a promise, which need not be stored, after `catchUp`. */
  evaluate(promise: Evaluated): Evaluation {
    return evaluate(this.ground(), promise);
  }

  /** The promises as they are now. */
  all(): PromiseRow[] {
    this.prepare();
    return this.isActive() ? [...this.rows.values()] : [];
  }

  /** As `promises.list` returns it. */
  present(row: PromiseRow): IsolationPromise {
    this.ensureLoaded();
    const shown = (subjects: readonly SubjectRow[]) =>
      subjects.map((subject) => {
        const name = nameOf(this.world, subject);
        return { ...subject, name: name ?? subject.name, gone: name === undefined };
      });
    const { who, to, through } = row;
    return { ...row, sentence: this.sentence(row), who: shown(who), to: shown(to), through: shown(through) };
  }

  presentGroup(row: PromiseGroupRow) {
    this.ensureLoaded();
    const members = row.members.map((subject) => {
      const name = nameOf(this.world, subject);
      return { ...subject, name: name ?? subject.name, gone: name === undefined };
    });
    return { ...row, members };
  }

  /** With the current names; a kind is named only where the name alone is ambiguous. */
  sentence(
    row: Pick<PromiseRow, 'dataCenterId' | 'kind' | 'who' | 'to' | 'through' | 'maxAgeMinutes' | 'ports'>,
  ): string {
    this.ensureLoaded();
    const said = (subjects: readonly SubjectRow[]) =>
      subjects.map((subject) => this.names.said(row.dataCenterId, subject));
    return promiseText({ ...row, who: said(row.who), to: said(row.to), through: said(row.through) });
  }

  private committed(touched: readonly Touched[], events: readonly Event[]): void {
    this.mark(touched);
    this.world.follow(events);
    if (!this.following || !this.isActive()) return;
    const person = events.findLast(({ by, type }) => PEOPLE.has(by.door) && !type.startsWith('promise.'));
    this.record(person ? `${person.by.user} (${person.by.door})` : null);
  }

  private mark(touched: readonly Touched[]): void {
    this.world.mark(touched);
    if (this.loaded) for (const { kind, id } of touched) if (kind === 'promise') this.readRow(id);
  }

  /** Whether there are promises. */
  private isActive(): boolean {
    if (!this.loaded && this.deps.store.promises.count() === 0) return false;
    this.ensureLoaded();
    return this.rows.size > 0;
  }

  private ensureLoaded(): void {
    if (this.loaded) return;
    this.loaded = true;
    for (const row of this.deps.store.promises.list()) this.putRow(row);
    this.refresh();
  }

  private readRow(id: string): void {
    const row = this.deps.store.promises.get(id);
    const was = this.rows.get(id);
    if (row) {
      this.rows.set(id, row);
      if (!was || definition(was) !== definition(row)) this.unevaluated.add(id);
      return;
    }
    this.rows.delete(id);
    this.forget(id);
  }

  private putRow(row: PromiseRow): void {
    this.rows.set(row.id, row);
    this.unevaluated.add(row.id);
  }

  /** Inside a transaction: reads what it has written. It is read again afterwards, since it may be rolled back. */
  private readWithin(touched: readonly Touched[]): Set<string> {
    this.mark(touched);
    const changed = this.refresh();
    this.mark(touched);
    return changed;
  }

  /** Evaluates what may have changed. Returns the promises that were evaluated. */
  private refresh(): Set<string> {
    const changed = this.world.read();
    const ids = new Set(this.unevaluated);
    this.unevaluated.clear();
    if (changed === 'all') {
      this.components.clear();
      this.names.forget();
      for (const id of this.rows.keys()) ids.add(id);
    } else if (changed.size > 0) {
      if (this.world.takeNamesChanged()) {
        this.names.forget();
        this.showRenamed(changed);
      }
      this.components.forget([...changed].flatMap((key) => (key.startsWith('network:') ? key.slice(8) : [])));
      for (const key of changed) for (const id of this.byKey.get(key) ?? []) ids.add(id);
      for (const [id, { components }] of this.evaluations) {
        for (const component of components) if (component.gone) ids.add(id);
      }
    }
    const ground = this.ground();
    for (const id of ids) this.evaluateRow(ground, id);
    return ids;
  }

  private evaluateRow(ground: Ground, id: string): void {
    const row = this.rows.get(id);
    if (!row) return;
    this.forget(id);
    const evaluation = evaluate(ground, row);
    this.evaluations.set(id, evaluation);
    this.unrecorded.add(id);
    for (const key of evaluation.keys) {
      const ids = this.byKey.get(key);
      if (ids) ids.add(id);
      else this.byKey.set(key, new Set([id]));
    }
  }

  private forget(id: string): void {
    for (const key of this.evaluations.get(id)?.keys ?? []) this.byKey.get(key)?.delete(id);
    this.evaluations.delete(id);
  }

  private ground(): Ground {
    const { world, wiring, components } = this;
    return { world, wiring, components, now: this.deps.clock.now() };
  }

  /** A renamed subject changes sentences. */
  private showRenamed(changed: ReadonlySet<Key>): void {
    if (!this.live) return;
    for (const row of this.rows.values()) {
      const subjects = [...row.who, ...row.to, ...row.through];
      if (subjects.some((subject) => changed.has(keyOf(subject)))) this.live.touch({ kind: 'promise', id: row.id });
    }
  }

  /** Writes the states that have changed, with an event for each. `by`: who changed something just now. */
  private record(by: string | null): void {
    if (!this.isActive()) return;
    this.refresh();
    const ids = [...this.unrecorded];
    this.unrecorded.clear();
    const changes = ids.flatMap((id) => {
      const [row, evaluation] = [this.rows.get(id), this.evaluations.get(id)];
      return row && evaluation && (differs(row, evaluation) || this.isRenamed(row)) ? [{ row, evaluation }] : [];
    });
    if (changes.length > 0) {
      try {
        const now = instant(this.deps.clock.now());
        this.deps.store.transaction((tx) => {
          for (const { row, evaluation } of changes) this.write(tx, row, evaluation, by, now);
        }, 'later');
      } catch (error) {
        for (const id of ids) this.unrecorded.add(id);
        throw error;
      }
    }
    this.schedule();
  }

  private write(
    tx: Repositories,
    row: PromiseRow,
    { state, findings, settling }: Evaluation,
    by: string | null,
    now: string,
  ): void {
    if (!tx.promises.get(row.id)) return;
    if (settling && row.state !== 'unknown') {
      tx.promises.update(row.id, this.renamed(row));
      return;
    }
    const found = [...findings];
    if (state === row.state) {
      tx.promises.update(row.id, { findings: found, ...this.renamed(row) });
      return;
    }
    tx.promises.update(row.id, { state, since: now, findings: found, ...this.renamed(row) });
    tx.promiseBreaches.end(row.id, now);
    reportState(tx, { ...row, findings: found }, state, this.sentence(row), by, now);
  }

  /** The parts of a promise with the names that its subjects have now: the last known ones, once they are gone. */
  private renamed({ who, to, through }: PromiseRow): Pick<PromiseRow, 'who' | 'to' | 'through'> {
    const named = (subjects: readonly SubjectRow[]): SubjectRow[] =>
      subjects.map((subject) => ({ ...subject, name: nameOf(this.world, subject) ?? subject.name }));
    return { who: named(who), to: named(to), through: named(through) };
  }

  private isRenamed({ who, to, through }: PromiseRow): boolean {
    return [...who, ...to, ...through].some(
      (subject) => (nameOf(this.world, subject) ?? subject.name) !== subject.name,
    );
  }

  /** Evaluates promises again when a verification becomes too old. */
  private schedule(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    const times = [...this.evaluations].flatMap(([id, { expires }]) => (expires === null ? [] : [{ id, expires }]));
    if (times.length === 0 || !this.following) return;
    const next = Math.min(...times.map(({ expires }) => expires));
    const wait = Math.min(Math.max(next - this.deps.clock.now(), 0) + 1, LONGEST_MS);
    this.cancelTimer = this.deps.clock.after(wait, () => {
      const now = this.deps.clock.now();
      for (const { id, expires } of times) if (expires <= now) this.unevaluated.add(id);
      try {
        this.record(null);
      } catch (error) {
        this.deps.log.error({ err: error }, 'promises could not be evaluated');
        this.schedule();
      }
    });
  }
}

/** Writes the breach and the event of a promise that is in another state since `now`. */
export function reportState(
  tx: Repositories,
  row: PromiseRow,
  state: PromiseState,
  promise: string,
  by: string | null,
  now: string,
): void {
  const emit = emitter(tx, ENGINE, now);
  const subjects = { dataCenterId: row.dataCenterId, promiseId: row.id };
  if (state === 'kept') {
    const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(row.since)) / 1000));
    emit('promise.kept', 'normal', say('promise.kept', { promise, seconds }), subjects);
    return;
  }
  const { findings } = row;
  tx.promiseBreaches.insert({ id: newId(), promiseId: row.id, state, from: now, until: null, findings, by });
  const [first] = findings;
  if (!first) return;
  const reason = first.message;
  if (state === 'broken') {
    const vms = [...new Set(first.path.flatMap(({ from, fromVmId }) => (fromVmId === null ? [] : [from])))];
    emit('promise.broken', 'error', say('promise.broken', { promise, reason, vms }), subjects);
  } else if (state === 'unknown')
    emit('promise.broken', 'warning', say('promise.unknown', { promise, reason }), subjects);
  else emit('promise.broken', 'warning', say('promise.no_subject', { promise, reason }), subjects);
}

const PEOPLE: ReadonlySet<string> = new Set<Event['by']['door']>(['cli', 'browser', 'desktop', 'ovirt']);

function keyOf({ kind, id }: SubjectRow): Key {
  return { vm: vmKey, network: networkKey, host: hostKey, label: labelKey, group: groupKey }[kind](id);
}

/** What a person wrote of a promise, without its state. */
function definition({ kind, who, to, through, maxAgeMinutes }: PromiseRow): string {
  const ids = (subjects: readonly SubjectRow[]): string[] => subjects.map(keyOf);
  return JSON.stringify([kind, ids(who), ids(to), ids(through), maxAgeMinutes]);
}

/** A host that is being connected says soon what is on it: until then the last state counts. */
function differs(row: PromiseRow, { state, findings, settling }: Evaluation): boolean {
  if (settling && row.state !== 'unknown') return false;
  return state !== row.state || JSON.stringify(findings) !== JSON.stringify(row.findings);
}

const SEVERITY: Record<PromiseState, number> = { kept: 0, unknown: 1, no_subject: 2, broken: 3 };

function isWorse(was: Evaluation, now: Evaluation): boolean {
  if (now.settling) return false;
  if (SEVERITY[now.state] > SEVERITY[was.state]) return true;
  return now.state === 'broken' && was.state === 'broken' && newFindings(was, now).length > 0;
}

/** What is broken now and was not: other ends, not another path between the same. A list that was full says nothing. */
function newFindings(was: Evaluation, now: Evaluation): PromiseFinding[] {
  if (was.findings.length >= MAX_FINDINGS) return [];
  const known = new Set(was.findings.map(endsOf));
  return now.findings.filter((finding) => !known.has(endsOf(finding)));
}

function endsOf({ message }: PromiseFinding): string {
  const { through: _, ...ends } = message.params as Record<string, unknown>;
  return JSON.stringify([message.type, ends]);
}
