import { z } from 'zod';
import { Comment, DEFAULT_PLACE, Id, Labels, Name, Ref } from '../model/common';
import {
  Cluster,
  DataCenter,
  HOST_TEXTS,
  Host,
  HostNic,
  Lab,
  SkippedImport,
  UnmanagedBridge,
  UnmanagedVm,
} from '../model/places';
import { Event } from '../model/activity';
import { Fingerprint, HostKeyQuestion, KeyPlace, HostSecrets, LocalHow, SshHow } from '../model/ssh';
import { DoctorCheck } from '../model/system';
import { Network, NetworkAttachment } from '../model/network';
import { BondMode, HostBond, Ipv4, Ipv6, NicName } from '../model/setup';
import { Vm } from '../model/vm';
import { command, query } from './base';

const CLUSTER = Ref.default(DEFAULT_PLACE);

export const dataCenters = {
  list: query.output(z.array(DataCenter)),
  show: query.input(z.strictObject({ dataCenter: Ref })).output(DataCenter),
  add: command({ name: Name, comment: Comment.default('') }, { dataCenter: DataCenter }),
  update: command({ dataCenter: Ref, name: Name.optional(), comment: Comment.optional() }, { dataCenter: DataCenter }),
  remove: command({ dataCenter: Ref }, {}),
};

export const clusters = {
  list: query.input(z.strictObject({ dataCenter: Ref.optional() })).output(z.array(Cluster)),
  show: query.input(z.strictObject({ cluster: Ref })).output(Cluster),
  add: command(
    { name: Name, dataCenter: Ref.default(DEFAULT_PLACE), comment: Comment.default('') },
    { cluster: Cluster },
  ),
  update: command({ cluster: Ref, name: Name.optional(), comment: Comment.optional() }, { cluster: Cluster }),
  remove: command({ cluster: Ref }, {}),
  /** `hosts.sync` for all its hosts that are up, in parallel. */
  sync: command({ cluster: Ref }, { cluster: Cluster }),
};

/** A network on a NIC or bond of a host, or (an isolated one) on none. VLAN and MTU come from the network. */
export const AttachmentDraft = z.strictObject({
  network: Ref,
  nic: NicName.nullable().default(null),
  ipv4: Ipv4.default({ kind: 'none' }),
  ipv6: Ipv6.default({ kind: 'none' }),
});
export type AttachmentDraft = z.infer<typeof AttachmentDraft>;

export const BondDraft = z.strictObject({
  name: NicName,
  nics: z.array(NicName).max(16),
  mode: BondMode.default('active-backup'),
});
export type BondDraft = z.infer<typeof BondDraft>;

export const SetupDraft = z.strictObject({
  host: Ref,
  /** Bonds to create or change. */
  bonds: z.array(BondDraft).max(64).default([]),
  removeBonds: z.array(NicName).max(64).default([]),
  /** Networks to attach or change. */
  attach: z.array(AttachmentDraft).max(1000).default([]),
  detach: z.array(Ref).max(1000).default([]),
  /** For changed networks that are out of sync: the host's state is overwritten. */
  override: z.array(Ref).max(1000).default([]),
  /** If the change affects the connection to the host: seconds after which the host undoes it unless it is reachable again. */
  commitTimeout: z.int().min(5, 'must be 5 to 600').max(600, 'must be 5 to 600').default(30),
});
export type SetupDraft = z.infer<typeof SetupDraft>;

