import type { IsolationCheck } from '../../../contract';
import { ENGINE } from '../../core/events';
import { newId } from '../../core/ids';
import { pointsOf, type SeenHost, TITLES, verdictOf } from '../../plan/check-points';
import type { BridgeSpec } from '../../ports/changes';

interface Seen {
  readonly hostId: string;
  readonly spec: BridgeSpec;
  readonly seen: SeenHost;
  readonly now: string;
}

/**
 * The isolation check that a pass gives for free: its last observation covers everything but the kernel's own list of hooks, which
 * would need a process for each network, and is marked as not queried.
 */
export function seenIsolation({ hostId, spec, seen, now }: Seen): IsolationCheck {
  const points = pointsOf(spec, seen);
  return {
    id: newId(),
    networkId: spec.networkId,
    hostId,
    at: now,
    probe: false,
    verdict: verdictOf(points),
    points: [...points, HOOKS_NOT_ASKED],
    by: ENGINE.user,
  };
}

const HOOKS_NOT_ASKED = {
  id: 'hooks' as const,
  title: TITLES.hooks,
  ok: null,
  evidence: 'not checked on deployment or repair; run a check to include it',
};
