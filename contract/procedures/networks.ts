import { z } from 'zod';
import { Comment, DEFAULT_PLACE, Id, Label, Mtu, Name, NetworkName, Ref } from '../model/common';
import { HostAddress } from '../model/guest-address';
import { IsolationCertificate } from '../model/certificate';
import { IsolationCheck, Network, NetworkAttachment, VnicProfile } from '../model/network';
import { Event } from '../model/activity';
import { Lease, ServicesDraft, ServicesServer } from '../model/services';
import { WayChoice } from '../model/stretch';
import { StretchStatus } from '../model/stretch-status';
import { command, query } from './base';

/** The fields of a new network. An isolated one can have no VLAN and no role; that is a rule (S3), so that the refusal can explain it. */
export const NetworkDraft = z.strictObject({
  name: NetworkName,
  isIsolated: z.boolean().default(false),
  dataCenter: Ref.default(DEFAULT_PLACE),
  /** Omitted: 1500; of a stretched network: what passes the tunnels unsplit. */
  mtu: Mtu.optional(),
  vlan: z.int().min(1, 'must be 1 to 4094').max(4094, 'must be 1 to 4094').nullable().default(null),
  /** Name of a NIC: never allowed on an isolated network (rule S3); for a regular one, each host's *Setup networks* sets it. */
  nic: z.string().max(15).nullable().default(null),
  comment: Comment.default(''),
  /** Limits it to hosts with the same label (rule S9). */
  label: Label.nullable().default(null),
  /** Addresses and names inside, with these settings; omitted or null: off. */
  services: ServicesDraft.nullable().optional(),
  /** Clusters to attach it to immediately. */
  clusters: z.array(Ref).max(1000).default([]),
  /**
   * Hosts of these clusters that exchange it through encrypted tunnels from the start (rule S11), and how they reach each other. `hosts`
   * omitted: all of them. Omitted or null: it is separate on each host.
   */
  stretch: z
    .strictObject({
      hosts: z.array(Ref).min(2, 'must name at least two hosts').max(1000).optional(),
      way: WayChoice.optional(),
    })
    .nullable()
    .optional(),
});
export type NetworkDraft = z.infer<typeof NetworkDraft>;

export const networks = {
  list: query.input(z.strictObject({ dataCenter: Ref.optional(), cluster: Ref.optional() })).output(z.array(Network)),
  show: query.input(z.strictObject({ network: Ref })).output(
    z.object({
      network: Network,
      attachments: z.array(NetworkAttachment),
      profiles: z.array(VnicProfile),
      vms: z.array(z.object({ id: Id, name: z.string(), state: z.string(), hostId: Id.nullable() })),
      checks: z.array(IsolationCheck),
      /**
       * VMs through which those on an isolated network could reach the outside; a single one is the only gateway. Possible, not
       * certain.
       */
      waysOut: z.array(z.object({ id: Id, name: z.string() })),
      events: z.array(Event),
    }),
  ),
  /**
   * How vNICs are on a network, as clients of oVirt see it: each network has at least one vNIC profile, the first named after it when it
   * was added. Which one a vNIC has changes nothing about what it reaches.
   */
  profiles: query.input(z.strictObject({ network: Ref.optional() })).output(z.array(VnicProfile)),
  addProfile: command({ network: Ref, name: Name }, { profile: VnicProfile }),
  /** `profile`: the name or id of one of the network. */
  renameProfile: command({ network: Ref, profile: Ref, name: Name }, { profile: VnicProfile }),
  /** Refused while vNICs have it, and for the only one of a network. */
  removeProfile: command({ network: Ref, profile: Ref }, {}),
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
  /**
   * Switches addresses and names inside on or off, or changes their settings. `on` omitted: on. Off forgets the
   * settings; a VM that is started again without them gets its address as before.
   */
  updateServices: command(
    {
      network: Ref,
      on: z.boolean().default(true),
      ...ServicesDraft.shape,
      /** A VM of the network; null: none. */
      gateway: Ref.nullable().optional(),
      /** Addresses of single vNICs; the others keep theirs. `vnic` omitted: the VM's first on this network. */
      reservations: z
        .array(z.strictObject({ vm: Ref, vnic: Name.optional(), address: HostAddress }))
        .max(10_000)
        .optional(),
    },
    { network: Network },
  ),
  /** The addresses of a network's guests, reserved and leased, and its servers. */
  leases: query
    .input(z.strictObject({ network: Ref }))
    .output(z.object({ leases: z.array(Lease), servers: z.array(ServicesServer) })),
  /**
   * Lets hosts exchange an isolated network through encrypted tunnels, besides those that already do (rule S11). Neither `hosts` nor
   * `cluster`: all hosts that have it. `way`: how the hosts reach each other; omitted: as before, or automatically. `mtu`: omitted: as it is.
   */
  stretch: command(
    {
      network: Ref,
      hosts: z.array(Ref).min(1, 'must name at least one host').max(1000).optional(),
      cluster: Ref.optional(),
      way: WayChoice.optional(),
      mtu: Mtu.optional(),
    },
    { network: Network },
  ),
  /** Separates it again: on one host from all others (`host`), or on all. */
  unstretch: command({ network: Ref, host: Ref.optional() }, { network: Network }),
  /** The tunnels of a stretched network; null: it is not stretched. `measure`: with loss and delay, which takes two seconds. */
  tunnels: query
    .input(z.strictObject({ network: Ref, measure: z.boolean().default(false) }))
    .output(StretchStatus.nullable()),
  /** Tries the direct way between the hosts of a stretched network now, or between one host and the others. */
  tryDirect: command({ network: Ref, host: Ref.optional() }, { network: Network }),
  /** Attaches it to a cluster; an isolated network is always required there (S4) and deployed on all active hosts (S5). */
  attach: command({ network: Ref, cluster: Ref, required: z.boolean().optional() }, { network: Network }),
  detach: command({ network: Ref, cluster: Ref }, { network: Network }),
  /** Reconciles the network: on one host, or on all that are up. */
  sync: command({ network: Ref, host: Ref.optional() }, { network: Network }),
  /**
   * Places the VMs of an isolated network on one host, the one with most of them, or `host` (rule S10): stopped ones are moved;
   * with `stopVms` running ones are shut down, moved and started again; with `start` all are started.
   */
  placeTogether: command(
    { network: Ref, host: Ref.optional(), stopVms: z.boolean().default(false), start: z.boolean().default(false) },
    { network: Network, host: z.object({ id: Id, name: z.string() }) },
  ),
  remove: command({ network: Ref }, {}),
  removeMany: command({ networks: z.array(Ref).min(1).max(2000) }, {}),
  /** Runs the isolation check now, for one network or all, on one host or all that have it; `probe` adds the live probe. */
  check: query
    .input(z.strictObject({ network: Ref.optional(), host: Ref.optional(), probe: z.boolean().default(false) }))
    .output(z.array(IsolationCheck)),
  checks: query
    .input(z.strictObject({ network: Ref, limit: z.int().min(1).max(1000).default(50) }))
    .output(z.array(IsolationCheck)),
  /** The certificate of its isolation, for export. `history`: how many checks of each host to list. */
  certificate: query
    .input(
      z.strictObject({
        network: Ref,
        history: z.int().min(1).max(200).default(20),
      }),
    )
    .output(z.object({ certificate: IsolationCertificate })),
};
