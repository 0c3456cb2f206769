import { beforeEach, describe, expect, test } from 'vitest';
import type { ForwardRow, Store } from '../../engine/ports/store';
import { openMemoryStore } from '../store';
import { aHost, aVm, defaultPlace, thrownBy, touchedBy } from '../testing/rows';

describe('forwards', () => {
  let store: Store;
  let vmId: string;
  let hostId: string;
  beforeEach(() => {
    store = openMemoryStore();
    const place = defaultPlace(store);
    const host = aHost(place.clusterId);
    store.hosts.insert(host);
    hostId = host.id;
    const vm = aVm(place, { hostId });
    store.vms.insert(vm);
    vmId = vm.id;
  });

  const aForward = (over: Partial<ForwardRow> = {}): ForwardRow => ({
    id: crypto.randomUUID(),
    vmId,
    protocol: 'tcp',
    hostPort: 8080,
    guestPort: 80,
    state: 'pending',
    message: null,
    createdAt: new Date().toISOString(),
    ...over,
  });

  test('are found by VM, by host and by port', () => {
    const [tcp, udp] = [aForward(), aForward({ protocol: 'udp', state: 'open' })];
    store.forwards.insert(tcp);
    store.forwards.insert(udp);
    expect(store.forwards.ofVm(vmId)).toEqual([tcp, udp]);
    expect(store.forwards.ofHost(hostId)).toEqual([tcp, udp]);
    expect(store.forwards.byHostPort('udp', 8080)).toEqual(udp);
    expect(store.forwards.byHostPort('udp', 8081)).toBeUndefined();
  });

  test('have a port of this computer each', () => {
    store.forwards.insert(aForward());
    expect(thrownBy(() => store.forwards.insert(aForward({ guestPort: 81 })))).toMatchObject({
      code: 'CONFLICT',
      field: 'hostPort',
      rule: 'S12',
    });
  });

  test.each([{ hostPort: 0 }, { hostPort: 65_536 }, { guestPort: 0 }])('are refused with %j', (over) => {
    expect(thrownBy(() => store.forwards.insert(aForward(over)))).toMatchObject({ code: 'RULE_BROKEN' });
  });

  test('are removed with their VM, and that is published', () => {
    const forward = aForward();
    store.forwards.insert(forward);
    expect(touchedBy(store, () => store.vms.remove(vmId))).toContain(`forward ${forward.id}`);
    expect(store.forwards.list()).toEqual([]);
  });
});
