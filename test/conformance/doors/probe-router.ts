import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import type { EngineRouter } from '../../../app/door';
import { AppError, type ConsoleChunk, contract } from '../../../contract';
import type { CallContext } from '../../../engine/core/ports';

/** What the suite watches at the engine's end of a stream or call. */
export class Probe {
  /** Streams that are open now. */
  open = 0;
  /** Values that were made for streams: shows whether a reader's pace is felt here. */
  made = 0;
  /** Calls that have arrived and last until their caller gives up. */
  calls = 0;
  /** Whether a call's signal said that its caller has gone. */
  aborted = false;

  /** A few procedures with behavior that the engine shows only at bad times. */
  router(): EngineRouter {
    const os = implement(contract).$context<CallContext>();
    return {
      vms: {
        // Every byte value there is, three times over.
        console: os.vms.console.handler(({ input, signal }) => this.console(input.vm, signal)),
        consoleWrite: os.vms.consoleWrite.handler(({ input }) => ({ bytes: Buffer.from(input.data, 'base64').length })),
        // A call that lasts until its caller gives up.
        show: os.vms.show.handler(async ({ signal }) => {
          signal?.addEventListener('abort', () => (this.aborted = true));
          this.calls++;
          await sleep(60_000, undefined, { signal });
          throw new AppError('INTERNAL', 'nobody gave up');
        }),
      },
      system: {
        version: os.system.version.handler(({ context }) => ({
          version: `${context.actor.user}/${context.actor.door}`,
          contract: 1,
          node: 'v20',
          storeSchema: 1,
        })),
      },
    } as unknown as EngineRouter;
  }

  private async *console(kind: string, signal: AbortSignal | undefined): AsyncGenerator<ConsoleChunk> {
    this.open++;
    try {
      if (kind === 'bytes') yield* allBytes();
      while (kind === 'endless' && !signal?.aborted) {
        this.made++;
        yield { data: 'eA=='.repeat(10_000), replay: false };
      }
      if (kind === 'silent') await sleep(60_000, undefined, { signal }).catch(() => undefined);
    } finally {
      this.open--;
    }
  }
}

function* allBytes(): Generator<ConsoleChunk> {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  for (let n = 0; n < 3; n++) yield { data: bytes.toString('base64'), replay: n === 0 };
}
