import type { Migration } from './migration';

/** Labels of hosts and networks (rule S9). */
export const labels: Migration = {
  version: 6,
  name: 'labels',
  sql: `
ALTER TABLE hosts ADD COLUMN labels TEXT NOT NULL DEFAULT '[]' CONSTRAINT hosts_labels CHECK (json_valid(labels));
ALTER TABLE networks ADD COLUMN label TEXT
  CONSTRAINT networks_label CHECK (length(label) BETWEEN 1 AND 50 AND label NOT GLOB '*[^A-Za-z0-9_-]*');
`,
};
