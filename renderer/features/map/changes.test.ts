import { describe, expect, it } from 'vitest';
import type { Event, EventType, Subjects } from '../../../contract';
import { changedBy, linesOf } from './changes';

const event = (seq: number, type: EventType, subjects: Subjects, user = 'ana'): Event => ({
  seq,
  at: new Date(seq * 1000).toISOString(),
  type,
  severity: 'normal',
  message: { type: 'vm.added', params: { vm: `${type} ${seq}` } },
  by: { user, door: 'browser' },
  subjects,
  undo: null,
});
const on = (networkId: string, hostId: string): Subjects => ({ networkId, hostId });

describe('changes on the map', () => {
  it('marks a VM with its latest change, except that a new VM stays new', () => {
    const { vms } = changedBy([
      event(4, 'vnic.moved', { vmId: 'old', networkId: 'n' }),
      event(3, 'vnic.added', { vmId: 'fresh', networkId: 'n' }),
      event(2, 'vm.added', { vmId: 'fresh' }),
      event(1, 'vm.updated', { vmId: 'old' }),
    ]);
    expect(Object.fromEntries(vms)).toEqual({ old: 'moved', fresh: 'new' });
  });

  it('reports a repaired island, unless a newer change is unresolved', () => {
    const { repaired } = changedBy([
      event(4, 'drift.detected', on('red', 'h')),
      event(3, 'drift.repaired', on('blue', 'h')),
      event(2, 'drift.repaired', on('red', 'h')),
      event(1, 'drift.detected', on('blue', 'h')),
    ]);
    expect([...repaired]).toEqual([['blue/h', new Date(3000).toISOString()]]);
  });

  it('groups many changes of one kind and actor into one line', () => {
    const lines = linesOf([
      ...[9, 8, 7, 6].map((seq) => event(seq, 'vm.added', { vmId: `v${seq}` })),
      event(5, 'vm.added', { vmId: 'bobs' }, 'bob'),
      event(4, 'network.added', { networkId: 'n' }),
    ]);
    expect(lines.map((line) => [line.type, line.events.length])).toEqual([
      ['vm.added', 4],
      ['vm.added', 1],
      ['network.added', 1],
    ]);
  });
});
