import { expect, it } from 'vitest';
import { checkerName } from './event-list';
import { stretchLabel } from './stretch-label';

const stretchedOver = (...hosts: string[]) => ({ stretch: { hosts, way: 'auto' as const } });
const apart = { islands: ['a', 'b'].map((host) => ({ hostId: host, host, vms: [] })) };

it('names what the dialog does for the network: stretch it, add the hosts that are not part of it, or change its tunnels', () => {
  expect(stretchLabel({ stretch: null }, apart)).toBe('Stretch');
  expect(stretchLabel(stretchedOver('a', 'c') as never, apart)).toBe('Add hosts');
  expect(stretchLabel(stretchedOver('a', 'b', 'c') as never, apart)).toBe('Change tunnels');
});

it('names the engine as the actor of a check as in events', () => {
  expect([checkerName('atoll'), checkerName('eva')]).toEqual(['Atoll', 'eva']);
});
