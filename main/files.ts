import type { BaseWindow, FileFilter } from 'electron';
import { type FileUse, type FileRequest } from '../contract/shell';
import type { ElectronParts } from './electron-parts';

const ALL: FileFilter = { name: 'All files', extensions: ['*'] };
const USES: Record<FileUse, { title: string; filters: FileFilter[] }> = {
  disk: { title: 'Choose a disk', filters: [{ name: 'Disks', extensions: ['qcow2', 'img', 'raw'] }, ALL] },
  iso: { title: 'Choose an ISO', filters: [{ name: 'ISO images', extensions: ['iso'] }, ALL] },
  image: { title: 'Choose a base image', filters: [{ name: 'Images', extensions: ['qcow2', 'img', 'raw'] }, ALL] },
  appliance: { title: 'Choose a VM', filters: [{ name: 'VMs', extensions: ['ova', 'ovf'] }, ALL] },
  kernel: { title: 'Choose a kernel', filters: [ALL] },
  initrd: { title: 'Choose an initrd', filters: [ALL] },
  key: { title: 'Choose a private key', filters: [ALL] },
  backup: { title: 'Choose a backup', filters: [{ name: 'Backups', extensions: ['db'] }, ALL] },
};

/** Lets a person choose a file. Only the path is handed back: main reads and writes nothing for the page. */
export async function pickFile(
  { dialog }: Pick<ElectronParts, 'dialog'>,
  window: BaseWindow,
  { use, save }: FileRequest,
): Promise<string | null> {
  const { title, filters } = USES[use];
  if (save !== undefined) {
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      title: 'Save as',
      defaultPath: save,
      filters,
    });
    return canceled || filePath === '' ? null : filePath;
  }
  // Keys are in a folder that file dialogs hide.
  const properties = use === 'key' ? (['openFile', 'showHiddenFiles'] as const) : (['openFile'] as const);
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, filters, properties: [...properties] });
  return canceled ? null : (filePaths[0] ?? null);
}
