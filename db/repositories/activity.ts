import type { Event } from '../../contract';
import type { EventFilter, Repositories } from '../../engine/ports/store';
import { translating } from '../errors';
import type { Query } from '../row-table';
import { type Context, RowTable, type SqlValue } from '../row-table';
import { events, jobSteps, jobs } from '../tables';

export function jobRepository(context: Context): Repositories['jobs'] {
  const table = new RowTable(context, jobs, {
    subject: 'job',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'job', id }],
  });
  const all = table.select('ORDER BY rowid DESC');
  const recent = table.select('ORDER BY rowid DESC LIMIT ?');
  const recentInState = table.select('WHERE state = ? ORDER BY rowid DESC LIMIT ?');
  const inStates = table.select('WHERE state IN (SELECT value FROM json_each(?)) ORDER BY rowid DESC');
  return {
    get: (id) => table.get(id),
    list: () => all.all(),
    recent: (limit, state) => (state === undefined ? recent.all(limit) : recentInState.all(state, limit)),
    inState: (states) => inStates.all(JSON.stringify(states)),
    insert: (row) => table.insert(row),
    update: (id, patch) => table.update([id], patch),
    remove: (id) => void table.remove(id),
  };
}

export function stepRepository(context: Context): Repositories['steps'] {
  const table = new RowTable(context, jobSteps, {
    subject: "job's step",
    key: ['jobId', 'index'],
    touches: ({ jobId }) => [{ kind: 'job', id: jobId }],
  });
  const ofJob = table.select('WHERE job_id = ? ORDER BY step');
  return {
    ofJob: (jobId) => ofJob.all(jobId),
    insert: (row) => table.insert(row),
    update: (jobId, index, patch) => table.update([jobId, index], patch),
    removeOfJob: (jobId) => {
      context.unit.write(() => ofJob.all(jobId).forEach((step) => table.remove(jobId, step.index)));
    },
  };
}

/** The subjects by which events are asked for; the migration has an index on each of these expressions. */
const BY_SUBJECT = {
  networkId: "subjects ->> '$.networkId'",
  hostId: "subjects ->> '$.hostId'",
  vmId: "subjects ->> '$.vmId'",
};

export function eventRepository(context: Context): Repositories['events'] {
  const { sqlite, unit } = context;
  const table = new RowTable(context, events, { subject: 'event', key: ['seq'], touches: () => [] });
  const insert = sqlite.prepare<SqlValue[]>(
    'INSERT INTO events (at, type, severity, message, actor, subjects, undo) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const undoable = table.select(
    "WHERE undo IS NOT NULL AND seq < ? AND subjects ->> '$.undoes' IS NULL ORDER BY seq DESC LIMIT ?",
  );
  const undoing = table.select("WHERE subjects ->> '$.undoes' = ? AND undo IS NOT NULL ORDER BY seq");
  const after = table.select('WHERE seq > ? ORDER BY seq LIMIT ?');
  const last = sqlite.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'events'").pluck();
  const prune = sqlite.prepare<[number]>(
    'DELETE FROM events WHERE seq <= (SELECT seq FROM events ORDER BY seq DESC LIMIT 1 OFFSET ?)',
  );
  const filtered = new Map<string, Query<Event>>();

  return {
    append: (event) =>
      unit.write(() =>
        translating(
          () => {
            const { lastInsertRowid } = insert.run(
              event.at,
              event.type,
              event.severity,
              JSON.stringify(event.message),
              JSON.stringify(event.by),
              JSON.stringify(event.subjects),
              event.undo === null ? null : JSON.stringify(event.undo),
            );
            const stored: Event = { ...event, seq: Number(lastInsertRowid) };
            unit.appended(stored);
            return stored;
          },
          { subject: 'event', verb: 'insert' },
        ),
      ),
    get: (seq) => table.get(seq),
    undoable: (before, limit) => undoable.all(before, limit),
    undoing: (seq) => undoing.all(seq),
    after: (seq, limit) => after.all(seq, limit),
    recent: (filter) => {
      const [where, params] = conditions(filter);
      const tail = `${where} ORDER BY seq DESC LIMIT ?`;
      let query = filtered.get(tail);
      if (!query) filtered.set(tail, (query = table.select(tail)));
      return query.all(...params, filter.limit);
    },
    lastSeq: () => translating(() => last.get() ?? 0),
    prune: (keep) => unit.write(() => translating(() => prune.run(Math.max(0, keep)).changes)),
  };
}

function conditions(filter: EventFilter): [where: string, params: SqlValue[]] {
  const terms: string[] = [];
  const params: SqlValue[] = [];
  const add = (term: string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    terms.push(term);
    params.push(value);
  };
  add('seq > ?', filter.after);
  add('type = ?', filter.type);
  add('type IN (SELECT value FROM json_each(?))', filter.types && JSON.stringify(filter.types));
  // Instants rise with the numbers: no event before the last one that is too old is looked at.
  add('seq > ifnull((SELECT max(seq) FROM events WHERE at < ?), 0)', filter.since);
  add('severity = ?', filter.severity);
  add(`${BY_SUBJECT.networkId} = ?`, filter.networkId);
  add(`${BY_SUBJECT.hostId} = ?`, filter.hostId);
  add(`${BY_SUBJECT.vmId} = ?`, filter.vmId);
  return [terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`, params];
}

export function counterRepository({ sqlite, unit }: Context): Repositories['counters'] {
  const next = sqlite
    .prepare<[string], number>(
      `INSERT INTO counters (name, value) VALUES (?, 1)
       ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value - 1`,
    )
    .pluck();
  const peek = sqlite.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck();
  return {
    next: (name) => unit.write(() => translating(() => next.get(name) ?? 0)),
    peek: (name) => translating(() => peek.get(name) ?? 0),
  };
}
