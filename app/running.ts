import { resolve } from 'node:path';
import { AppError, note } from '../contract';
import { openStore } from '../db/store';
import { type Engine, type EnginePorts, createEngine } from '../engine';
import type { Store } from '../engine/ports/store';
import { Closing } from './closing';
import type { EngineRouter, Served } from './door';
import { type Home, refuseEmptied } from './home';
import type { ReadBackup } from './read-backup';
import { type RestoreRequest, restoreStore } from './restore';

/** Creates the ports for a store, new ones for each engine. */
export type PortsFor = (store: Store) => EnginePorts;

/**
 * Store and engine of a home as they run now. A restore exchanges both for new ones in the same process; the home's lock, its log
 * and its doors stay. Doors ask for `router` at each connection, and `onReplaced` makes them disconnect their clients.
 */
export class Running implements Served {
  #closing = new Closing();
  #engine: Engine | null = null;
  readonly #watchers = new Set<() => void>();

  constructor(
    private readonly home: Home,
    private readonly portsFor: PortsFor,
    private readonly readBackup?: ReadBackup,
  ) {}

  get router(): EngineRouter {
    return this.engine.router;
  }

  get engine(): Engine {
    if (this.#engine === null) throw new Error('the engine has not been started');
    return this.#engine;
  }

  onReplaced(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Opens the store and starts an engine on it; what was opened is closed again when that fails. */
  async start(): Promise<void> {
    const closing = new Closing();
    this.#closing = closing;
    try {
      refuseEmptied(this.home);
      const store = openStore(this.home.store);
      closing.add(() => store.close());
      const engine = createEngine(this.portsFor(store));
      closing.add(() => engine.stop());
      this.#engine = engine;
      await engine.start();
    } catch (error) {
      await closing.run();
      throw error;
    }
  }

  /** Ends engine and store. Safe to call again. */
  stop(): Promise<void> {
    return this.#closing.run();
  }

  /**
   * Puts a backup in the store's place and starts an engine on it. When it can't be opened after all, the store
   * is put back and stays in use. Throws with `dead` called when no engine could be started at all.
   */
  async restore(request: RestoreRequest, dead: () => void): Promise<{ kept: string | null }> {
    const { from } = request;
    if (resolve(from) === this.home.store)
      throw new AppError('BAD_INPUT', `${from} is the database itself.`, {
        field: 'path',
        remedy: note('Give the path of a backup.'),
      });
    const close = (): Promise<void> => this.stop();
    const replaced = await restoreStore(this.home, request, close, this.readBackup).catch(async (error: unknown) => {
      await this.#again(dead);
      throw error;
    });
    try {
      await this.start();
    } catch (error) {
      replaced.putBack();
      await this.#again(dead);
      throw error;
    }
    return { kept: replaced.kept };
  }

  /** To be called once the answer of a restore has left: whoever is connected talks to an engine that has ended. */
  reportReplaced(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Restarts the engine on the existing store, if it was stopped. */
  async #again(dead: () => void): Promise<void> {
    if (!this.#closing.begun) return;
    try {
      await this.start();
    } catch (error) {
      dead();
      throw error;
    }
  }
}
