import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { AppError } from '../../contract/app-error';
import { BROWSER_DOOR } from '../../contract/browser-door';
import type { DesktopBridge } from '../../contract/shell';
import { SHELL } from '../../contract/shell-channels';
import type { OpenWire, Wire } from './connection';
import { type HeldSession, heldSession } from './held-session';
import { shell } from './shell-bridge';
import { text } from './text';

const OPEN_TIMEOUT_MS = 10_000;

/** The transport of this window: a port from the preload script if there is one, else a WebSocket to the page's origin. */
export function wireOfWindow(): OpenWire {
  const bridge = shell;
  return bridge === null ? openSocket : () => openPort(bridge);
}

/** The session key is offered as a subprotocol: a page can't set other headers on a WebSocket. */
function openSocket(): Promise<Wire> {
  const session = heldSession();
  if (session === null) return Promise.reject(new AppError('FORBIDDEN', text.signedOut));
  const socket = new WebSocket(
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${BROWSER_DOOR.rpc}${session.id}`,
    [BROWSER_DOOR.protocol, session.key],
  );
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
    const closed = new Promise<void>((ended) => socket.addEventListener('close', () => ended(), { once: true }));
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve({ link: new SocketLink({ websocket: socket }), closed });
    });
    void closed.then(async () => {
      clearTimeout(timer);
      reject(await whyRefused(session));
    });
  });
}

/** A browser hides why an upgrade was refused, so this asks the server over plain HTTP. */
async function whyRefused({ id, key }: HeldSession): Promise<AppError> {
  const response = await fetch(`${BROWSER_DOOR.rpc}${id}`, {
    method: 'POST',
    headers: { [BROWSER_DOOR.keyHeader]: key },
    cache: 'no-store',
  }).catch(() => null);
  return response !== null && (response.status === 401 || response.status === 403)
    ? new AppError('FORBIDDEN', text.signedOut)
    : new AppError('ENGINE_GONE', text.silent);
}

function openPort(bridge: DesktopBridge): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', take);
      reject(new AppError('ENGINE_GONE', text.silent));
    }, OPEN_TIMEOUT_MS);
    const take = (event: MessageEvent): void => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== SHELL.port || port === undefined) return;
      clearTimeout(timer);
      window.removeEventListener('message', take);
      const closed = new Promise<void>((ended) => port.addEventListener('close', () => ended(), { once: true }));
      const link = new PortLink({ port });
      port.start();
      resolve({ link, closed });
    };
    window.addEventListener('message', take);
    bridge.connect();
  });
}
