import type { Migration } from './migration';

/** What is known of the guest of a VM: from its agent, with its addresses. */
export const guests: Migration = {
  version: 22,
  name: 'guests',
  sql: `ALTER TABLE vms ADD COLUMN guest TEXT;`,
};
