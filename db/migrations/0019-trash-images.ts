import type { Migration } from './migration';

/** A removed VM whose disk is an overlay still needs its image. What was removed before is in the event of its removal. */
export const trashImages: Migration = {
  version: 19,
  name: 'trash-images',
  sql: `
ALTER TABLE trash ADD COLUMN image_id TEXT;
UPDATE trash SET image_id = (SELECT undo ->> '$.change.vm.boot.imageId' FROM events
  WHERE undo ->> '$.change.kind' = 'vm.removed' AND undo ->> '$.change.vm.id' = trash.vm_id ORDER BY seq DESC LIMIT 1);
`,
};
