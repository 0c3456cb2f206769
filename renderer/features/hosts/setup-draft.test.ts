import { describe, expect, it } from 'vitest';
import { bond, changesOf, draftOf, place, setIpv4, targetsOf, unbond } from './setup-draft';
import { aNic } from '../../../test/support/a-nic';

const empty = draftOf([], []);
const nics = ['eth0', 'eth1', 'eth2'].map((name) => aNic('h', name));
const changes = (is: typeof empty, was = empty) => changesOf(was, is, (id) => id.toUpperCase());

describe('the draft of Set up networks', () => {
  it('assigns networks to NICs and removes them', () => {
    const red = place(empty, 'red', 'eth1');
    expect(changes(red).words).toEqual(['RED is attached to eth1, no address']);
    expect(changes(place(red, 'red', null)).words).toEqual([]);
    expect(changes(empty, red).input).toMatchObject({ attach: [], detach: ['red'] });
  });

  it('bonds two NICs with their networks, and breaks the bond again', () => {
    const red = place(empty, 'red', 'eth1');
    const bonded = bond(bond(red, 'eth2', 'eth1'), 'eth0', 'bond0');
    expect(changes(bonded).input).toMatchObject({
      bonds: [{ name: 'bond0', mode: 'active-backup', nics: ['eth1', 'eth2', 'eth0'] }],
      attach: [{ network: 'red', nic: 'bond0' }],
    });
    expect(targetsOf(nics, bonded)).toEqual(['bond0']);
    expect(changes(unbond(bonded, 'bond0')).input).toMatchObject({ bonds: [], attach: [{ nic: 'eth1' }] });
    expect(bond(red, 'eth1', 'eth1')).toBe(red);
  });

  it("keeps a network's address when it moves", () => {
    const own = { kind: 'static', address: '192.0.2.10/24', gateway: null } as const;
    const moved = place(setIpv4(place(empty, 'red', 'eth1'), 'red', own), 'red', 'eth2');
    expect(changes(moved).words).toEqual(['RED is attached to eth2, 192.0.2.10/24']);
  });
});
