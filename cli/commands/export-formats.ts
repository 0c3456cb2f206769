/** The formats that a disk is exported in. */
export const EXPORT_FORMATS = ['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx'] as const;

/** How a VM is exported. */
export const VM_EXPORT_FORMATS = ['ova', 'qcow2'] as const;
