import type { Migration } from './migration';

/** Servers inside networks served IPv4 only, and dropped nothing; also those of networks that can be restored, or were changed. */
export const servicesFamilies: Migration = {
  version: 28,
  name: 'services-families',
  sql: `
UPDATE networks SET services = json_set(services, '$.families', 'ipv4', '$.subnet6', NULL, '$.guard', json('false'))
  WHERE services IS NOT NULL;
${['network.services', 'was', 'now']
  .map(
    (path) => `UPDATE events SET undo = json_set(undo, '$.change.${path}.families', 'ipv4', '$.change.${path}.subnet6', NULL,
    '$.change.${path}.guard', json('false'))
  WHERE json_type(undo, '$.change.${path}') = 'object'
    AND undo ->> '$.change.kind' = '${path === 'network.services' ? 'network.removed' : 'network.services'}';`,
  )
  .join('\n')}
`,
};
