import type { MessagePortMain, UtilityProcess } from 'electron';
import type { ElectronParts } from './electron-parts';

/** What the engine's process says of itself before it serves (main/engine.ts). */
export interface EngineReport {
  readonly ready: boolean;
  readonly message?: string;
  readonly hint?: string | null;
}

/**
 * The engine in its own process, so that its work never makes the window stutter and its end does not end the window.
 * It is started by the first introduction, and anew by the next one after it has ended: a window that lost its port asks again.
 */
export class EngineProcess {
  #child: UtilityProcess | null = null;

  constructor(
    private readonly electron: Pick<ElectronParts, 'utilityProcess' | 'dialog'>,
    private readonly program: string,
  ) {}

  /** Hands a port over to the engine, which serves it until either end closes. */
  introduce(port: MessagePortMain): void {
    this.#running().postMessage({ kind: 'serve' }, [port]);
  }

  /** Asks the engine to end; labs and VMs go on. */
  end(): void {
    this.#child?.postMessage({ kind: 'end' });
  }

  #running(): UtilityProcess {
    if (this.#child !== null) return this.#child;
    const child = this.electron.utilityProcess.fork(this.program, [], {
      serviceName: 'Atoll engine',
      stdio: 'inherit',
    });
    child.on('message', (report: EngineReport) => {
      if (!report.ready)
        this.electron.dialog.showErrorBox(
          'The engine could not start',
          [report.message, report.hint].filter(Boolean).join('\n\n'),
        );
    });
    child.on('exit', () => {
      if (this.#child === child) this.#child = null;
    });
    this.#child = child;
    return child;
  }
}
