import type { IslandJoint, NetworkStretch } from '../../contract';
import { pairKey } from '../core/pair-key';
import type { MapPairRow } from './rows';

/** The tunnels between hosts, for islands. */
export interface Joints {
  /** From a stretched network's host to its other ones; empty: it is none of its hosts. */
  of(stretch: NetworkStretch | undefined, hostId: string): IslandJoint[];
  /** Whether frames of the network pass between two hosts. */
  joins(stretch: NetworkStretch | undefined, one: string, other: string): boolean;
}

export const pairId = ({ lowId, highId }: Pick<MapPairRow, 'lowId' | 'highId'>): string => `${lowId}/${highId}`;

/** `pair`: by its id. */
export function jointsOf(pair: (id: string) => MapPairRow | undefined): Joints {
  const between = (one: string, other: string): MapPairRow | undefined => pair(pairId(pairKey(one, other)));
  return {
    of: (stretch, hostId) => {
      if (!stretch?.hosts.includes(hostId)) return [];
      return stretch.hosts
        .filter((other) => other !== hostId)
        .map((other) => {
          const { state = 'connecting', way = null, since = null } = between(hostId, other) ?? {};
          return { hostId: other, state, way, since };
        });
    },
    joins: (stretch, one, other) =>
      stretch !== undefined &&
      stretch.hosts.includes(one) &&
      stretch.hosts.includes(other) &&
      between(one, other)?.state === 'connected',
  };
}