export const hosts = {
  list: query.input(z.strictObject({ cluster: Ref.optional() })).output(z.array(Host)),
  show: query.input(z.strictObject({ host: Ref })).output(
    z.object({
      host: Host,
      nics: z.array(HostNic),
      bonds: z.array(HostBond),
      attachments: z.array(NetworkAttachment),
      unmanaged: z.array(UnmanagedBridge),
      unmanagedVms: z.array(UnmanagedVm),
      events: z.array(Event),
    }),
  ),
  /** Adds a host and activates it: connect, observe, validate its cluster's isolated networks (rule S6), up. */
  add: command(
    {
      name: Name,
      cluster: CLUSTER,
      ...HOST_TEXTS.added,
      labels: Labels.default([]),
      how: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('lab') }),
        z.strictObject({
          kind: z.literal('simulated'),
          /** The duration of each step in milliseconds, and the share of steps (0 to 1) that fail. */
          delayMs: z.int().min(0).max(60_000).default(50),
          faultRate: z.number().min(0).max(1).default(0),
          memoryMiB: z.int().min(256).max(16_777_216).default(65_536),
          cpus: z.int().min(1).max(1024).default(16),
        }),
        LocalHow,
        SshHow,
      ]),
      /** Never stored; see `unlock`. */
      secrets: HostSecrets.optional(),
    },
    { host: Host },
  ),
  /**
   * The next host key on the route that the user has to confirm; null: all are known or in `how.fingerprints`. Connects without
   * changing anything.
   */
  hostKey: query
    .input(z.strictObject({ how: SshHow, secrets: HostSecrets.optional() }))
    .output(z.object({ ask: HostKeyQuestion.nullable() })),
  /** Signs in and checks what the host has for networks and VMs, each gap with its remedy. Changes nothing. */
  examine: query
    .input(z.strictObject({ how: z.union([SshHow, LocalHow]), secrets: HostSecrets.optional() }))
    .output(z.object({ checks: z.array(DoctorCheck) })),
  /** The same for an existing host. */
  check: query.input(z.strictObject({ host: Ref })).output(z.object({ checks: z.array(DoctorCheck) })),
  /** Gives the engine missing secrets of a host, and connects. */
  unlock: command({ host: Ref, secrets: HostSecrets }, { host: Host }),
  /**
   * `fingerprint`: the confirmed key that the host (or, with `place`, a jump host) shows now. It replaces the one in known_hosts if
   * the host shows it; passwords given for the former key are asked for again.
   */
  update: command(
    {
      host: Ref,
      name: Name.optional(),
      ...HOST_TEXTS.changed,
      fingerprint: Fingerprint.optional(),
      place: KeyPlace.optional(),
    },
    { host: Host },
  ),
  /** Adds and removes labels of a host: networks with the same label are attached and detached with them (rule S9). */
  label: command({ host: Ref, add: Labels.default([]), remove: Labels.default([]) }, { host: Host }),
  activate: command({ host: Ref }, { host: Host }),
  /** Replaces the host's key for the tunnels of stretched networks, without a pause. */
  rotateKey: command({ host: Ref }, { host: Host }),
  /** Refused while VMs run on the host unless `stopVms` (rule O1). Bridges stay in place. */
  maintenance: command({ host: Ref, stopVms: z.boolean().default(false) }, { host: Host }),
  /**
   * *Setup networks*: bonds and network attachments of one host in one command, all of it or none. Attachments without a NIC (of
   * isolated networks) and with one can be mixed. It is validated as a whole, with the names of oVirt's engine.
   */
  setupNetworks: command(SetupDraft.shape, { host: Host }),
  /**
   * Imports existing VMs and bridges of the host. VMs (by id or name) keep running unchanged and get our mark. A bridge without a
   * NIC becomes an isolated network and is sealed; one with a NIC becomes a regular network, and is not changed. All VMs on a
   * bridge to be sealed must be Atoll's: `withVms` imports them too. `name`: another name, for a single object only.
   */
  import: command(
    {
      host: Ref,
      vms: z.array(Ref).max(1000).default([]),
      bridges: z.array(z.string().min(1).max(15)).max(1000).default([]),
      withVms: z.boolean().default(false),
      name: Name.optional(),
      /** Leaves out what can't be imported, and reports it, instead of refusing the whole. */
      skip: z.boolean().default(false),
    },
    { host: Host, vms: z.array(Vm), networks: z.array(Network), skipped: z.array(SkippedImport) },
  ),
  /**
   * Adopts everything that another Atoll database created on the host, if that database is lost: its networks and VMs become ours,
   * and their marks are rewritten. `from`: the id of that database, which `show` reports as the owner; a dry run can omit it if
   * there is only one. Refused while that database's engine was connected to the host in the last minutes, and if a name or an
   * address is taken.
   */
  takeOver: command(
    { host: Ref, from: Id.optional() },
    { host: Host, from: Id, vms: z.array(Vm), networks: z.array(Network) },
  ),
  /** Reconciles the host: repairs all differences (rule O4), on its regular networks too, because the user asked for it. */
  sync: command({ host: Ref }, { host: Host }),
  /**
   * Removes a host in maintenance (or, with `force`, an unreachable one). Our objects on it are removed too, unless `keep`.
   * `cleanUp`: how to remove leftovers there by hand; null: only with another Atoll. With `forgetVms` (and one of the two) nothing
   * on the host is changed, and its VMs are forgotten too: they and their disks stay there.
   */
  remove: command(
    {
      host: Ref,
      force: z.boolean().default(false),
      keep: z.boolean().default(false),
      forgetVms: z.boolean().default(false),
    },
    { cleanUp: z.string().nullable() },
  ),
};

export const labs = {
  list: query.output(z.array(Lab)),
  /** Puts the lab's host into maintenance and ends every process of the lab. Disks stay. */
  stop: command({ lab: Ref, stopVms: z.boolean().default(false) }, { lab: Lab.nullable() }),
  /** Removes a lab, its host, its VMs and their disks. */
  remove: command({ lab: Ref }, {}),
};
