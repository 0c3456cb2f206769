import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Event, EventType, Job, JobState } from '../model/activity';
import { AtollMap, IslandNote, KeptNote, Reach } from '../model/map';
import { Apart } from '../model/placement';
import { Instant, Ref } from '../model/common';
import { command, query } from './base';

export const map = {
  show: query.input(z.strictObject({ network: Ref.optional(), host: Ref.optional() })).output(AtollMap),
  reach: query.input(z.strictObject({ from: Ref, to: Ref })).output(Reach),
  /**
   * What changed since an instant of what the map shows, newest first: what came, went, was plugged, renamed or noted, what was
   * changed from outside and what became of it. Not what merely went up and down. `more`: there was more than is listed.
   */
  changes: query
    .input(z.strictObject({ since: Instant, limit: z.int().min(1).max(2000).default(500) }))
    .output(z.object({ events: z.array(Event), more: z.boolean() })),
  /** Notes something on an island: a network on a host. An empty note takes it away. */
  note: command({ network: Ref, host: Ref, note: IslandNote }, { note: KeptNote }),
  /** Isolated networks (all, or those of a VM) whose VMs are spread over several islands (rule S10). */
  apart: query.input(z.strictObject({ network: Ref.optional(), vm: Ref.optional() })).output(z.array(Apart)),
};

export const jobs = {
  list: query
    .input(z.strictObject({ state: JobState.optional(), limit: z.int().min(1).max(1000).default(50) }))
    .output(z.array(Job)),
  show: query.input(z.strictObject({ job: Ref })).output(Job),
  /** The job as it is now, then each time it changes, until it has ended. */
  follow: query.input(z.strictObject({ job: Ref })).output(eventIterator(Job)),
  cancel: command({ job: Ref }, {}),
  /** Runs a failed, cancelled or interrupted job's work again, as a new job. */
  retry: command({ job: Ref }, {}),
};

export const events = {
  list: query
    .input(
      z.strictObject({
        after: z.int().min(0).optional(),
        limit: z.int().min(1).max(10_000).default(100),
        type: EventType.optional(),
        network: Ref.optional(),
        host: Ref.optional(),
        vm: Ref.optional(),
        severity: z.enum(['normal', 'warning', 'error']).optional(),
      }),
    )
    .output(z.array(Event)),
  /** Events after `after` (default: from now on), without end. A slow reader gets them all, in order, from the store. */
  follow: query.input(z.strictObject({ after: z.int().min(0).optional() })).output(eventIterator(Event)),
};

/** The kinds of thing that screens keep in their cache. */
export const EntityKind = z.enum([
  'data_center',
  'cluster',
  'host',
  'network',
  'attachment',
  'note',
  'vm',
  'forward',
  'image',
  'snapshot',
  'job',
  'check',
  'preferences',
  'trash',
]);
export type EntityKind = z.infer<typeof EntityKind>;

/**
 * What changed since the last batch. `value` is the entity as its area's `list` shows it, null when it is gone.
 * The id of an attachment and of a note is `networkId/hostId`, that of preferences is the user's name. `reset` means that the reader was too slow or new: read everything again.
 */
export const LiveBatch = z.object({
  seq: z.int(),
  reset: z.boolean(),
  changes: z.array(z.object({ kind: EntityKind, id: z.string(), value: z.unknown() })),
  events: z.array(Event),
});
export type LiveBatch = z.infer<typeof LiveBatch>;

export const live = { follow: query.output(eventIterator(LiveBatch)) };
