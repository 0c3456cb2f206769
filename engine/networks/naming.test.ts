import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkName } from '../../contract';
import { bridgeName, canBeBridge } from './naming';

const ID = '0198c5a0-1234-7abc-8def-0123456789ab';
const never = () => false;

describe('bridgeName (O5)', () => {
  it.each(['blue', 'db_1', 'English', 'local', 'Netz-7', 'a', 'engine', 'outside', '_x'])('keeps %s', (name) => {
    expect(bridgeName(name, ID, never)).toBe(name);
  });

  it.each([
    'lo',
    'all',
    'default',
    'eth0',
    'enp3s0',
    'eno1',
    'wlan0',
    'wlp2s0',
    'enx0123456789ab',
    'veth1',
    'vnet0',
    'virbr0',
    'docker0',
    'br-abc',
    'tap0',
    'tun1',
    'bond0',
    'atp1',
    'atm1',
    '5',
    'if5',
    'type',
    'a name',
    '-rf',
    '../etc',
    'netz.7',
    '$(reboot)',
    "a'b",
    'näher',
    '😀',
    'x'.repeat(16),
    'dev',
    'UP',
  ])('replaces %j', (name) => {
    expect(bridgeName(name, ID, never)).toBe('on0198c5a012347');
  });

  it("never returns the name of another network's bridge", () => {
    const taken = new Set(['blue', 'on0198c5a012347']);
    expect(bridgeName('blue', ID, (name) => taken.has(name))).toBe('on198c5a012347a');
  });

  it('returns different names for networks that were created in the same millisecond', () => {
    const taken = new Set<string>();
    for (let n = 0; n < 500; n += 1) {
      const id = `0198c5a0-1234-7${n.toString(16).padStart(3, '0')}-8def-${(n * 7919).toString(16).padStart(12, '0')}`;
      taken.add(bridgeName('名前', id, (name) => taken.has(name)));
    }
    expect(taken.size).toBe(500);
  });

  it('returns a name that the kernel accepts for any name that the contract accepts', () => {
    const names = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((name) => NetworkName.safeParse(name).success);
    fc.assert(
      fc.property(names, (name) => {
        const bridge = bridgeName(name, ID, never);
        expect(bridge).toMatch(/^[0-9a-zA-Z_][0-9a-zA-Z_-]{0,14}$/);
        expect(bridge === name).toBe(canBeBridge(name));
      }),
    );
  });
});
