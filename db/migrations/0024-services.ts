import type { Migration } from './migration';

/** Networks have addresses and names inside, if a user switches them on; also those that can be restored. */
export const services: Migration = {
  version: 24,
  name: 'services',
  sql: `
ALTER TABLE networks ADD COLUMN services TEXT
  CONSTRAINT networks_services CHECK (services IS NULL OR (json_valid(services) AND is_isolated = 1));
CREATE INDEX networks_services ON networks (id) WHERE services IS NOT NULL;
UPDATE events SET undo = json_set(undo, '$.change.network.services', NULL)
  WHERE undo ->> '$.change.kind' = 'network.removed';
`,
};
