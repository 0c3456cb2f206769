import type { AttachmentDraft, BondDraft, HostBond, HostNic, Ipv4, Ipv6, SetupDraft } from '../../contract';
import type { Scope } from '../core/scope';
import type { HostRow, NetworkAttachmentRow, NetworkRow, VmRow } from '../ports/store';

/** A network on a host, current or requested. */
export interface Attached {
  readonly network: NetworkRow;
  readonly nic: string | null;
  readonly ipv4: Ipv4;
  readonly ipv6: Ipv6;
}

/** The input of the rules of *Setup networks*: the request, the current state, and the resulting state. */
export interface SetupRequest {
  readonly host: Pick<HostRow, 'id' | 'name' | 'capabilities' | 'labels'>;
  /** Bonds to create or change, and the names of those to remove. */
  readonly bonds: readonly BondDraft[];
  readonly removeBonds: readonly string[];
  readonly attach: readonly Attached[];
  readonly detach: readonly NetworkRow[];
  /** Ids of networks that may be changed although they are out of sync. */
  readonly override: ReadonlySet<string>;
  /** The host's interfaces in the last observation, by name. */
  readonly nics: ReadonlyMap<string, HostNic>;
  readonly bondsNow: readonly HostBond[];
  readonly now: ReadonlyArray<Attached & Pick<NetworkAttachmentRow, 'state' | 'differences'>>;
  /** Ids of the networks of the host's cluster. */
  readonly inCluster: ReadonlySet<string>;
  /** VMs that run on the host with a vNIC plugged into the network. */
  users(networkId: string): readonly Pick<VmRow, 'name'>[];
  /** The resulting state. */
  readonly bondsAfter: readonly HostBond[];
  readonly after: readonly Attached[];
}

/** Resolves the names of a draft to rows, and computes the resulting state. Throws NOT_FOUND for unknown networks. */
export function readRequest({ tx, refs }: Pick<Scope, 'tx' | 'refs'>, host: HostRow, draft: SetupDraft): SetupRequest {
  const place = refs.cluster(host.clusterId).dataCenterId;
  const find = (ref: string, field: string): NetworkRow => refs.networkIn(place, ref, field);
  const attach = draft.attach.map(({ network, ...rest }: AttachmentDraft): Attached => ({
    network: find(network, 'attach'),
    ...rest,
  }));
  const detach = draft.detach.map((ref) => find(ref, 'detach'));
  const now = tx.attachments.ofHost(host.id).flatMap((row) => {
    const network = tx.networks.get(row.networkId);
    return network ? [{ ...row, network }] : [];
  });
  const bondsNow = tx.hostBonds.ofHost(host.id);
  const changed = new Set([...attach.map(({ network }) => network.id), ...detach.map(({ id }) => id)]);
  const named = new Set([...draft.removeBonds, ...draft.bonds.map(({ name }) => name)]);
  return {
    host,
    bonds: draft.bonds,
    removeBonds: draft.removeBonds,
    attach,
    detach,
    override: new Set(draft.override.map((ref) => find(ref, 'override').id)),
    nics: new Map(tx.hostNics.ofHost(host.id).map((nic) => [nic.name, nic])),
    bondsNow,
    now,
    inCluster: new Set(tx.networkClusters.ofCluster(host.clusterId).map(({ networkId }) => networkId)),
    users: (networkId) => runningUsers(tx, host.id, networkId),
    bondsAfter: [
      ...bondsNow.filter(({ name }) => !named.has(name)),
      ...draft.bonds.map((bond) => ({ ...bond, hostId: host.id })),
    ],
    after: [...now.filter(({ network }) => !changed.has(network.id)), ...attach],
  };
}

/** VMs that run on the host and have a vNIC plugged into the network. */
function runningUsers(tx: Scope['tx'], hostId: string, networkId: string): VmRow[] {
  const plugged = tx.vnics.ofHost(hostId).filter((vnic) => vnic.networkId === networkId && vnic.plugged);
  const ids = new Set(plugged.map((vnic) => vnic.vmId));
  return [...ids].flatMap((id) => tx.vms.get(id) ?? []).filter((vm) => vm.state !== 'down');
}
