import type { CertifiedHost, PointCounts } from '../../contract';
import { countsOf } from '../../contract/state/check-points';

/** How many points the latest checks of the hosts have, how many of them were not checked, and how many failed. */
export const latestPoints = (hosts: readonly Pick<CertifiedHost, 'latest'>[]): PointCounts =>
  countsOf(hosts.flatMap(({ latest }) => latest?.points ?? []));
