import type { Migration } from './migration';

const isFailed = "value -> '$.ok' = 'false'";
const isOpen = "value -> '$.ok' = 'null'";
const id = "value ->> '$.id'";

/** Whether a point of a check is so. */
const hasPoint = (which: string): string => `EXISTS (SELECT 1 FROM json_each(points) WHERE ${which})`;

/** Of an attachment's latest check; the column itself without one. */
const ofLatest = (column: string, otherwise: string): string => `ifnull((
  SELECT ${column} FROM isolation_checks AS checks
  WHERE checks.network_id = network_attachments.network_id AND checks.host_id = network_attachments.host_id
  ORDER BY checks.rowid DESC LIMIT 1), ${otherwise})`;

/**
 * A point by which nothing gets in or out does not make a verdict "not isolated": those of stored checks are corrected by their
 * points. An attachment keeps how many points of its latest check failed.
 */
export const failedPoints: Migration = {
  version: 34,
  name: 'failed-points',
  sql: `
ALTER TABLE network_attachments ADD COLUMN failed INTEGER NOT NULL DEFAULT 0
  CONSTRAINT network_attachments_failed CHECK (failed >= 0 AND failed <= points);
UPDATE isolation_checks SET verdict = CASE
  WHEN ${hasPoint(`${isFailed} AND ${id} = 'mark'`)} THEN 'unknown'
  WHEN ${hasPoint(`${isOpen} AND ${id} NOT IN ('hooks', 'programs', 'probe_tunnel_closed')`)} THEN 'unknown'
  ELSE 'isolated' END
  WHERE verdict = 'not_isolated'
  AND NOT ${hasPoint(`${isFailed} AND ${id} NOT IN ('mark', 'name', 'forwarding', 'probe_guests_talk')`)};
UPDATE network_attachments SET
  verdict = iif(verdict = 'not_isolated', ${ofLatest('checks.verdict', 'verdict')}, verdict),
  failed = ${ofLatest(`(SELECT count(*) FROM json_each(checks.points) WHERE ${isFailed})`, '0')}
  WHERE verdict_at IS NOT NULL;
`,
};
