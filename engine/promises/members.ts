import type { SubjectRow } from '../ports/store';
import { type Key, type World, groupKey, hostKey, labelKey, networkKey, vmKey } from './world';

/** What subjects stand for now. */
export interface Members {
  readonly vms: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  /** Subjects that no longer exist. */
  readonly gone: readonly SubjectRow[];
}

/** Resolves subjects; adds to `keys` what the answer depends on. A group that has itself, through others, is entered once. */
export function membersOf(world: World, subjects: readonly SubjectRow[], keys: Set<Key>): Members {
  const vms = new Set<string>();
  const networks = new Set<string>();
  const gone: SubjectRow[] = [];
  const entered = new Set<string>();
  const onNetwork = (id: string): void => {
    networks.add(id);
    keys.add(networkKey(id));
    for (const vmId of world.vmsOn(id)) {
      const on = world.vms.get(vmId)?.vnics.some(({ networkId, plugged }) => networkId === id && plugged);
      if (on) vms.add(vmId);
    }
  };
  const onHost = (id: string): void => {
    keys.add(hostKey(id));
    for (const vmId of world.vmsAt(id)) vms.add(vmId);
  };
  const add = (subject: SubjectRow): void => {
    const { kind, id } = subject;
    switch (kind) {
      case 'vm':
        keys.add(vmKey(id));
        if (world.vms.has(id)) vms.add(id);
        else gone.push(subject);
        return;
      case 'network':
        keys.add(networkKey(id));
        if (world.networks.has(id)) onNetwork(id);
        else gone.push(subject);
        return;
      case 'host':
        keys.add(hostKey(id));
        if (world.hosts.has(id)) onHost(id);
        else gone.push(subject);
        return;
      case 'label': {
        keys.add(labelKey(id));
        const hosts = [...world.hosts.values()].filter(({ labels }) => labels.includes(id));
        const labelled = [...world.networks.values()].filter(({ label }) => label === id);
        for (const host of hosts) onHost(host.id);
        for (const network of labelled) onNetwork(network.id);
        if (hosts.length + labelled.length === 0) gone.push(subject);
        return;
      }
      case 'group': {
        keys.add(groupKey(id));
        const group = world.groups.get(id);
        if (!group) gone.push(subject);
        else if (!entered.has(id)) {
          entered.add(id);
          group.members.forEach(add);
        }
      }
    }
  };
  subjects.forEach(add);
  return { vms, networks, gone };
}

/** The current name of a subject; undefined: it is gone. */
export function nameOf(world: World, { kind, id }: SubjectRow): string | undefined {
  switch (kind) {
    case 'vm':
      return world.vms.get(id)?.name;
    case 'network':
      return world.networks.get(id)?.name;
    case 'host':
      return world.hosts.get(id)?.name;
    case 'group':
      return world.groups.get(id)?.name;
    case 'label': {
      const used =
        [...world.hosts.values()].some(({ labels }) => labels.includes(id)) ||
        [...world.networks.values()].some(({ label }) => label === id);
      return used ? id : undefined;
    }
  }
}
