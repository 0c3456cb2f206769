import type { Actor } from '../../contract';
import type { Clock } from '../ports/clock';
import type { Hosts, Images } from '../ports/hosts';
import type { Log } from '../ports/log';
import type { Secrets } from '../ports/secrets';
import type { Store } from '../ports/store';

/** What an engine is given. It reaches nothing else. */
export interface EnginePorts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly hosts: Hosts;
  readonly images: Images;
  readonly clock: Clock;
  readonly log: Log;
  readonly info: {
    readonly version: string;
    readonly home: string;
    readonly pid: number;
    readonly node: string;
    memoryBytes(): number;
  };
  readonly lifecycle: {
    /** Ends the process that holds the engine, soon after the present call has been answered. */
    stop(): void;
    /** Checks a backup, puts it in the store's place (keeping the present store beside it) and ends the engine. Returns the kept file. */
    restore(path: string): Promise<{ kept: string | null }>;
  };
}

/** What a door says of each call. */
export interface CallContext {
  readonly actor: Actor;
}
