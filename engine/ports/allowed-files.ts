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
  /**
   * Those of the paths that a lab file in this folder may name without a question: what is in the folder or below, by its real path and as
   * it reads. Nothing hidden, nothing of the home, and where the folder holds the person's own, only what is directly in it.
   */
  beside(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** Files directly within the folders for this use; at most 500. */
  files(use: FileUse): Promise<readonly string[]>;
  /** The real path of a folder that may be allowed. Throws BAD_INPUT, NOT_FOUND. */
  find(path: string): Promise<string>;
  allow(folder: string): Promise<void>;
  remove(folder: string): Promise<void>;
}
