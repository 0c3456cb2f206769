import { z } from 'zod';
import { Comment, DEFAULT_MTU, DEFAULT_PLACE, Label, Mtu, NetworkName, Ref } from '../model/common';
import { IsolationCertificate } from '../model/certificate';
import { IsolationCheck, Network, NetworkAttachment, VnicProfile } from '../model/network';
import { Event } from '../model/activity';
import { command, query } from './base';

/** The fields of a new network. An isolated one can have no VLAN and no role; that is a rule (S3), so that the refusal can say why. */
export const NetworkDraft = z.strictObject({
  name: NetworkName,
  isIsolated: z.boolean().default(false),
  dataCenter: Ref.default(DEFAULT_PLACE),
  mtu: Mtu.default(DEFAULT_MTU),
  vlan: z.int().min(1, 'must be 1 to 4094').max(4094, 'must be 1 to 4094').nullable().default(null),
  /** Name of a NIC: refused, on an isolated network for good (rule S3); which NIC a regular one has is each host's *Setup networks*. */
  nic: z.string().max(15).nullable().default(null),
  comment: Comment.default(''),
  /** Limits it to the hosts that have the same label (rule S9). */
  label: Label.nullable().default(null),
  /** Clusters to attach it to at once. */
  clusters: z.array(Ref).max(1000).default([]),
});
export type NetworkDraft = z.infer<typeof NetworkDraft>;

export const networks = {
  list: query.input(z.strictObject({ dataCenter: Ref.optional(), cluster: Ref.optional() })).output(z.array(Network)),
  show: query.input(z.strictObject({ network: Ref })).output(
    z.object({
      network: Network,
      attachments: z.array(NetworkAttachment),
      profiles: z.array(VnicProfile),
      vms: z.array(z.object({ id: z.uuid(), name: z.string(), state: z.string(), hostId: z.uuid().nullable() })),
      checks: z.array(IsolationCheck),
      /** VMs through which those on an isolated network could reach the outside; one is the only way out. Possible, not promised. */
      waysOut: z.array(z.object({ id: z.uuid(), name: z.string() })),
      events: z.array(Event),
    }),
  ),
  add: command(NetworkDraft.shape, { network: Network }),
  /** Several networks in one transaction and one job: all or none. */
  addMany: command({ networks: z.array(NetworkDraft).min(1).max(2000) }, { networks: z.array(Network) }),
  update: command(
    {
      network: Ref,
      name: NetworkName.optional(),
      comment: Comment.optional(),
      mtu: Mtu.optional(),
      isIsolated: z.boolean().optional(),
      vlan: z.int().min(1).max(4094).nullable().optional(),
      label: Label.nullable().optional(),
    },
    { network: Network },
  ),
  /** Attaches to a cluster; an isolated network is required there for good (S4) and deployed on all active hosts (S5). */
  attach: command({ network: Ref, cluster: Ref, required: z.boolean().optional() }, { network: Network }),
  detach: command({ network: Ref, cluster: Ref }, { network: Network }),
  /** Makes the network as wanted where it differs: on one host, or on all that are up. */
  sync: command({ network: Ref, host: Ref.optional() }, { network: Network }),
  /**
   * Brings the VMs of an isolated network onto one host, the one with most of them, or `host` (rule S10): those that are down are
   * moved, with `stopVms` the running ones are shut down, moved and started again; with `start` all are started.
   */
  placeTogether: command(
    { network: Ref, host: Ref.optional(), stopVms: z.boolean().default(false), start: z.boolean().default(false) },
    { network: Network, host: z.object({ id: z.uuid(), name: z.string() }) },
  ),
  remove: command({ network: Ref }, {}),
  removeMany: command({ networks: z.array(Ref).min(1).max(2000) }, {}),
  /** Runs the isolation check now, for one network or all, on one host or all that bear it; `probe` adds the live probe. */
  check: query
    .input(z.strictObject({ network: Ref.optional(), host: Ref.optional(), probe: z.boolean().default(false) }))
    .output(z.array(IsolationCheck)),
  checks: query
    .input(z.strictObject({ network: Ref, limit: z.int().min(1).max(1000).default(50) }))
    .output(z.array(IsolationCheck)),
  /** What is known about its isolation, to be handed on. `history`: checks of each host to list. */
  certificate: query
    .input(
      z.strictObject({
        network: Ref,
        history: z.int().min(1).max(200).default(20),
      }),
    )
    .output(z.object({ certificate: IsolationCertificate })),
};
