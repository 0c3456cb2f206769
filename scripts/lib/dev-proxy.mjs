// How the development server leads to the browser door of the engine. The door checks every request as it does in the product.
import { randomBytes } from 'node:crypto';

/** The cookie of a browser that has signed in since `npm run dev` began, so that it is signed in again after each restart. */
const COOKIE = 'atoll-dev';

/** Paths that the door answers; everything else is a screen, from vite. */
const DOOR_PATHS = ['/rpc/', '/enter', '/enter.js'];

/**
 * Vite's `server.proxy`. Host and Origin become the door's where they are the development server's own. Anything else is passed on
 * unchanged, so that the door refuses a foreign name or page itself.
 */
export function doorProxy({ doorPort, ownHosts, secret }) {
  const ownOrigins = () => ownHosts().map((host) => `http://${host}`);
  const translate = (forwarded, { headers }) => {
    if (ownHosts().includes(headers.host)) forwarded.setHeader('host', `127.0.0.1:${doorPort}`);
    if (ownOrigins().includes(headers.origin)) forwarded.setHeader('origin', `http://127.0.0.1:${doorPort}`);
  };
  const rule = {
    target: `http://127.0.0.1:${doorPort}`,
    ws: true,
    configure(proxy) {
      proxy.on('proxyReq', translate);
      proxy.on('proxyReqWs', translate);
      proxy.on('proxyRes', (answer, { method, url }) => {
        if (method !== 'POST' || url !== '/enter' || answer.statusCode !== 200) return;
        const cookies = answer.headers['set-cookie'] ?? [];
        answer.headers['set-cookie'] = [...cookies, `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/`];
      });
    },
  };
  return Object.fromEntries(DOOR_PATHS.map((path) => [`^${path.replaceAll('.', '\\.')}`, rule]));
}

export const newSecret = () => randomBytes(32).toString('base64url');

/** Whether a request comes from a browser that has signed in since `npm run dev` began. */
export const wasSignedIn = ({ cookie = '' }, secret) => cookie.split(/;\s*/).includes(`${COOKIE}=${secret}`);
