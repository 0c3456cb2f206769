import type { Migration } from './migration';

/** What is observed of a NIC includes the speed of its link; the next observation of a host fills it in. */
export const nicSpeeds: Migration = {
  version: 30,
  name: 'nic-speeds',
  sql: `
ALTER TABLE host_nics ADD COLUMN speed_mbps INTEGER
  CONSTRAINT host_nics_speed_mbps CHECK (speed_mbps > 0);
`,
};
