import type { Event, Incident, IsolationCheck } from '../../contract';

/** A check can see a change before the watchers report it: the notice can come this much later. Milliseconds. */
const NOTICE_MS = 120_000;

/**
 * The outside changes of one network, from its events in any order; newest first. Drift that is found while an older one is open is
 * a separate incident; a repair closes all open ones on its host.
 */
export function incidentsOf(events: readonly Event[]): Incident[] {
  const open = new Map<string, Incident[]>();
  const all: Incident[] = [];
  for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
    const { hostId } = event.subjects;
    if (hostId === undefined) continue;
    const ofHost = open.get(hostId) ?? [];
    switch (event.type) {
      case 'drift.detected':
      case 'network.deploy_failed': {
        const failed = event.type === 'network.deploy_failed';
        const outcome = failed ? ('failed' as const) : ('open' as const);
        const begun: Incident = {
          hostId,
          foundAt: event.at,
          words: event.message,
          outcome,
          endedAt: null,
          repair: null,
        };
        all.unshift(begun);
        open.set(hostId, [...ofHost, begun]);
        break;
      }
      case 'drift.repair_failed':
        for (const incident of ofHost) Object.assign(incident, { outcome: 'failed', repair: event.message });
        break;
      case 'drift.repaired':
      case 'network.deployed':
        for (const incident of ofHost)
          Object.assign(incident, { outcome: 'repaired', endedAt: event.at, repair: event.message });
        open.delete(hostId);
        break;
      default:
        break;
    }
  }
  return all;
}

/** The cause of a failed check: the newest incident of its host that was open then. */
export function incidentAt(check: IsolationCheck, incidents: readonly Incident[]): Incident | null {
  if (check.verdict !== 'not_isolated') return null;
  const at = Date.parse(check.at);
  const matching = incidents.filter(
    ({ hostId, foundAt, endedAt }) =>
      hostId === check.hostId &&
      Date.parse(foundAt) <= at + NOTICE_MS &&
      (endedAt === null || Date.parse(endedAt) >= at),
  );
  return matching.find(({ foundAt }) => Date.parse(foundAt) <= at) ?? matching.at(-1) ?? null;
}
