import { z } from 'zod';
import { Comment, DEFAULT_PLACE, Ref } from '../model/common';
import {
  GroupDraft,
  IsolationPromise,
  PromiseBreach,
  PromiseDraft,
  PromiseEffect,
  PromiseGroup,
  PromiseSeverity,
  PromiseState,
  Verification,
} from '../model/promise';
import { LABFILE_MAX_BYTES } from '../model/labfile';
import { PromisePage } from '../model/promise-page';
import { command, query } from './base';

const place = { dataCenter: Ref.default(DEFAULT_PLACE) };
/** A promise by its id, its sentence, or the beginning of its id. */
const PromiseRef = z.string().min(1, 'give an id or a sentence').max(20_000);
/** What is promised: a sentence, or its parts. */
const what = { sentence: z.string().min(1).max(20_000).optional(), draft: PromiseDraft.optional() };

/** `text`: a lab file; only the promises that it names, in its data center. */
const verified = {
  ...place,
  live: z.boolean().default(false),
  text: z.string().max(LABFILE_MAX_BYTES).optional(),
};

/** Two promises that can't both be kept. */
export const Contradiction = z.object({
  promiseId: z.string(),
  sentence: z.string(),
  /** VMs that must reach each other by the one, and must not by the other; `through`: the VMs between them. */
  from: z.string(),
  to: z.string(),
  through: z.array(z.string()),
});
export type Contradiction = z.infer<typeof Contradiction>;

export const promises = {
  list: query
    .input(z.strictObject({ dataCenter: Ref.optional(), state: PromiseState.optional() }))
    .output(z.array(IsolationPromise)),
  /** With the times in which it was not kept, newest first. */
  show: query
    .input(z.strictObject({ promise: PromiseRef }))
    .output(z.object({ promise: IsolationPromise, breaches: z.array(PromiseBreach) })),
  /** A dry run says in what state it would be. `contradictions`: existing promises that it can't be kept with. */
  add: command(
    { ...place, ...what, severity: PromiseSeverity.default('refuse'), note: Comment.default('') },
    { promise: IsolationPromise, contradictions: z.array(Contradiction) },
  ),
  update: command(
    { promise: PromiseRef, severity: PromiseSeverity.optional(), note: Comment.optional() },
    { promise: IsolationPromise },
  ),
  remove: command({ promise: PromiseRef }, {}),
  /** Evaluates all promises of a data center now, or those that are named. `verdict`: the worst. */
  check: query
    .input(z.strictObject({ ...place, promises: z.array(PromiseRef).max(1000).optional() }))
    .output(z.object({ verdict: Verification.shape.verdict, promises: z.array(IsolationPromise) })),
  /** The same, as a report; `live`: also measured, by temporary probes and by the agents of guests. Takes seconds to minutes then. */
  verify: query.input(z.strictObject(verified)).output(Verification),
  /** The report of such a verification for an auditor, with breaches and certificates, signed with the key of the home. */
  page: query.input(z.strictObject(verified)).output(PromisePage),
  groups: query.input(z.strictObject({ dataCenter: Ref.optional() })).output(z.array(PromiseGroup)),
  /** Creates the group, or replaces its members. */
  setGroup: command({ ...place, ...GroupDraft.shape }, { group: PromiseGroup }),
  removeGroup: command({ ...place, group: Ref }, {}),
};

export { PromiseEffect };
