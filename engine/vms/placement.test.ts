import { say } from '../../contract';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../test/support/refusals';
import { type Candidate, evaluate, place, reserveMiB, whyNever, whyNot } from './placement';
import { textOf } from '../../english';

const capabilities = {
  hostname: 'h',
  kernel: '6',
  bootId: 'b',
  cpus: 2,
  memoryMiB: 4096,
  rootless: true,
  kvm: false,
  tools: {},
  gaps: [],
};
const candidate = (name: string, more: Partial<Candidate> = {}, host: Partial<Candidate['host']> = {}): Candidate => ({
  host: { id: name, name, state: 'up', reason: null, capabilities, labels: [], ...host },
  usedMiB: 0,
  regularNetworks: new Set(),
  mates: 0,
  ...more,
});
const vm = {
  name: 'web1',
  memoryMiB: 192,
  cpus: 1,
  networks: [{ id: 'n1', name: 'blue', isIsolated: true, label: null }],
};

describe('placement (O2)', () => {
  it('prefers the host where most island mates run, then the one with most memory left', () => {
    const [a, b, c] = [candidate('a', { usedMiB: 100 }), candidate('b', { mates: 2, usedMiB: 1000 }), candidate('c')];
    expect(place(vm, [a, b, c])).toBe(b);
    expect(place(vm, [a, c])).toBe(c);
  });

  it('does not require isolated networks, which are created at the start (S8), but does require regular ones', () => {
    const outside = { ...vm, networks: [{ id: 'n2', name: 'outside', isIsolated: false, label: null }] };
    expect(whyNot(vm, candidate('a'))).toBeNull();
    expect(whyNot(outside, candidate('a'))).toEqual(say('placement.lacks_networks', { networks: ['outside'] }));
    expect(whyNot(outside, candidate('a', { regularNetworks: new Set(['n2']) }))).toBeNull();
    expect(whyNot({ ...vm, networks: [] }, candidate('a'))).toBeNull();
  });

  it('admits memory up to the last MiB that is not reserved for the host', () => {
    const left = capabilities.memoryMiB - reserveMiB(capabilities.memoryMiB);
    expect(whyNot({ ...vm, memoryMiB: left }, candidate('a'))).toBeNull();
    const why = whyNot({ ...vm, memoryMiB: left + 1 }, candidate('a'));
    expect(why && textOf(why)).toContain(`needs ${left + 1} MiB, but only ${left} MiB are free: 4096 MiB in total`);
  });

  it('admits as many CPUs as the host has, and more only if they are not checked', () => {
    expect(whyNot({ ...vm, cpus: 2 }, candidate('a'))).toBeNull();
    for (const why of [whyNot({ ...vm, cpus: 3 }, candidate('a')), whyNever({ ...vm, cpus: 3 }, candidate('a'))])
      expect(why && textOf(why)).toBe('the VM has 3 CPUs, but it has only 2');
    expect(whyNot({ ...vm, cpus: null }, candidate('a'))).toBeNull();
  });

  it('falls back to the host of mates that are down, if none runs', () => {
    const [a, b] = [candidate('a', { usedMiB: 0 }), candidate('b', { sleepingMates: 1, usedMiB: 1000 })];
    expect(place(vm, [a, b])).toBe(b);
    expect(place(vm, [candidate('c', { mates: 1, usedMiB: 1500 }), b]).host.name).toBe('c');
  });

  it('reports a regular network that differs on the host as out of sync, not as missing', () => {
    const outside = { ...vm, networks: [{ id: 'n2', name: 'outside', isIsolated: false, label: null }] };
    expect(whyNot(outside, candidate('a', { outOfSync: new Set(['n2']) }))).toEqual(
      say('placement.out_of_sync', { networks: ['outside'] }),
    );
  });

  it('allows storing a VM where it could run once others have stopped, but not where it never could', () => {
    expect(whyNever(vm, candidate('a', { usedMiB: 4000 }))).toBeNull();
    expect(whyNever({ ...vm, memoryMiB: 4000 }, candidate('a'))).toMatchObject({ params: { total: 4096 } });
  });

  it('reports why the other hosts were not chosen, with figures', () => {
    const hosts = [
      candidate('a', { mates: 1 }),
      candidate('b', { mates: 3 }),
      candidate('c', {}, { state: 'maintenance' }),
    ];
    expect(evaluate(vm, hosts).map(({ chosen, can, why }) => [chosen, can, why && textOf(why)])).toEqual([
      [false, true, '1 VM on its networks runs there, 3 on "b"'],
      [true, true, '3 VMs on its networks run there'],
      [false, false, 'it is in maintenance'],
    ]);
    expect(evaluate(vm, [candidate('a'), candidate('b', { usedMiB: 500 })])[1]?.why).toEqual(
      say('placement.less_memory', { here: 3084, there: 3584, host: 'a' }),
    );
  });

  it('reports for every host why not', () => {
    const hosts = [
      candidate('a', { usedMiB: 9999 }),
      candidate(
        'b',
        {},
        { state: 'non_operational', reason: say('reason.host.lacks_networks', { networks: ['blue'], more: 0 }) },
      ),
    ];
    const { code, message } = refusal(() => place(vm, hosts));
    expect(code).toBe('NO_CAPACITY');
    expect(message).toContain('"a": the VM needs 192 MiB, but only 0 MiB are free');
    expect(message).toContain('"b": it is non-operational (it does not have "blue")');
    expect(refusal(() => place(vm, [])).remedy.action?.procedure).toBe('hosts.add');
  });
});
