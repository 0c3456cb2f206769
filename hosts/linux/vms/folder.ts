/** The folder of a VM on its host, with its disks. `diskDir`: the host's folder that contains one for each VM. */
export const vmDiskDir = ({ diskDir }: { readonly diskDir: string }, vmId: string): string => `${diskDir}/${vmId}`;
