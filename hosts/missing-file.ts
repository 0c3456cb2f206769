import { stat } from 'node:fs/promises';
import type { NoFile } from '../engine/ports/hosts';

/**
 * Errors of stat(2) that mean that a path does not exist. After others (a folder that this user may not enter) a host's root may
 * still have access.
 */
const NOWHERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** Why this computer has no usable file at `path`; null: it has one, or this user has no access. */
export async function noFile(path: string): Promise<NoFile | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return 'other';
    return found.size === 0 ? 'empty' : null;
  } catch (error) {
    return NOWHERE.has((error as NodeJS.ErrnoException).code ?? '') ? 'absent' : null;
  }
}
