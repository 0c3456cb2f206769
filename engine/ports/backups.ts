import type { Backup, BackupContent, HostState } from '../../contract';
import type { HostHow } from './hosts';

/** A host as recorded in a backup. */
export interface BackedUpHost {
  readonly name: string;
  readonly how: HostHow;
  readonly state: HostState;
}

export interface InspectedBackup {
  readonly content: BackupContent;
  readonly hosts: readonly BackedUpHost[];
}

/** Copies of the database as files on the engine's computer. `Store.backup` creates them. */
export interface Backups {
  readonly folder: string;
  /** In no particular order; includes the databases that were replaced by a restore or kept before a migration. */
  list(): Promise<Backup[]>;
  /** A free path in the folder, for a backup created at this time; creates the folder. */
  free(kind: 'manual' | 'automatic', at: string): Promise<string>;
  /** Reads a whole backup. Throws AppError NOT_FOUND or STORE_FAILED (damaged, foreign, newer). */
  inspect(path: string): Promise<InspectedBackup>;
  /** No error if it no longer exists. */
  remove(backup: Backup): Promise<void>;
}
