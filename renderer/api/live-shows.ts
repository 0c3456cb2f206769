import type { InferClientOutputs } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { EntityChangeOf, Contract, Event, LiveBatch, NetworkAttachment } from '../../contract';

type Outputs = InferClientOutputs<ContractRouterClient<Contract>>;
export type NetworkShow = Outputs['networks']['show'];
export type HostShow = Outputs['hosts']['show'];

const KEPT = 100;

/** Updates an open network page from a batch: its fields, hosts, VMs and events. */
export function patchNetworkShow(show: NetworkShow, batch: LiveBatch): NetworkShow {
  const id = show.network.id;
  const next = { ...show };
  for (const change of batch.changes) {
    switch (change.kind) {
      case 'network':
        if (change.id === id && change.value !== null) next.network = change.value;
        break;
      case 'attachment':
        if (change.id.startsWith(`${id}/`)) next.attachments = upsertAttachment(next.attachments, change);
        break;
      case 'vm':
        next.vms = upsertUser(next.vms, id, change);
        break;
      default:
        break;
    }
  }
  return { ...next, events: withEvents(show.events, batch.events, (e) => e.subjects.networkId === id) };
}

/** Updates an open host page from a batch. */
export function patchHostShow(show: HostShow, batch: LiveBatch): HostShow {
  const id = show.host.id;
  const next = { ...show };
  for (const change of batch.changes) {
    if (change.kind === 'host' && change.id === id && change.value !== null) next.host = change.value;
    if (change.kind === 'attachment' && change.id.endsWith(`/${id}`))
      next.attachments = upsertAttachment(next.attachments, change);
  }
  return { ...next, events: withEvents(show.events, batch.events, (e) => e.subjects.hostId === id) };
}

function upsertAttachment(
  list: readonly NetworkAttachment[],
  { id, value }: EntityChangeOf<'attachment'>,
): NetworkAttachment[] {
  const at = list.findIndex((a) => `${a.networkId}/${a.hostId}` === id);
  if (value === null) return list.filter((_, index) => index !== at);
  return at < 0 ? [...list, value] : list.with(at, value);
}

function upsertUser(
  users: NetworkShow['vms'],
  networkId: string,
  { id, value: vm }: EntityChangeOf<'vm'>,
): NetworkShow['vms'] {
  const at = users.findIndex((user) => user.id === id);
  const uses = vm !== null && vm.vnics.some((vnic) => vnic.networkId === networkId);
  if (!uses) return at < 0 ? users : users.filter((_, index) => index !== at);
  const user = { id: vm.id, name: vm.name, state: vm.state, hostId: vm.hostId };
  return at < 0 ? [...users, user] : users.with(at, user);
}

function withEvents(old: Event[], fresh: readonly Event[], about: (event: Event) => boolean): Event[] {
  const known = new Set(old.map((event) => event.seq));
  const added = fresh.filter((event) => about(event) && !known.has(event.seq));
  return added.length === 0 ? old : [...added, ...old].sort((a, b) => b.seq - a.seq).slice(0, KEPT);
}
