import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const NEEDED = ['ip', 'tc', 'nft', 'unshare', 'nsenter'];
/** Where a root's tools are, whatever the shell says that started the tests. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];

/** Why networks of a namespace of its own can't be tested here; null where they can. `also`: what a test needs besides. */
export function netHere(...also: string[]): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  const gaps = [...NEEDED, ...also].filter((tool) => !FOLDERS.some((folder) => isExecutable(join(folder, tool))));
  return gaps.length === 0 ? null : `missing here: ${gaps.join(', ')}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
