import type { Duplex } from 'node:stream';
import type { Pipe, RunOptions, RunResult, Shell, StreamHandle } from '../shell';
import { connectUnix, pipeProcess, runProcess, streamProcess, type Invocation } from './spawn';

/** Runs commands on this computer, as the current user. */
export class LocalShell implements Shell {
  readonly name = 'this computer';

  run(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    return runProcess(this.invocation(argv, argv), options);
  }

  script(script: string, args: readonly string[], options?: RunOptions): Promise<RunResult> {
    return runProcess(this.invocation(['sh', '-c', script, 'sh', ...args], ['sh', '-c', '...', ...args]), options);
  }

  stream(argv: readonly string[], onLine: (line: string) => void): Promise<StreamHandle> {
    return streamProcess(this.invocation(['setpriv', '--pdeathsig', 'KILL', '--', ...argv], argv), onLine);
  }

  pipe(argv: readonly string[]): Promise<Pipe> {
    return pipeProcess(this.invocation(['setpriv', '--pdeathsig', 'KILL', '--', ...argv], argv));
  }

  connect(socketPath: string): Promise<Duplex> {
    return connectUnix(this.name, socketPath);
  }

  async close(): Promise<void> {
    // Nothing is kept open between commands.
  }

  private invocation(argv: readonly string[], shown: readonly string[]): Invocation {
    return { host: this.name, argv, shown };
  }
}
