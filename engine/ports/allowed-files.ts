import type { FileUse } from '../../contract/shell';

/** A path and what it is for, as a call names it. */
export interface AskedFile {
  readonly path: string;
  readonly use: FileUse;
  readonly access: 'read' | 'write';
}

/** Which files of this computer a call of the screens may name. */
export interface AllowedFiles {
  /** Where backups go that name no place. */
  readonly backups: string;
  /** The folders that a person allowed, by their real paths. */
  folders(): readonly string[];
  /** By the real path: symbolic links lead nowhere else. */
  allows(file: AskedFile): Promise<boolean>;
  /** Files directly within the folders for this use; at most 500. */
  files(use: FileUse): Promise<readonly string[]>;
  /** The real path of a folder that may be allowed. Throws BAD_INPUT, NOT_FOUND. */
  find(path: string): Promise<string>;
  allow(folder: string): Promise<void>;
  remove(folder: string): Promise<void>;
}
