import type { Change } from '../ports/changes';

/**
 * The safe order inside a group. The name comes first, since all else names the bridge by it; then the seal, so that
 * nothing is repaired on an open bridge; what leaks goes before what is merely wrong; ports come back last, silent before
 * they are plugged; a bridge is deleted only after its taps have moved elsewhere. What concerns the outside stands in groups of its own.
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
};

/** The changes of one group in the order in which they are safe. Stable: equals keep their order. */
export function order(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => RANK[a.kind] - RANK[b.kind]);
}
