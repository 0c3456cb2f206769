import { setImmediate as turn } from 'node:timers/promises';
import type { SupportedMessagePort } from '@orpc/client/message-port';
import { MessagePortHandler } from '@orpc/server/message-port';
import type { Actor } from '../contract';
import type { EngineRouter } from './door';
import { callsOf } from './rpc';

/** After this many messages in a row the event loop gets a turn. */
const BURST = 32;

/**
 * Serves the engine over a MessagePort: Electron's MessagePortMain, or Node's. The caller starts and closes the port.
 * A port has no backpressure, so a stream that never waits would keep the process from everything else; the hook
 * that the library awaits before each message gives the others their turn.
 */
export function serveMessagePort(router: EngineRouter, port: SupportedMessagePort, actor: Actor): void {
  let sent = 0;
  const handler = new MessagePortHandler(callsOf(router), {
    experimental_transfer: async () => {
      if (++sent % BURST === 0) await turn();
      return null;
    },
  });
  handler.upgrade(port, { context: { actor } });
}
