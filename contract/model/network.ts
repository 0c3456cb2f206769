import { z } from 'zod';
import { Comment, Id, Instant, Label, Mtu, KeptName } from './common';
import { NetworkServices } from './services';
import { Ipv4, Ipv6 } from './setup';
import { Verdict } from './states';
import { NetworkStretch } from './stretch';

export { Verdict };

/** The attachment of a network to a cluster. `required` is always true for an isolated network (rule S4). */
export const NetworkCluster = z.object({
  clusterId: Id,
  required: z.boolean(),
  status: z.enum(['operational', 'non_operational']),
});
export type NetworkCluster = z.infer<typeof NetworkCluster>;

export const Network = z.object({
  id: Id,
  dataCenterId: Id,
  name: KeptName,
  comment: Comment,
  isIsolated: z.boolean(),
  /** VLAN tag 1..4094; always null on an isolated network (rule S3). */
  vlan: z.int().min(1).max(4094).nullable(),
  mtu: Mtu,
  /** Only hosts with the same label have it (rule S9); null: all of its clusters. */
  label: Label.nullable(),
  /** The bridge's name, the same on every host, fixed when the network is created (rule O5). */
  bridge: z.string(),
  /** The /24 for addresses of tiny guests; null if the address plan is used up. */
  guestSubnet: z.string().nullable(),
  /** Addresses and names inside; null: off, as on every regular network. */
  services: NetworkServices.nullable(),
  /** Its hosts and its number, if they exchange it through tunnels; null: it is separate on each host, as every regular network. */
  stretch: NetworkStretch.nullable(),
  clusters: z.array(NetworkCluster),
  createdAt: Instant,
});
export type Network = z.infer<typeof Network>;

export const AttachmentState = z.enum(['pending', 'in_sync', 'out_of_sync', 'failed', 'unknown']);
export type AttachmentState = z.infer<typeof AttachmentState>;

/** One difference between the desired state and the host. */
export const Difference = z.object({ what: z.string(), wanted: z.string(), actual: z.string() });
export type Difference = z.infer<typeof Difference>;

/**
 * The points of the check behind a verdict, how many of them could not be checked or were not, and how many failed: a verdict says
 * no more than its points, and not every point that fails lets something in or out. All 0: there was no check.
 */
export const PointCounts = z.object({
  points: z.int().min(0),
  unchecked: z.int().min(0),
  failed: z.int().min(0),
});
export type PointCounts = z.infer<typeof PointCounts>;

/** A network on a host; its identity is (networkId, hostId), without the NIC (rule S2, NetworkAttachmentKey). */
export const NetworkAttachment = z.object({
  networkId: Id,
  hostId: Id,
  /** Name of the NIC or bond on the host; null for an isolated network. */
  nic: z.string().nullable(),
  /** The host's own addresses on the network; none on an isolated one. */
  ipv4: Ipv4,
  ipv6: Ipv6,
  /** Its bridge existed on the host before, and stays when the network is removed. */
  imported: z.boolean(),
  state: AttachmentState,
  message: z.string().nullable(),
  differences: z.array(Difference),
  /** When the bridge was last observed as desired. */
  observedAt: Instant.nullable(),
  verdict: Verdict,
  verdictAt: Instant.nullable(),
  ...PointCounts.shape,
});
export type NetworkAttachment = z.infer<typeof NetworkAttachment>;

export const VnicProfile = z.object({ id: Id, networkId: Id, name: KeptName });
export type VnicProfile = z.infer<typeof VnicProfile>;

/** One point of the isolation check. `ok` null: it could not be checked, and `evidence` says why. */
export const CheckPoint = z.object({
  id: z.enum([
    'mark',
    'name',
    'ports',
    'addresses',
    'ipv6',
    'forwarding',
    'seal_ingress',
    'seal_egress',
    'hooks',
    'listeners',
    'programs',
    'services',
    'tunnel_end',
    'tunnel_members',
    'tunnel_peers',
    'tunnel_namespace',
    'probe_host_silent',
    'probe_guests_talk',
    'probe_tunnel_silent',
    'probe_tunnel_closed',
  ]),
  title: z.string(),
  ok: z.boolean().nullable(),
  evidence: z.string(),
});
export type CheckPoint = z.infer<typeof CheckPoint>;

export const IsolationCheck = z.object({
  id: Id,
  networkId: Id,
  hostId: Id,
  at: Instant,
  probe: z.boolean(),
  verdict: Verdict,
  points: z.array(CheckPoint),
  by: z.string(),
});
export type IsolationCheck = z.infer<typeof IsolationCheck>;
