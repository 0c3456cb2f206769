import type { FileUse } from '../../contract/shell';

/** A path and its use in a call. */
export interface AskedFile {
  readonly path: string;
  readonly use: FileUse;
  readonly access: 'read' | 'write';
}

/** Which files of this computer a call from the screens may name. */
export interface AllowedFiles {
  /** The default folder for backups. */
  readonly backups: string;
  /** The allowed folders, by their real paths. */
  folders(): readonly string[];
  /** By the real path: symbolic links cannot lead out of the folders. */
  allows(file: AskedFile): Promise<boolean>;
  /**
   * The paths that a lab file in this folder may name without confirmation: files in the folder or below, by both their real and
   * their literal path. No hidden files, none of the home, and if the folder contains the user's own data, only files directly in
   * it.
   */
  beside(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** Files directly within the folders for this use; at most 500. */
  files(use: FileUse): Promise<readonly string[]>;
  /** The real path of a folder that may be allowed. Throws BAD_INPUT, NOT_FOUND. */
  find(path: string): Promise<string>;
  allow(folder: string): Promise<void>;
  remove(folder: string): Promise<void>;
}
