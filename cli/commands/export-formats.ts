/** The formats that a disk is exported in. */
export const EXPORT_FORMATS = ['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx'] as const;
