import type { EngineConnection } from '../app/client';
import type { Home } from '../app/home';
import type { Input } from './input';
import type { Output } from './output';

/** The context of a command. It connects to the engine only on demand. */
export interface Context {
  readonly input: Input;
  readonly out: Output;
  readonly home: Home;
  /** The home's engine, started in the background when none runs. */
  engine(): Promise<EngineConnection>;
  /** The home's engine if one runs. */
  runningEngine(): Promise<EngineConnection | null>;
  /** The argv that runs the daemon. */
  readonly daemon: readonly string[];
}
