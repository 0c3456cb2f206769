import type { IsolationPromise, PromiseGroup, Subject } from '../../../contract';
import type { Highlight } from './highlight';
import { islandsOfVm, type Model, vmsOn } from './model';

/** What a subject of a promise stands for on the map. */
export interface Places {
  readonly vms: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
}

/** The VMs, networks and hosts that subjects name, themselves or through labels and groups; those that no longer exist are left out. */
export function placesOf(model: Model, subjects: readonly Subject[], groups: readonly PromiseGroup[]): Places {
  const found = { vms: new Set<string>(), networks: new Set<string>(), hosts: new Set<string>() };
  const seen = new Set<string>();
  const add = ({ kind, id }: Subject): void => {
    switch (kind) {
      case 'vm':
        if (model.vms.has(id)) found.vms.add(id);
        return;
      case 'network':
        if (model.networks.has(id)) found.networks.add(id);
        return;
      case 'host':
        if (model.hosts.has(id)) found.hosts.add(id);
        return;
      case 'label':
        for (const network of model.map.networks) if (network.label === id) found.networks.add(network.id);
        for (const host of model.map.hosts) if (host.labels.includes(id)) found.hosts.add(host.id);
        return;
      case 'group':
        if (seen.has(id)) return;
        seen.add(id);
        for (const member of groups.find((group) => group.id === id)?.members ?? []) add(member);
    }
  };
  for (const subject of subjects) if (!subject.gone) add(subject);
  return found;
}

/** Highlights the VMs and islands that a promise is about. */
export function promiseHighlight(
  model: Model,
  { who, to, through }: Pick<IsolationPromise, 'who' | 'to' | 'through'>,
  groups: readonly PromiseGroup[],
): Highlight {
  const { vms, networks, hosts } = placesOf(model, [...who, ...to, ...through], groups);
  const islands = model.map.islands.filter(
    ({ networkId, hostId }) => networks.has(networkId) || (hostId !== null && hosts.has(hostId)),
  );
  const onHosts = model.map.vms.filter(({ hostId }) => hostId !== null && hosts.has(hostId)).map(({ id }) => id);
  const named = new Set([...vms, ...onHosts, ...islands.flatMap(vmsOn)]);
  const theirs = [...vms].flatMap((id) => islandsOfVm(model, id));
  return {
    vms: named,
    islands: new Set([...islands, ...theirs].map(({ id }) => id)),
    through: new Set(),
    possible: new Set(),
  };
}
