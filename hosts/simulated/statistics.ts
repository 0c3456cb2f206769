import { createHash } from 'node:crypto';
import type { HostCounters, VmCounters } from '../../engine/ports/statistics';
import { freeMemory } from './observe';
import type { Machine } from './machine';
import type { SimVm } from './state';

/** Waves of a simulated guest's work last between these; seconds. */
const SHORTEST = 40;
const LONGEST = 240;
const MIB = 1024;

/**
 * What a simulated host and its VMs have used: made up from their ids and the time alone, so that the same VM has the same curve in
 * each run. No program runs behind it.
 */
export function simulatedCounters(machine: Machine): HostCounters {
  const { state, how, clock } = machine;
  const at = clock.now();
  const vms = [...state.vms.values()].flatMap((vm) => (vm.live === null ? [] : [countersOf(vm, vm.live, at)]));
  const total = (at / 1000) * how.cpus;
  const busy = Math.min(total, vms.reduce((sum, { cpuNs }) => sum + cpuNs / 1e9, 0) + total * 0.02);
  const memory = how.memoryMiB * MIB;
  return {
    atMs: at,
    cpu: { busy, total },
    memoryKiB: { total: memory, used: memory - freeMemory(state, how) * MIB },
    vms,
  };
}

function countersOf(vm: SimVm, live: NonNullable<SimVm['live']>, at: number): VmCounters {
  const seconds = at / 1000;
  const isPaused = vm.state === 'paused';
  const kib = live.memoryMiB * MIB;
  const used = Math.round(kib * (0.35 + 0.2 * level(vm.spec.id, 'memory', seconds)));
  return {
    id: vm.spec.id,
    cpuNs: isPaused ? 0 : Math.round(total(vm.spec.id, 'cpu', seconds) * 0.5 * vm.spec.cpus * 1e9),
    hostKiB: Math.round(kib * 0.9),
    guestKiB: vm.spec.boot.kind === 'tiny' ? null : kib,
    usedKiB: vm.spec.boot.kind === 'tiny' ? null : used,
    diskRead: vm.spec.boot.kind === 'tiny' ? 0 : Math.round(total(vm.spec.id, 'read', seconds) * 400_000),
    diskWrite: vm.spec.boot.kind === 'tiny' ? 0 : Math.round(total(vm.spec.id, 'write', seconds) * 900_000),
    nics: live.vnics.map(({ tap, mac, linked }) => ({
      tap,
      received: linked ? Math.round(total(mac, 'received', seconds) * 250_000) : 0,
      sent: linked ? Math.round(total(mac, 'sent', seconds) * 120_000) : 0,
    })),
  };
}

/** A wave between 0 and 1: its mean, period and phase come from the id. */
function wave(id: string, what: string): { mean: number; swing: number; turn: number; phase: number } {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(`${id}/${what}`).digest();
  const mean = 0.1 + (0.5 * a) / 255;
  return {
    mean,
    swing: Math.min(mean, 1 - mean) * 0.8,
    turn: (2 * Math.PI) / (SHORTEST + ((LONGEST - SHORTEST) * b) / 255),
    phase: (2 * Math.PI * c) / 255,
  };
}

/** Its value at a time. */
function level(id: string, what: string, seconds: number): number {
  const { mean, swing, turn, phase } = wave(id, what);
  return mean + swing * Math.sin(turn * seconds + phase);
}

/** Its integral, which never falls because the wave is never negative. */
function total(id: string, what: string, seconds: number): number {
  const { mean, swing, turn, phase } = wave(id, what);
  return mean * seconds - (swing / turn) * Math.cos(turn * seconds + phase);
}
