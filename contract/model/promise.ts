import { z } from 'zod';
import { PromiseReason } from '../messages/reasons';
import { Comment, Id, Instant, KeptName, Name, Ref } from './common';
import { Remedy } from './remedy';

/**
 * What can be promised. All count what is plugged in with its link up, whether or not the VMs run.
 *
 * - `never_reach`: no VM of `who` can reach one of `to`, neither directly nor through other VMs.
 * - `no_external`: no VM of `who` can reach a NIC of a host.
 * - `direct`: each VM of `who` shares an island with each of `to`.
 * - `only_through`: VMs of `who` and `to` can reach each other through VMs of `through` at most.
 * - `only_outside`: no VM except `who` is on the networks `to`; without `to`: on any network that leads outside.
 * - `isolated`: the networks `who` are verified to be isolated on each host that has them, at most `maxAgeMinutes` ago.
 * - `one_island`: all VMs of each network of `who` are on one island.
 */
export const PROMISE_KINDS = [
  'never_reach',
  'no_external',
  'direct',
  'only_through',
  'only_outside',
  'isolated',
  'one_island',
] as const;
export const PromiseKind = z.enum(PROMISE_KINDS);
export type PromiseKind = z.infer<typeof PromiseKind>;

export const SUBJECT_KINDS = ['vm', 'network', 'host', 'label', 'group'] as const;
/** `label`: the hosts and networks with that label. */
export const SubjectKind = z.enum(SUBJECT_KINDS);
export type SubjectKind = z.infer<typeof SubjectKind>;

/** A subject as a person gives it. Without a kind: whatever has that name in the data center, if only one thing has. */
export const SubjectDraft = z.strictObject({ kind: SubjectKind.nullable().default(null), name: Ref });
export type SubjectDraft = z.infer<typeof SubjectDraft>;

/** A subject as stored: `id` stays when it is renamed. Of a label the id is the label. */
export const Subject = z.object({
  kind: SubjectKind,
  id: z.string(),
  /** Its name now, or the last known one. */
  name: z.string(),
  /** It does not exist any more. */
  gone: z.boolean(),
});
export type Subject = z.infer<typeof Subject>;

/** `refuse`: a command that would break it is refused, unless it says to break promises. `warn`: it warns. */
export const PromiseSeverity = z.enum(['refuse', 'warn']);
export type PromiseSeverity = z.infer<typeof PromiseSeverity>;

/** `unknown`: nobody can know, for example because a host does not answer. `no_subject`: what it concerns no longer exists. */
export const PromiseState = z.enum(['kept', 'broken', 'unknown', 'no_subject']);
export type PromiseState = z.infer<typeof PromiseState>;

const TcpPort = z.int('must be a whole number').min(1, 'must be 1 to 65535').max(65_535, 'must be 1 to 65535');
export const MAX_SUBJECTS = 64;
const MAX_AGE_MINUTES = 525_600;

const details = {
  /** Only of `isolated`: how old the verification may be; null: any age. */
  maxAgeMinutes: z.int().min(1).max(MAX_AGE_MINUTES).nullable(),
  /** Only of `direct`: TCP ports that live verification tries; the model does not know them. */
  ports: z.array(TcpPort).max(16),
};
const Drafts = z.array(SubjectDraft).max(MAX_SUBJECTS);

/** What is promised, as the sentence says it (contract/promise-sentence.ts). */
export const PromiseDraft = z.strictObject({
  kind: PromiseKind,
  who: Drafts.min(1, 'give at least one'),
  to: Drafts.default([]),
  through: Drafts.default([]),
  maxAgeMinutes: details.maxAgeMinutes.default(null),
  ports: details.ports.default([]),
});
export type PromiseDraft = z.infer<typeof PromiseDraft>;

/**
 * One step of a path that breaks a promise. `island`: from one VM to another on an island. `uplink`: from a VM through the NIC of the
 * island's host. `leak`: out of an island whose bridge is not isolated. `to` is then the NIC or the host.
 */
