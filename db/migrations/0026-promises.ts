import type { Migration } from './migration';

/**
 * What must stay of isolation, with the last known state. Subjects are JSON, without references: a promise outlives what it concerns, and
 * says so.
 */
export const promises: Migration = {
  version: 26,
  name: 'promises',
  sql: `
CREATE TABLE promises (
  id TEXT NOT NULL PRIMARY KEY,
  data_center_id TEXT NOT NULL REFERENCES data_centers (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CONSTRAINT promises_kind
    CHECK (kind IN ('never_reach', 'no_external', 'direct', 'only_through', 'only_outside', 'isolated', 'one_island')),
  who TEXT NOT NULL CONSTRAINT promises_who CHECK (json_type(who) = 'array' AND json_array_length(who) BETWEEN 1 AND 64),
  to_subjects TEXT NOT NULL CONSTRAINT promises_to
    CHECK (json_type(to_subjects) = 'array' AND json_array_length(to_subjects) <= 64),
  through TEXT NOT NULL CONSTRAINT promises_through
    CHECK (json_type(through) = 'array' AND json_array_length(through) <= 64),
  max_age_minutes INTEGER CONSTRAINT promises_age CHECK (max_age_minutes BETWEEN 1 AND 525600),
  ports TEXT NOT NULL CONSTRAINT promises_ports CHECK (json_type(ports) = 'array' AND json_array_length(ports) <= 16),
  severity TEXT NOT NULL CONSTRAINT promises_severity CHECK (severity IN ('refuse', 'warn')),
  note TEXT NOT NULL CONSTRAINT promises_note CHECK (length(note) <= 4096),
  state TEXT NOT NULL CONSTRAINT promises_state CHECK (state IN ('kept', 'broken', 'unknown', 'no_subject')),
  since TEXT NOT NULL,
  findings TEXT NOT NULL CONSTRAINT promises_findings CHECK (json_type(findings) = 'array'),
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX promises_data_center ON promises (data_center_id);
CREATE TABLE promise_groups (
  id TEXT NOT NULL PRIMARY KEY,
  data_center_id TEXT NOT NULL REFERENCES data_centers (id) ON DELETE CASCADE,
  name TEXT NOT NULL CONSTRAINT promise_groups_name CHECK (length(name) BETWEEN 1 AND 256),
  members TEXT NOT NULL CONSTRAINT promise_groups_members CHECK (json_type(members) = 'array'),
  UNIQUE (data_center_id, name)
) STRICT;
CREATE TABLE promise_breaches (
  id TEXT NOT NULL PRIMARY KEY,
  promise_id TEXT NOT NULL REFERENCES promises (id) ON DELETE CASCADE,
  state TEXT NOT NULL CONSTRAINT promise_breaches_state CHECK (state IN ('broken', 'unknown', 'no_subject')),
  began_at TEXT NOT NULL,
  ended_at TEXT,
  findings TEXT NOT NULL CONSTRAINT promise_breaches_findings CHECK (json_type(findings) = 'array'),
  by_user TEXT
) STRICT;
CREATE INDEX promise_breaches_promise ON promise_breaches (promise_id);
CREATE UNIQUE INDEX promise_breaches_open ON promise_breaches (promise_id) WHERE ended_at IS NULL;
`,
};
