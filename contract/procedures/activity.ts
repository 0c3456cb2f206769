import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Event, EventType, Job, JobState } from '../model/activity';
import { AtollMap, IslandNote, KeptNote, Reach } from '../model/map';
import { Apart } from '../model/placement';
import { Instant, Ref } from '../model/common';
import { Forward } from '../model/forward';
import { Network, NetworkAttachment } from '../model/network';
import { Cluster, DataCenter, Host } from '../model/places';
import { IsolationPromise, PromiseGroup } from '../model/promise';
import { Preferences } from '../model/preferences';
import { Snapshot } from '../model/snapshot';
import { TunnelPair } from '../model/stretch-status';
import { TrashedVm } from '../model/undo';
import { Image, Vm } from '../model/vm';
import { command, query } from './base';

export const map = {
  show: query.input(z.strictObject({ network: Ref.optional(), host: Ref.optional() })).output(AtollMap),
  reach: query.input(z.strictObject({ from: Ref, to: Ref })).output(Reach),
  /**
   * What changed on the map since an instant, newest first: added, removed, plugged, renamed or noted objects, and outside changes
   * with their outcome. Not starts and stops. `more`: there are more than listed.
   */
  changes: query
    .input(z.strictObject({ since: Instant, limit: z.int().min(1).max(2000).default(500) }))
    .output(z.object({ events: z.array(Event), more: z.boolean() })),
  /** Sets the note of an island: a network on a host. An empty note removes it. */
  note: command({ network: Ref, host: Ref, note: IslandNote }, { note: KeptNote }),
  /** Isolated networks (all, or those of a VM) whose VMs are split over several islands (rule S10). */
  apart: query.input(z.strictObject({ network: Ref.optional(), vm: Ref.optional() })).output(z.array(Apart)),
};

export const jobs = {
  list: query
    .input(z.strictObject({ state: JobState.optional(), limit: z.int().min(1).max(1000).default(50) }))
    .output(z.array(Job)),
  show: query.input(z.strictObject({ job: Ref })).output(Job),
  /** The current job, then each change of it, until it has ended. */
  follow: query.input(z.strictObject({ job: Ref })).output(eventIterator(Job)),
  cancel: command({ job: Ref }, {}),
  /** Retries the work of a failed, cancelled or interrupted job, as a new job. */
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
  /** An endless stream of events after `after` (default: from now on). A slow reader gets them all, in order, from the database. */
  follow: query.input(z.strictObject({ after: z.int().min(0).optional() })).output(eventIterator(Event)),
};

const change = <K extends string, S extends z.ZodType>(kind: K, value: S) =>
  z.object({ kind: z.literal(kind), id: z.string(), value: value.nullable() });

/**
 * A change of one entity, by its kind: `value` is the entity as its area's `list` returns it, null if it no longer exists. The id
 * of an attachment and of a note is `networkId/hostId`, that of preferences is the user's name.
 */
export const EntityChange = z.discriminatedUnion('kind', [
  change('data_center', DataCenter),
  change('cluster', Cluster),
  change('host', Host),
  change('network', Network),
  change('attachment', NetworkAttachment),
  change('note', KeptNote),
  change('vm', Vm),
  change('promise', IsolationPromise),
  change('promise_group', PromiseGroup),
  change('forward', Forward),
  change('image', Image),
  change('snapshot', Snapshot),
  change('job', Job),
  // The verdict comes with the attachment; viewers request the evidence.
  change('check', z.object({ id: z.string() })),
  change('preferences', Preferences),
  change('trash', TrashedVm),
  /** Between two hosts, for stretched networks; its id is `hostId/hostId`. */
  change('tunnel', TunnelPair),
]);
export type EntityChange = z.infer<typeof EntityChange>;
export type EntityKind = EntityChange['kind'];
export type EntityChangeOf<K extends EntityKind> = Extract<EntityChange, { kind: K }>;
/** An entity as its area's `list` returns it. */
export type EntityOf<K extends EntityKind> = NonNullable<EntityChangeOf<K>['value']>;

/** The changes since the last batch. `reset` means that the reader was too slow or is new: read everything again. */
export const LiveBatch = z.object({
  seq: z.int(),
  reset: z.boolean(),
  changes: z.array(EntityChange),
  events: z.array(Event),
});
export type LiveBatch = z.infer<typeof LiveBatch>;

export const live = { follow: query.output(eventIterator(LiveBatch)) };
