import { stat } from 'node:fs/promises';
import type { NoFile } from '../engine/ports/hosts';

/** Errors of stat(2) by which a path leads nowhere. With others (a folder that this user may not enter) a host's root may still see it. */
const NOWHERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** Why this computer has no file at `path`; null: it has one, or this user may not look. */
export async function noFile(path: string): Promise<NoFile | null> {
  try {
    return (await stat(path)).isFile() ? null : 'other';
  } catch (error) {
    return NOWHERE.has((error as NodeJS.ErrnoException).code ?? '') ? 'absent' : null;
  }
}
