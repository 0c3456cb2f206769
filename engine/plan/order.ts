import type { Change } from '../ports/changes';

/**
 * The safe order within a group. The name comes first, because all other changes name the bridge by it; then the seal, so that
 * nothing is repaired on an open bridge; leaks are fixed before other differences; ports are added last, quieted before they are
 * plugged; a bridge is deleted only after its taps have moved elsewhere. Changes of the outside, of
 * services, and of tunnels are in separate groups.
 */
const RANK: Record<Change['kind'], number> = {
  'bridge.rename': 0,
  'bridge.mark': 1,
  'bridge.create': 2,
  'bridge.seal': 3,
  'port.remove': 4,
  'address.remove': 5,
  'bridge.options': 6,
  'bridge.mac': 7,
  'bridge.mtu': 8,
  'bridge.up': 9,
  'port.quiet': 10,
  'port.options': 11,
  'port.add': 12,
  'bridge.delete': 13,
  'bridge.release': 13,
  'seal.remove': 14,
  'outside.stop': 15,
  'outside.start': 16,
  'forward.remove': 17,
  'forward.add': 18,
  'services.stop': 19,
  'services.start': 20,
  'services.reload': 21,
  'tunnel.end.remove': 22,
  'tunnel.stop': 23,
  'tunnel.start': 24,
  'tunnel.next_key': 25,
  'tunnel.end.add': 26,
  'tunnel.end.forget': 27,
};

/** The changes of one group in a safe order. Stable: equal ranks keep their order. */
export function order(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => RANK[a.kind] - RANK[b.kind]);
}
