import type { Backup, BackupContent, HostState } from '../../contract';
import type { HostHow } from './hosts';

/** A host as a backup has it. */
export interface BackedUpHost {
  readonly name: string;
  readonly how: HostHow;
  readonly state: HostState;
}

export interface InspectedBackup {
  readonly content: BackupContent;
  readonly hosts: readonly BackedUpHost[];
}

/** Copies of the store as files of the engine's computer. Making one is the store's own business (`Store.backup`). */
export interface Backups {
  readonly folder: string;
  /** In no particular order; also the stores that were put aside by a restore or before a migration. */
  list(): Promise<Backup[]>;
  /** A path in the folder that is free, for a backup made at this instant; makes the folder. */
  free(kind: 'manual' | 'automatic', at: string): Promise<string>;
  /** Reads a backup whole. Throws AppError NOT_FOUND or STORE_FAILED (damaged, foreign, newer). */
  inspect(path: string): Promise<InspectedBackup>;
  /** No error when it is gone already. */
  remove(backup: Backup): Promise<void>;
}
