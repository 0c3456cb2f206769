import type { Migration } from './migration';

/** 256 KiB is more than the largest value that the contract takes. */
const sql = `
CREATE TABLE preferences (
  user TEXT NOT NULL CONSTRAINT preferences_user CHECK (length(user) BETWEEN 1 AND 256),
  key TEXT NOT NULL CONSTRAINT preferences_key CHECK (length(key) BETWEEN 1 AND 64),
  value TEXT NOT NULL CONSTRAINT preferences_value CHECK (json_valid(value) AND length(value) <= 262144),
  PRIMARY KEY (user, key)
) STRICT;
`;

export const preferences: Migration = { version: 3, name: 'preferences', sql };
