import type { Actor } from '../../contract';
import type { Appliances } from '../ports/appliances';
import type { ApiDoor } from '../ports/api-door';
import type { AllowedFiles } from '../ports/allowed-files';
import type { Backups } from '../ports/backups';
import type { Clock } from '../ports/clock';
import type { Hosts, Images } from '../ports/hosts';
import type { LabTexts } from '../ports/lab-texts';
import type { Log } from '../ports/log';
import type { Secrets } from '../ports/secrets';
import type { Signer } from '../ports/signer';
import type { Restored, Store } from '../ports/store';

/** Everything an engine gets. It accesses nothing else. */
export interface EnginePorts {
  readonly store: Store;
  readonly backups: Backups;
  readonly allowedFiles: AllowedFiles;
  readonly secrets: Secrets;
  readonly signer: Signer;
  readonly hosts: Hosts;
  readonly images: Images;
  readonly appliances: Appliances;
  readonly labTexts: LabTexts;
  readonly clock: Clock;
  readonly log: Log;
  readonly info: {
    readonly version: string;
    readonly home: string;
    readonly pid: number;
    readonly node: string;
    memoryBytes(): number;
    /** The log tails of this home, and its crashes, newest last. */
    logs(): ReadonlyArray<{ readonly name: string; readonly text: string }>;
  };
  readonly sessions: BrowserSessions;
  readonly apiDoor: ApiDoor;
  readonly lifecycle: {
    /** A one-time link to the browser server of this process; null: no server. */
    link(): string | null;
    /** The path of a page of this user that redirects to such a link. */
    page(): string | null;
    /** Ends the process of the engine, soon after the current call has been answered. */
    stop(): void;
    /**
     * Checks a backup, ends the engine, replaces the database by the backup (keeping the current one beside it) and starts another
     * engine on it, which holds its hosts unless `connect`. Returns the kept file. If the backup can't be opened after all, the
     * previous database is back.
     */
    restore(request: Omit<Restored, 'kept'>): Promise<{ kept: string | null }>;
  };
}

/** The sessions of this process's browser server; none without a server. Times are in milliseconds. */
export interface BrowserSessions {
  list(): Array<{
    readonly id: string;
    readonly browser: string;
    readonly openedAt: number;
    readonly seenAt: number;
    readonly windows: number;
  }>;
  /** Ends a session and closes its windows; false: unknown id. */
  end(id: string): boolean;
}

/** What a door reports about each call. */
export interface CallContext {
  readonly actor: Actor;
  /** The browser session of the call. */
  readonly session?: string;
}
