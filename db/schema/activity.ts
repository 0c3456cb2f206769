import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Actor, Event, Job, JobState, JobStep, Subjects, Undoable } from '../../contract';

/**
 * What was done. Subjects and a step's host are ids without references: history outlives the things it tells of.
 */
export const jobs = sqliteTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    title: text('title').notNull(),
    state: text('state').$type<JobState>().notNull(),
    payload: text('payload', { mode: 'json' }).$type<unknown>(),
    error: text('error', { mode: 'json' }).$type<NonNullable<Job['error']>>(),
    by: text('actor', { mode: 'json' }).$type<Actor>().notNull(),
    subjects: text('subjects', { mode: 'json' }).$type<Subjects>().notNull(),
    createdAt: text('created_at').notNull(),
    startedAt: text('started_at'),
    endedAt: text('ended_at'),
  },
  (t) => [index('jobs_state').on(t.state)],
);

export const jobSteps = sqliteTable(
  'job_steps',
  {
    jobId: text('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    index: integer('step').notNull(),
    title: text('title').notNull(),
    hostId: text('host_id'),
    state: text('state').$type<JobStep['state']>().notNull(),
    message: text('message'),
    startedAt: text('started_at'),
    endedAt: text('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.jobId, t.index] })],
);

/** `seq` never goes back, not even when the newest events are deleted: readers ask for what came after a number. */
export const events = sqliteTable('events', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  at: text('at').notNull(),
  type: text('type').$type<Event['type']>().notNull(),
  severity: text('severity').$type<Event['severity']>().notNull(),
  message: text('message').notNull(),
  by: text('actor', { mode: 'json' }).$type<Actor>().notNull(),
  subjects: text('subjects', { mode: 'json' }).$type<Subjects>().notNull(),
  undo: text('undo', { mode: 'json' }).$type<Undoable>(),
});

export const counters = sqliteTable('counters', {
  name: text('name').primaryKey(),
  value: integer('value').notNull(),
});

/** Facts about the store itself: `store_id`, `created_at`. */
export const meta = sqliteTable('meta', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});
