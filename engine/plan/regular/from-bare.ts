import type { WantedHost } from '../model/wanted';
import type { ObservedHost } from '../../ports/observed';
import type { SetupChange } from '../../ports/setup';
import { setupOwner } from '../model/marks';
import { planSetup } from './plan-setup';

/** Creates the regular networks from bare NICs, as they are after a restart; null: not possible now, a required NIC is missing. */
export function stepsFromBare(wanted: WantedHost, observed: ObservedHost): SetupChange[] | null {
  const { networks: all = [], bonds = [] } = wanted.setup ?? {};
  // An imported one is recreated by its owner.
  const networks = all.filter(({ imported }) => imported !== true);
  if (networks.length + bonds.length === 0) return [];
  const ours = (alias: string | null | undefined): boolean => setupOwner(alias ?? null)?.storeId === wanted.storeId;
  const made = new Set(
    [...observed.bridges, ...observed.nics].filter(({ alias }) => ours(alias)).map(({ name }) => name),
  );
  const bare: ObservedHost = {
    ...observed,
    bridges: observed.bridges.filter(({ name }) => !made.has(name)),
    nics: observed.nics
      .filter(({ name, kind }) => !made.has(name) && kind !== 'tun')
      .map((nic) => ({ ...nic, up: false, addresses: [], master: made.has(nic.master ?? '') ? null : nic.master })),
    routes: (observed.routes ?? []).filter(({ dev }) => !made.has(dev)),
    dhcp: [],
    vms: [],
  };
  const { steps, problems } = planSetup({ ...wanted, setup: { networks, bonds } }, bare);
  return problems.length > 0 ? null : steps.map(({ change }) => change);
}
