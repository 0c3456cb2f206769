import { z } from 'zod';
import { Doubt } from '../messages/reasons';
import { EventMessage } from '../messages';
import { Id, Instant } from './common';
import { AttachmentState, IsolationCheck, Verdict } from './network';
import { NetworkServices } from './services';
import { HostKind } from './states';

/** An outside change to a network on a host, and its outcome; made from the drift events. */
export const Incident = z.object({
  hostId: Id,
  foundAt: Instant,
  /** What was changed, as found. */
  words: EventMessage,
  /** `open`: unresolved; `failed`: could not be repaired so far. */
  outcome: z.enum(['repaired', 'open', 'failed']),
  endedAt: Instant.nullable(),
  /** The result of the repair as text; null: unknown. */
  repair: EventMessage.nullable(),
});
export type Incident = z.infer<typeof Incident>;

/** A past check. One that found a problem says what had happened, if that is known. */
export const CertifiedCheck = IsolationCheck.extend({ incident: Incident.nullable() });
export type CertifiedCheck = z.infer<typeof CertifiedCheck>;

export const CertifiedHost = z.object({
  hostId: Id,
  host: z.string(),
  kind: HostKind,
  state: AttachmentState,
  verdict: Verdict,
  /** Why the verdict is not that of the last check, or why there is none; null: the last check counts. */
  doubt: Doubt.nullable(),
  /** The last check, with the evidence for each point. */
  latest: CertifiedCheck.nullable(),
  /** When the live probe last ran here, whatever it found. */
  probedAt: Instant.nullable(),
  /** Newest first, the last one included. */
  history: z.array(CertifiedCheck),
  /** Newest first. */
  incidents: z.array(Incident),
});
export type CertifiedHost = z.infer<typeof CertifiedHost>;

export const CERTIFICATE_FORMAT = 'atoll.isolation-certificate/1';

/**
 * What is known about the isolation of one network: what was checked on which host, when, by whom, with what evidence. It is an
 * unsigned record of this database: to be sure, run the check again.
 */
export const IsolationCertificate = z.object({
  format: z.literal(CERTIFICATE_FORMAT),
  issuedAt: Instant,
  issuedBy: z.string(),
  /** Version of Atoll, and the id of the database. */
  version: z.string(),
  storeId: Id,
  network: z.object({ id: Id, name: z.string(), dataCenter: z.string(), bridge: z.string(), mtu: z.int() }),
  /** The network's DHCP and DNS server: its only port besides VMs. Null: it has none. Omitted by older versions. */
  services: z
    .object({
      server: z.string(),
      domain: z.string(),
      mode: NetworkServices.shape.mode,
      gateway: z.string().nullable(),
    })
    .nullable()
    .optional(),
  /** The hosts that exchange the network through encrypted tunnels, with their public keys. Null: it is not stretched. Omitted by older versions. */
  stretch: z
    .object({ vni: z.int(), hosts: z.array(z.object({ host: z.string(), publicKey: z.string().nullable() })) })
    .nullable()
    .optional(),
  /** `isolated` only if that is the verdict on every host that has the network. */
  verdict: Verdict,
  hosts: z.array(CertifiedHost),
  /** What such a certificate can't prove, as text. */
  limits: z.array(z.string()),
});
export type IsolationCertificate = z.infer<typeof IsolationCertificate>;
