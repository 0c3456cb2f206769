import type { WebSocket } from 'ws';

/**
 * A `send` that resolves when the bytes have left. The library awaits it before it asks a stream for its next value, so a
 * slow reader holds at most one value per stream here. An error resolves too: `close` follows and ends every stream.
 */
export function paced(ws: WebSocket): Pick<WebSocket, 'addEventListener' | 'send'> {
  return {
    addEventListener: ws.addEventListener.bind(ws),
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the library awaits what send returns
    send: (data: Parameters<WebSocket['send']>[0]) => new Promise<void>((resolve) => ws.send(data, () => resolve())),
  };
}
