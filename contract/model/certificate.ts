import { z } from 'zod';
import { Doubt } from '../messages/reasons';
import { EventMessage } from '../messages';
import { Id, Instant } from './common';
import { AttachmentState, IsolationCheck, Verdict } from './network';
import { HostKind } from './states';

/** Something that happened to a network on a host from outside, and what came of it; made from the drift events. */
export const Incident = z.object({
  hostId: Id,
  foundAt: Instant,
  /** What was changed, as it was found. */
  words: EventMessage,
  /** `open`: not over yet; `failed`: it could not be repaired so far. */
  outcome: z.enum(['repaired', 'open', 'failed']),
  endedAt: Instant.nullable(),
  /** What the repair came to, in words; null while nothing is known of it. */
  repair: EventMessage.nullable(),
});
export type Incident = z.infer<typeof Incident>;

/** A check of the past. One that found something says what had happened, when that is known. */
export const CertifiedCheck = IsolationCheck.extend({ incident: Incident.nullable() });
export type CertifiedCheck = z.infer<typeof CertifiedCheck>;

export const CertifiedHost = z.object({
  hostId: Id,
  host: z.string(),
  kind: HostKind,
  state: AttachmentState,
  verdict: Verdict,
  /** Why the verdict is not that of the last check, or why there is none; null when the last check stands. */
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
 * What is known about the isolation of one network: what was checked on which host, when, by whom, with what evidence. It
 * is a record of this store, not signed: who wants to be sure runs the check again.
 */
export const IsolationCertificate = z.object({
  format: z.literal(CERTIFICATE_FORMAT),
  issuedAt: Instant,
  issuedBy: z.string(),
  /** Version of Atoll, and the id of the store that it speaks for. */
  version: z.string(),
  storeId: Id,
  network: z.object({ id: Id, name: z.string(), dataCenter: z.string(), bridge: z.string(), mtu: z.int() }),
  /** `isolated` only when that holds on every host that bears the network. */
  verdict: Verdict,
  hosts: z.array(CertifiedHost),
  /** What such a certificate can't say, in words. */
  limits: z.array(z.string()),
});
export type IsolationCertificate = z.infer<typeof IsolationCertificate>;
