import { describe, expect, it } from 'vitest';
import { plan } from '../plan/plan';
import type { ObservedHost, ObservedPort } from '../ports/observed';
import { emptyHost, spec, wantedHost } from '../../test/support/worlds';
import { sealedBridge, tapPort } from '../../test/support/simulate-changes';
import { GRACE_MS, InFlightFilter } from './in-flight-filter';

const wanted = wantedHost([1], []);
const withPort = (port: ObservedPort): ObservedHost => ({
  ...emptyHost(),
  bridges: [{ ...sealedBridge(spec(1)), ports: [port] }],
});
const notBusy = (): boolean => false;

describe('in-flight changes', () => {
  it('a tap that no VM owns is ignored for a moment, then removed', () => {
    const filter = new InFlightFilter();
    const observed = withPort(tapPort('vnet9'));
    const first = filter.settledPart(wanted, observed, notBusy, false, 1_000);
    expect(first.unsettled).toBe(true);
    expect(plan(first.wanted, first.observed).groups).toEqual([]);
    const later = filter.settledPart(wanted, observed, notBusy, false, 1_000 + GRACE_MS);
    expect(plan(later.wanted, later.observed).groups).toHaveLength(1);
  });

  it('are not ignored longer if the clock is set back', () => {
    const filter = new InFlightFilter();
    const observed = withPort(tapPort('vnet9'));
    filter.settledPart(wanted, observed, notBusy, false, 1_000_000);
    filter.settledPart(wanted, observed, notBusy, false, 1_000);
    const later = filter.settledPart(wanted, observed, notBusy, false, 1_000 + GRACE_MS);
    expect(plan(later.wanted, later.observed).groups).toHaveLength(1);
  });

  it('an enslaved NIC is not ignored', () => {
    const port: ObservedPort = { name: 'eth1', mac: '02:00:00:00:00:01', kind: 'other', up: true, ipv6Disabled: true };
    const { wanted: w, observed } = new InFlightFilter().settledPart(wanted, withPort(port), notBusy, true, 0);
    expect(plan(w, observed).groups).toHaveLength(1);
  });

  it('the taps of a VM that we are changing are always ignored', () => {
    const busyVm = wantedHost([1], [1]);
    const vmId = busyVm.taps[0]?.vmId ?? '';
    const base = withPort({ ...tapPort('vnet0'), ipv6Disabled: false });
    const vnics = [{ mac: busyVm.taps[0]?.mac ?? '', tap: 'vnet0', bridge: 'net1', linked: true }];
    const vms = [{ id: vmId, name: 'vm', ours: true, state: 'up' as const, why: null, memoryMiB: 1, vnics }];
    const idle = new InFlightFilter().settledPart(busyVm, { ...base, vms }, notBusy, false, 0);
    expect(plan(idle.wanted, idle.observed).groups).toHaveLength(1);
    const busy = new InFlightFilter().settledPart(busyVm, { ...base, vms }, (id) => id === vmId, true, 0);
    expect(plan(busy.wanted, busy.observed).groups).toEqual([]);
  });
});
