import type { Router } from '@orpc/server';
import type { Actor, Contract } from '../contract';
import type { CallContext } from '../engine/core/ports';

/** What every door serves: the engine's procedures. Doors hold no rules. */
export type EngineRouter = Router<Contract, CallContext>;

/**
 * What a door opens onto. The engine may be exchanged for another one while doors are open (a restore): `onReplaced` tells it, and
 * a door then closes its connections, so that clients come again and meet the new one.
 */
export interface Served {
  readonly router: EngineRouter;
  onReplaced?(watcher: () => void): () => void;
}

/** The handler that a door creates for a router, created again when the engine was replaced. */
export function handlerOf<H>(served: Served, make: (router: EngineRouter) => H): () => H {
  let made: { readonly router: EngineRouter; readonly handler: H } | null = null;
  return () => {
    const { router } = served;
    if (made?.router !== router) made = { router, handler: make(router) };
    return made.handler;
  };
}

/** The headers in which a socket's two ends introduce themselves, on the one round trip that opens it. */
export const HEADERS = {
  user: 'x-atoll-user',
  door: 'x-atoll-door',
  version: 'x-atoll-version',
  build: 'x-atoll-build',
  contract: 'x-atoll-contract',
  holder: 'x-atoll-holder',
  pid: 'x-atoll-pid',
} as const;

/** The path of the WebSocket upgrade. */
export const RPC_PATH = '/rpc';

const DOORS: readonly Actor['door'][] = ['cli', 'browser', 'desktop'];

/**
 * Who calls, as the caller says it. The socket's file mode lets only its owner (and root) in, and Node can't read
 * SO_PEERCRED, so this is a name for the record, not a proof.
 */
export function actorOf(user: string | undefined, door: string | undefined, owner: string): Actor {
  const known = DOORS.find((name) => name === door) ?? 'cli';
  return { user: user !== undefined && /^[\w.@-]{1,64}$/.test(user) ? user : owner, door: known };
}
