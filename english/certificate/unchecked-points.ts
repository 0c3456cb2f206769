import type { CertifiedHost } from '../../contract';

/** How many points the latest checks of the hosts have, and how many of them were not checked. */
export function uncheckedPoints(hosts: readonly Pick<CertifiedHost, 'latest'>[]): { unchecked: number; all: number } {
  const points = hosts.flatMap(({ latest }) => latest?.points ?? []);
  return { unchecked: points.filter(({ ok }) => ok === null).length, all: points.length };
}
