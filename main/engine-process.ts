import type { Remedy } from '../contract';
import type { MessagePortMain, UtilityProcess } from 'electron';
import type { ElectronParts } from './electron-parts';
import type { FromEngine, ToEngine } from './messages';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** An engine that has run for so long was sound: the next end is a new trouble, not the same one. */
const SOUND_MS = 60_000;

/**
 *     idle ─→ starting ─→ running ─→ ended (asked to, or by a command: stays until a window asks)
 *               ↑            │
 *               └─ waiting ←─┘ died, or could not start: restarted with growing delay
 */
export interface EngineWatcher {
  /** A message that is not about starting. */
  heard(message: FromEngine): void;
  running(): void;
  /** It died and is started again in `waitMs`; `code` is its exit code. */
  restarting(code: number, waitMs: number): void;
  /** It said why it can't start; it is tried again all the same, since the reason may go away. */
  failed(message: string, remedy: Remedy | null): void;
}

/**
 * The engine in its own process, so that its work never makes the window stutter and its end does not end the window. When it dies
 * it is restarted with back-off, resumes its jobs and reconciles the hosts. Ports that arrive in the meantime wait for it.
 */
export class EngineProcess {
  #child: UtilityProcess | null = null;
  #waiting: MessagePortMain[] = [];
  #again: ReturnType<typeof setTimeout> | null = null;
  #sound: ReturnType<typeof setTimeout> | null = null;
  #wait = FIRST_WAIT_MS;
  #ending = false;

  constructor(
    private readonly electron: Pick<ElectronParts, 'utilityProcess'>,
    private readonly program: string,
    private readonly watcher: EngineWatcher,
  ) {}

  get isRunning(): boolean {
    return this.#child !== null;
  }

  start(): void {
    if (this.#child !== null || this.#ending) return;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
    const child = this.electron.utilityProcess.fork(this.program, [], {
      serviceName: 'Atoll engine',
      stdio: 'inherit',
    });
    this.#child = child;
    child.on('message', (message: FromEngine) => this.#hear(message));
    child.on('exit', (code) => this.#exited(child, code));
    for (const port of this.#waiting.splice(0)) child.postMessage({ kind: 'serve' } satisfies ToEngine, [port]);
  }

  /** Hands a port over to the engine, which serves it until either end closes. */
  introduce(port: MessagePortMain): void {
    this.#waiting.push(port);
    // While it waits to be started again, a window that asks is no reason for haste.
    if (this.#again !== null) return;
    if (this.#child === null) return this.start();
    for (const each of this.#waiting.splice(0)) this.#child.postMessage({ kind: 'serve' } satisfies ToEngine, [each]);
  }

  /** Says something to the engine, if it runs. */
  say(message: ToEngine): void {
    this.#child?.postMessage(message);
  }

  /** Asks the engine to end, for good; labs and VMs go on. Resolves when it has ended, or after `patienceMs`. */
  end(patienceMs: number): Promise<void> {
    this.#ending = true;
    if (this.#again !== null) clearTimeout(this.#again);
    const child = this.#child;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.postMessage({ kind: 'end' } satisfies ToEngine);
    });
  }

  #hear(message: FromEngine): void {
    if (message.kind === 'ready') {
      this.#sound = setTimeout(() => (this.#wait = FIRST_WAIT_MS), SOUND_MS);
      return this.watcher.running();
    }
    if (message.kind === 'failed') return this.watcher.failed(message.message, message.remedy);
    this.watcher.heard(message);
  }

  #exited(child: UtilityProcess, code: number): void {
    if (this.#child !== child) return;
    this.#child = null;
    if (this.#sound !== null) clearTimeout(this.#sound);
    // Asked to, by us or by `atoll stop`: the next window that asks starts it again.
    if (this.#ending || code === 0) return;
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    this.#again = setTimeout(() => {
      this.#again = null;
      this.start();
    }, wait);
    this.watcher.restarting(code, wait);
  }
}
