import { describe, expect, it } from 'vitest';
import { DEFAULT_HARDWARE, type VmState } from '../../../contract';
import type { ObservedVm } from '../../ports/observed';
import type { VmRow } from '../../ports/store';
import { moveOf } from './vm-states';

const vm = (state: VmState): VmRow => ({
  id: 'v',
  clusterId: 'c',
  dataCenterId: 'd',
  name: 'web',
  comment: '',
  state,
  reason: null,
  hostId: 'h',
  memoryMiB: 192,
  cpus: 1,
  boot: { kind: 'tiny' },
  cdroms: [],
  hardware: DEFAULT_HARDWARE,
  autostart: false,
  guest: null,
  startedAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
});
const seen = (state: VmState, why: string | null = null): ObservedVm => ({
  id: 'v',
  name: 'web',
  ours: true,
  state,
  why,
  memoryMiB: 192,
  vnics: [],
});

describe('the state of a VM after an observation', () => {
  it('does not change if both agree, or if it was never started', () => {
    expect(moveOf(vm('up'), seen('up'), false)).toBeNull();
    expect(moveOf(vm('down'), undefined, false)).toBeNull();
    expect(moveOf(vm('suspended'), undefined, false)).toBeNull();
  });

  it('waits for a guest that is powering off', () => {
    expect(moveOf(vm('powering_down'), seen('up'), false)).toBeNull();
    expect(moveOf(vm('powering_down'), seen('down', 'shutdown'), false)).toMatchObject({
      state: 'down',
      event: { type: 'vm.state' },
    });
  });

  it.each([
    ['destroyed', 'destroyed'],
    ['crashed', 'crashed'],
    [null, 'unknown'],
  ] as const)('reports an unexpected end as such (%s)', (detail, why) => {
    expect(moveOf(vm('up'), seen('down', detail), false)).toEqual({
      state: 'down',
      reason: { type: 'reason.vm.ended', params: { why, detail } },
      event: { type: 'vm.ended_from_outside', message: { type: 'vm.ended', params: { vm: 'web', why, detail } } },
    });
  });

  it('handles a missing definition, and a host that was restarted', () => {
    expect(moveOf(vm('up'), undefined, false)).toMatchObject({ reason: { params: { why: 'undefined' } } });
    expect(moveOf(vm('up'), seen('down'), true)).toMatchObject({ reason: { params: { why: 'host_restarted' } } });
    expect(moveOf(vm('unknown'), seen('down', 'crashed'), false)).toMatchObject({
      event: { type: 'vm.ended_from_outside' },
    });
  });

  it('is up if the VM was started from outside', () => {
    expect(moveOf(vm('down'), seen('up'), false)).toMatchObject({ state: 'up', event: { type: 'vm.state' } });
  });
});
