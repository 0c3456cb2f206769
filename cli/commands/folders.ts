import type { CommandSpec } from '../spec';

export const FOLDER_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['folder', 'list'],
    about: 'the folders whose files the screens may use',
    json: '{ folders: string[], confined: boolean }',
    run: () => import('../run/folders').then((m) => m.folderList),
  },
  {
    path: ['folder', 'allow'],
    about: 'let the screens use the disks, images, ISOs, kernels and keys in a folder and below it',
    args: [{ name: 'DIR', about: 'a folder of this computer', complete: 'file' }],
    changes: true,
    json: '{ folder: string, job: null, preview: Preview | null }',
    examples: ['atoll folder allow ~/images'],
    run: () => import('../run/folders').then((m) => m.folderAllow),
  },
  {
    path: ['folder', 'remove'],
    about: 'no longer let the screens use a folder; VMs that were made keep their files',
    args: [{ name: 'DIR', about: 'of the list', complete: 'file' }],
    changes: true,
    json: '{ folder: string, job: null, preview: Preview | null }',
    run: () => import('../run/folders').then((m) => m.folderRemove),
  },
];
