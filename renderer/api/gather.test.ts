import { expect, it } from 'vitest';
import type { EntityChange, LiveBatch } from '../../contract';
import { Gathered } from './gather';
import { KEPT_EVENTS } from './keys';

const batch = (seq: number, part: Partial<LiveBatch> = {}): LiveBatch => ({
  seq,
  reset: false,
  changes: [],
  events: [],
  ...part,
});
/** Only the fields that the test needs. */
const change = (kind: 'vm' | 'job', id: string, value: unknown) => ({ kind, id, value }) as EntityChange;
const vm = (id: string, value: unknown) => change('vm', id, value);

it('keeps the last state of each object, in the order of first change', () => {
  const gathered = new Gathered();
  gathered.add(batch(1, { changes: [vm('a', { id: 'a', state: 'down' }), vm('b', { id: 'b' })] }));
  gathered.add(batch(2, { changes: [vm('a', { id: 'a', state: 'up' }), vm('b', null)] }));
  expect(gathered.take()).toEqual(batch(2, { changes: [vm('a', { id: 'a', state: 'up' }), vm('b', null)] }));
  expect(gathered.take().changes).toEqual([]);
});

it('distinguishes objects of different kinds with the same id', () => {
  const gathered = new Gathered();
  gathered.add(batch(1, { changes: [vm('x', 1), change('job', 'x', 2)] }));
  expect(gathered.take().changes).toHaveLength(2);
});

it('drops changes older than a gap, and those that are read again', () => {
  const gathered = new Gathered();
  gathered.add(batch(1, { changes: [vm('a', 1)] }));
  gathered.add(batch(2, { reset: true }));
  gathered.add(batch(3, { changes: [vm('b', 1)] }));
  expect(gathered.take()).toEqual(batch(3, { reset: true }));
  gathered.add(batch(4, { changes: [vm('c', 1)] }));
  expect(gathered.take().changes).toEqual([vm('c', 1)]);
});

it('limits the number of queued changes', () => {
  const gathered = new Gathered();
  for (let part = 0; part < 3; part += 1)
    gathered.add(batch(part, { changes: Array.from({ length: 10_000 }, (_, i) => vm(`${part}-${i}`, 1)) }));
  expect(gathered.take()).toMatchObject({ reset: true, changes: [] });
  const event = (seq: number) => ({ seq }) as LiveBatch['events'][number];
  for (let seq = 0; seq < 600; seq += 1) gathered.add(batch(seq, { events: [event(seq)] }));
  const { events } = gathered.take();
  expect(events).toHaveLength(KEPT_EVENTS);
  expect(events.at(-1)?.seq).toBe(599);
});
