import type { Actor } from '../../contract';
import type { AllowedFiles } from '../ports/allowed-files';
import type { Backups } from '../ports/backups';
import type { Clock } from '../ports/clock';
import type { Hosts, Images } from '../ports/hosts';
import type { LabTexts } from '../ports/lab-texts';
import type { Log } from '../ports/log';
import type { Secrets } from '../ports/secrets';
import type { Restored, Store } from '../ports/store';

/** What an engine is given. It reaches nothing else. */
export interface EnginePorts {
  readonly store: Store;
  readonly backups: Backups;
  readonly allowedFiles: AllowedFiles;
  readonly secrets: Secrets;
  readonly hosts: Hosts;
  readonly images: Images;
  readonly labTexts: LabTexts;
  readonly clock: Clock;
  readonly log: Log;
  readonly info: {
    readonly version: string;
    readonly home: string;
    readonly pid: number;
    readonly node: string;
    memoryBytes(): number;
    /** The ends of this home's logs, and its crashes, newest last. */
    logs(): ReadonlyArray<{ readonly name: string; readonly text: string }>;
  };
  readonly sessions: BrowserSessions;
  readonly lifecycle: {
    /** A one-time link to the browser door of this process; null when it has none. */
    link(): string | null;
    /** The path of a page of this user's that leads to such a link. */
    page(): string | null;
    /** Ends the process that holds the engine, soon after the present call has been answered. */
    stop(): void;
    /**
     * Checks a backup, ends the engine, puts the backup in the store's place (keeping the present store beside it) and starts another
     * engine on it, which holds its hosts unless `connect`. Returns the kept file. When the backup can't be opened after all, the store before is back.
     */
    restore(request: Omit<Restored, 'kept'>): Promise<{ kept: string | null }>;
  };
}

/** Who is signed in at the browser door of this process; nobody where it has none. Instants are milliseconds. */
export interface BrowserSessions {
  list(): Array<{
    readonly id: string;
    readonly browser: string;
    readonly openedAt: number;
    readonly seenAt: number;
    readonly windows: number;
  }>;
  /** Ends a session and closes its windows; false when there is none of that id. */
  end(id: string): boolean;
}

/** What a door says of each call. */
export interface CallContext {
  readonly actor: Actor;
  /** The session of the browser door that the call came over. */
  readonly session?: string;
}
