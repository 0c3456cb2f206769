import type { PromiseBreach } from '../../contract';
import type { PromiseGroupRow, PromiseRow, Repositories } from '../../engine/ports/store';
import { type Context, Query, RowTable } from '../row-table';
import { promiseBreaches, promiseGroups, promises } from '../tables';
import { byId } from './by-id';

/** How many breaches are kept of each promise. */
const BREACHES_KEPT = 200;

export function promiseRepository(context: Context): Repositories['promises'] {
  const table = new RowTable<PromiseRow>(context, promises, {
    subject: 'promise',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'promise', id }],
  });
  const ofDataCenter = table.select('WHERE data_center_id = ? ORDER BY rowid');
  const count = new Query<{ count: number }>(
    context.sqlite,
    [{ field: 'count', sql: 'count(*)', decode: null }],
    'FROM promises',
  );
  return {
    ...byId(table),
    ofDataCenter: (id) => ofDataCenter.all(id),
    count: () => count.get()?.count ?? 0,
  };
}

export function promiseGroupRepository(context: Context): Repositories['promiseGroups'] {
  const table = new RowTable<PromiseGroupRow>(context, promiseGroups, {
    subject: 'group',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'promise_group', id }],
  });
  const ofDataCenter = table.select('WHERE data_center_id = ? ORDER BY rowid');
  return { ...byId(table), ofDataCenter: (id) => ofDataCenter.all(id) };
}

export function promiseBreachRepository(context: Context): Repositories['promiseBreaches'] {
  const table = new RowTable<PromiseBreach>(context, promiseBreaches, {
    subject: 'breach of a promise',
    key: ['id'],
    touches: () => [],
  });
  const ofPromise = table.select('WHERE promise_id = ? ORDER BY rowid DESC');
  const open = table.select('WHERE promise_id = ? AND ended_at IS NULL');
  const old = table.select(`WHERE promise_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ${BREACHES_KEPT}`);
  return {
    ofPromise: (promiseId) => ofPromise.all(promiseId),
    insert: (row) => {
      table.insert(row);
      for (const { id } of old.all(row.promiseId)) table.remove(id);
    },
    end: (promiseId, until) => {
      for (const { id } of open.all(promiseId)) table.update([id], { until });
    },
  };
}
