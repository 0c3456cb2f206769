import { describe, expect, it } from 'vitest';
import type { ObservedNic, ObservedVm } from '../../../engine/ports/observed';
import { RememberedVms } from './remembered-vms';

const tap = (name: string, master: string | null = 'blue'): ObservedNic => ({
  name,
  mac: 'fe:00:00:00:00:01',
  mtu: 1500,
  up: true,
  master,
  kind: 'tun',
});
const vm: ObservedVm = {
  id: '0198c5a0-0000-7000-8000-000000000001',
  name: 'web',
  ours: true,
  state: 'up',
  why: null,
  memoryMiB: 64,
  vnics: [{ mac: '02:00:00:00:00:01', tap: 'vnet0', bridge: 'blue', linked: true }],
};

/** A cache with one VM and its tap. */
function given(): RememberedVms {
  const memory = new RememberedVms();
  memory.remember(memory.mark, [vm], [tap('vnet0')], null);
  return memory;
}

describe('remembered VMs', () => {
  it('are returned while the same taps are in the same bridges', () => {
    expect(given().recall([tap('vnet0')])).toEqual([vm]);
  });

  it.each([
    ['a tap came', [tap('vnet0'), tap('vnet1')]],
    ['a tap went', []],
    ['a tap is in another bridge', [tap('vnet0', 'green')]],
    ['a tap is in none', [tap('vnet0', null)]],
  ])('are not returned if %s', (_, nics) => {
    expect(given().recall(nics)).toBeNull();
  });

  it('are dropped on an event', () => {
    const memory = given();
    memory.forget();
    expect(memory.any).toBe(false);
  });

  it('are not kept if an event arrived while they were read', () => {
    const memory = new RememberedVms();
    const { mark } = memory;
    memory.forget();
    memory.remember(mark, [vm], [tap('vnet0')], null);
    expect(memory.any).toBe(false);
  });

  it('are not kept if there is a tap that no VM owns, except the uplink', () => {
    const memory = new RememberedVms();
    memory.remember(memory.mark, [vm], [tap('vnet0'), tap('out0')], null);
    expect(memory.any).toBe(false);
    memory.remember(memory.mark, [vm], [tap('vnet0'), tap('out0')], 'out0');
    expect(memory.any).toBe(true);
  });

  it('are not kept if they could not be read', () => {
    const memory = new RememberedVms();
    memory.remember(memory.mark, null, [], null);
    expect(memory.any).toBe(false);
  });
});
