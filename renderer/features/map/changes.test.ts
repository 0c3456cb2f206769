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

describe('what changed', () => {
  it('marks a VM by its latest change, but a new one as new', () => {
    const { vms } = changedBy([
      event(4, 'vnic.moved', { vmId: 'old', networkId: 'n' }),
      event(3, 'vnic.added', { vmId: 'fresh', networkId: 'n' }),
      event(2, 'vm.added', { vmId: 'fresh' }),
      event(1, 'vm.updated', { vmId: 'old' }),
    ]);
    expect(Object.fromEntries(vms)).toEqual({ old: 'moved', fresh: 'new' });
  });

  it('tells that an island was repaired, but not while something newer is open', () => {
    const { repaired } = changedBy([
      event(4, 'drift.detected', on('red', 'h')),
      event(3, 'drift.repaired', on('blue', 'h')),
      event(2, 'drift.repaired', on('red', 'h')),
      event(1, 'drift.detected', on('blue', 'h')),
    ]);
    expect([...repaired]).toEqual([['blue/h', new Date(3000).toISOString()]]);
  });

  it('lists many of a kind by one person as one line, few one by one', () => {
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
