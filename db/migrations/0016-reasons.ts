import type { Migration } from './migration';

const text = (column: string): string => `json_object('type', 'text', 'params', json_object('text', ${column}))`;

/**
 * Why hosts and VMs are in their states, and what undo offers, become a type with params. What was written before is a sentence, and
 * stays one, of the type `text`.
 */
export const reasons: Migration = {
  version: 16,
  name: 'reasons',
  sql: `
UPDATE hosts SET reason = ${text('reason')} WHERE reason IS NOT NULL;
UPDATE vms SET reason = ${text('reason')} WHERE reason IS NOT NULL;
UPDATE events SET message = json_set(message, '$.params.reason', ${text("message ->> '$.params.reason'")})
  WHERE message ->> '$.type' = 'host.state' AND json_type(message, '$.params.reason') = 'text';
UPDATE events SET undo = json_set(undo, '$.words', ${text("undo ->> '$.words'")}) WHERE undo IS NOT NULL;
UPDATE events SET undo = json_set(undo, '$.change.vm.reason', NULL) WHERE undo ->> '$.change.vm.reason' IS NOT NULL;
`,
};
