import type { Migration } from './migration';

/** A count over the points of an attachment's latest check; 0: there was none. */
const ofLatest = (count: string): string => `ifnull((
  SELECT (SELECT ${count} FROM json_each(checks.points))
  FROM isolation_checks AS checks
  WHERE checks.network_id = network_attachments.network_id AND checks.host_id = network_attachments.host_id
  ORDER BY checks.rowid DESC LIMIT 1), 0)`;

/** An attachment keeps how many points its verdict has, and how many of them were not checked. */
export const checkCounts: Migration = {
  version: 27,
  name: 'check-counts',
  sql: `
ALTER TABLE network_attachments ADD COLUMN points INTEGER NOT NULL DEFAULT 0
  CONSTRAINT network_attachments_points CHECK (points >= 0);
ALTER TABLE network_attachments ADD COLUMN unchecked INTEGER NOT NULL DEFAULT 0
  CONSTRAINT network_attachments_unchecked CHECK (unchecked >= 0 AND unchecked <= points);
UPDATE network_attachments SET
  points = ${ofLatest('count(*)')},
  unchecked = ${ofLatest("count(*) FILTER (WHERE value -> '$.ok' = 'null')")}
  WHERE verdict_at IS NOT NULL;
`,
};
