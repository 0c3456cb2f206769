import type { WebSocket } from 'ws';
import { isWellFormed } from './well-formed';

/** After this many messages in a row the event loop gets a turn, also when the kernel takes all of them at once. */
const BURST = 32;

/** RFC 6455, 7.4.1: data of another kind than was agreed on. */
const CLOSE_NO_MESSAGE = 1007;

/** Whoever sends what is no message is no client of ours: the connection ends. */
const listening =
  (ws: WebSocket): WebSocket['addEventListener'] =>
  (type, listener) =>
    ws.addEventListener(type, (event) => {
      if ('data' in event && !isWellFormed(event.data)) ws.close(CLOSE_NO_MESSAGE, 'not a message');
      else if (typeof listener === 'function') listener(event);
      else listener.handleEvent(event);
    });

/**
 * A `send` that resolves when the bytes have left. The library awaits it before it asks a stream for its next value, so a
 * slow reader holds at most one value per stream here. A failed send resolves too, since `close` follows and ends every
 * stream; but only after a turn of the event loop, or a stream without pause would keep `close` from ever being seen.
 */
export function paced(ws: WebSocket): Pick<WebSocket, 'addEventListener' | 'send'> {
  let sent = 0;
  return {
    addEventListener: listening(ws),
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the library awaits what send returns
    send: (data: Parameters<WebSocket['send']>[0]) =>
      new Promise<void>((resolve) => {
        const turn = ++sent % BURST === 0;
        ws.send(data, (error) => (error || turn ? setImmediate(resolve) : resolve()));
      }),
  };
}
