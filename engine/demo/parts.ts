import { AppError, note } from '../../contract';
import type { HostHow } from '../ports/hosts';
import type { HostRow, NetworkRow, Repositories, VmRow } from '../ports/store';

/** This comment identifies the demo's objects. */
export const DEMO_COMMENT = 'Created by the demo. Removing the demo removes this, as long as this comment stays.';
/** The same in databases of earlier versions. */
const BEFORE = /^Made by "\w+ demo", and removed by "\w+ demo --remove" as long as it says so here\.$/;

const isDemo = ({ comment }: { readonly comment: string }): boolean => comment === DEMO_COMMENT || BEFORE.test(comment);

/** The VM on both islands, and optionally on the network outside. */
export const GATEWAY = 'gw';

export const DEMO_NETWORKS = ['blue', 'green'] as const;

/** `gw` is on both islands, so that `reach web ci` finds a path. */
export const DEMO_VMS = [
  { name: 'web', networks: ['blue'] },
  { name: 'db', networks: ['blue'] },
  { name: 'ci', networks: ['green'] },
  { name: GATEWAY, networks: ['blue', 'green'] },
] as const;

/** Where the demo runs. */
export const DEMO_HOST: { readonly name: string; readonly how: HostHow } = { name: 'laptop', how: { kind: 'lab' } };

/** The demo's existing objects. */
export interface DemoParts {
  readonly host: HostRow | undefined;
  readonly networks: NetworkRow[];
  readonly vms: VmRow[];
}

export function demoParts(tx: Repositories): DemoParts {
  const named = tx.hosts.byName(DEMO_HOST.name);
  const host = named && isDemo(named) ? named : undefined;
  const dataCenterId = host ? tx.clusters.get(host.clusterId)?.dataCenterId : undefined;
  return {
    host,
    networks: tx.networks.list().filter((network) => isDemo(network) && network.dataCenterId === dataCenterId),
    vms: host ? tx.vms.ofHost(host.id).filter(isDemo) : [],
  };
}

/** Bad: a network "blue" created by the user. */
export function assertDemoOwned(what: string, thing: { readonly name: string; readonly comment: string }): void {
  if (isDemo(thing)) return;
  throw new AppError('CONFLICT', `There is a ${what} "${thing.name}" that the demo did not create`, {
    remedy: note('Rename it, then run the demo again.'),
  });
}
