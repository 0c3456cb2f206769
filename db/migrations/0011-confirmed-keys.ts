import type { Migration } from './migration';

/**
 * Confirmed host keys name the hop that they are for. Those from before do not, and would be good for every hop, so they are
 * dropped: known_hosts has the keys of all hosts that were ever connected, and others are asked about again.
 */
export const confirmedKeys: Migration = {
  version: 11,
  name: 'confirmed keys',
  sql: `
UPDATE hosts SET how = json_set(how, '$.fingerprints', json('[]')) WHERE kind = 'ssh';
`,
};