export const PathStep = z.object({
  kind: z.enum(['island', 'uplink', 'leak']),
  fromVmId: Id.nullable(),
  from: z.string(),
  networkId: Id,
  network: z.string(),
  /** Null: the VMs have no host yet. */
  hostId: Id.nullable(),
  host: z.string().nullable(),
  toVmId: Id.nullable(),
  to: z.string(),
});
export type PathStep = z.infer<typeof PathStep>;

/** Why a promise is not kept: what it found, on which path, and what repairs it. */
export const PromiseFinding = z.object({
  message: PromiseReason,
  path: z.array(PathStep),
  remedy: Remedy.nullable(),
});
export type PromiseFinding = z.infer<typeof PromiseFinding>;

/** A promise lists at most this many findings. */
export const MAX_FINDINGS = 8;

export const IsolationPromise = z.object({
  id: Id,
  dataCenterId: Id,
  /** As a sentence, with the current names: `cameras never reach office`. */
  sentence: z.string(),
  kind: PromiseKind,
  who: z.array(Subject),
  to: z.array(Subject),
  through: z.array(Subject),
  ...details,
  severity: PromiseSeverity,
  /** The owner's note. */
  note: Comment,
  state: PromiseState,
  /** Since when it is in this state. */
  since: Instant,
  findings: z.array(PromiseFinding),
  createdAt: Instant,
});
export type IsolationPromise = z.infer<typeof IsolationPromise>;

/** A time in which a promise was not kept. */
export const PromiseBreach = z.object({
  id: Id,
  promiseId: Id,
  state: PromiseState.exclude(['kept']),
  from: Instant,
  /** Null: until now. */
  until: Instant.nullable(),
  findings: z.array(PromiseFinding),
  /** Who broke it, with the door; null: an outside change, or what nobody did. */
  by: z.string().nullable(),
});
export type PromiseBreach = z.infer<typeof PromiseBreach>;

/** What a command would do to a promise. */
export const PromiseEffect = z.object({
  promiseId: Id,
  sentence: z.string(),
  severity: PromiseSeverity,
  was: PromiseState,
  state: PromiseState,
  findings: z.array(PromiseFinding),
});
export type PromiseEffect = z.infer<typeof PromiseEffect>;

/** A named set of subjects. It may have other groups, but not itself. */
export const PromiseGroup = z.object({ id: Id, dataCenterId: Id, name: KeptName, members: z.array(Subject) });
export type PromiseGroup = z.infer<typeof PromiseGroup>;
export const GroupDraft = z.strictObject({
  name: Name,
  members: z.array(SubjectDraft).min(1, 'give at least one').max(1000),
});
export type GroupDraft = z.infer<typeof GroupDraft>;

/** One measurement of a live verification, beside what the model predicts. */
export const Measurement = z.object({
  from: z.string(),
  to: z.string(),
  networkId: Id.nullable(),
  hostId: Id.nullable(),
  /** `probe`: a temporary port of the island, made by the host. `agent`: inside the guest, by its agent. */
  by: z.enum(['probe', 'agent']),
  what: z.enum(['arp', 'icmp', 'tcp']),
  port: TcpPort.nullable(),
  predicted: z.boolean().nullable(),
  /** Null: it could not be measured; `detail` says why. */
  measured: z.boolean().nullable(),
  detail: z.string(),
  at: Instant,
});
export type Measurement = z.infer<typeof Measurement>;

/** The verification of one promise. A measurement that differs from its prediction breaks it, or shows that the model is wrong. */
export const VerifiedPromise = z.object({
  promise: IsolationPromise,
  measurements: z.array(Measurement),
  /** With what was measured. */
  state: PromiseState,
  findings: z.array(PromiseFinding),
});
export type VerifiedPromise = z.infer<typeof VerifiedPromise>;

export const VERIFICATION_FORMAT = 'atoll.verification/1';
export const Verification = z.object({
  format: z.literal(VERIFICATION_FORMAT),
  at: Instant,
  version: z.string(),
  storeId: Id,
  dataCenter: z.string(),
  live: z.boolean(),
  /** `broken` if one is; else `unknown` if one is unknown or has no subject. */
  verdict: z.enum(['kept', 'broken', 'unknown']),
  promises: z.array(VerifiedPromise),
});
export type Verification = z.infer<typeof Verification>;
