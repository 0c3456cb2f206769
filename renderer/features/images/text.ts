import { catalogue, counted } from '../../ui/language';

/** Texts of the images screen. */
export const text = catalogue({
  en: {
    title: 'Images',
    sub: 'Disks that VMs start from. Each VM writes to a thin copy of its own.',
    add: 'Add image',
    addTitle: 'Add image',
    addMeans:
      'Copies a disk file of the computer that runs Atoll, or the boot disk of a VM. VMDK, VDI, VHDX and VHD files are converted to qcow2.',
    name: 'Name',
    source: 'Source',
    aFile: 'A file',
    diskOf: (vm: string) => `The boot disk of ${vm}`,
    path: 'File on the computer that runs Atoll',
    sha256: 'SHA-256',
    sha256Means: 'Optional. A file with another checksum is refused.',
    emptyTitle: 'No images yet',
    empty: 'Download the cloud image of a distribution (a qcow2 file), then add it here.',
    format: 'Format',
    onDisk: 'On disk',
    size: 'Size',
    users: 'Used by',
    nobody: 'none',
    trashed: (n: number) => `${counted(n, { one: 'removed VM', other: 'removed VMs' })} in the trash`,
    createVm: 'Create VM',
    createVmFrom: (image: string) => `Create a VM from ${image}`,
    rename: 'Rename',
    renameOf: (image: string) => `Rename ${image}`,
    remove: 'Remove',
    removeOf: (image: string) => `Remove ${image}`,
    removeTitle: (image: string) => `Remove ${image}?`,
    removeMeans: 'Deletes the copy in the home of Atoll. The file that it was copied from stays.',
    nameNeeded: 'Enter a name.',
    pathNeeded: 'Enter the path of the file.',
    adding: 'Adding',
  },
});
