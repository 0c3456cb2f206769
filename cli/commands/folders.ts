import type { CommandSpec } from '../spec';

export const FOLDER_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['folder', 'list'],
    about: 'list the folders whose files the app may use',
    json: '{ folders: string[], confined: boolean }',
    run: () => import('../run/folders').then((m) => m.folderList),
  },
  {
    path: ['folder', 'allow'],
    about: 'let the app use the disks, images, ISOs, kernels and keys in a folder and its subfolders',
    args: [{ name: 'DIR', about: 'a folder on this computer', complete: 'file' }],
    changes: true,
    json: '{ folder: string, job: null, preview: Preview | null }',
    examples: ['atoll folder allow ~/images'],
    run: () => import('../run/folders').then((m) => m.folderAllow),
  },
  {
    path: ['folder', 'remove'],
    about: 'no longer let the app use a folder; existing VMs keep their files',
    args: [{ name: 'DIR', about: 'an allowed folder', complete: 'file' }],
    changes: true,
    json: '{ folder: string, job: null, preview: Preview | null }',
    run: () => import('../run/folders').then((m) => m.folderRemove),
  },
];
