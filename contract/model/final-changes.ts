/** The events of changes that have no job, and that nothing undoes. Without schemas: a window's first file has it. */
export const FINAL_TYPES = [
  'data_center.added',
  'data_center.updated',
  'data_center.removed',
  'cluster.added',
  'cluster.updated',
  'cluster.removed',
  'host.updated',
  'image.renamed',
  'folder.allowed',
  'folder.removed',
  'store.backup_rule',
  'api.enabled',
  'api.disabled',
  'api.password',
] as const;
