import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { LiveBatch } from '../../contract';
import { client, connection, feedBegan } from './client';
import type { ConnectionState } from './connection';
import { Gathered } from './gather';
import { applyBatch } from './live';
import { Pace } from './pace';
import { Reread } from './reread';

/** The delay before subscribing again if the feed ended while the connection seems open. */
const AGAIN_MS = 1_000;

/** Changes are rendered about ten times a second at most, and take at most a third of the window's time. */
const DRAWING = { leastMs: 80, share: 0.33 };

/** Keeps the cache current while the caller is mounted: once, for the whole app. */
export function useLiveCache(): void {
  const cache = useQueryClient();
  useEffect(() => {
    const ended = new AbortController();
    connection.start();
    const reread = new Reread(cache);
    const gathered = new Gathered();
    const drawing = new Pace(() => applyBatch(cache, gathered.take(), reread.ask), DRAWING);
    void followForLife(ended.signal, (batch) => {
      gathered.add(batch);
      drawing.ask();
    });
    return () => ended.abort();
  }, [cache]);
}

/**
 * Each new subscription starts with a `reset` batch, so changes made in between are read again. The first subscription has nothing
 * to reset: all reads wait for it.
 */
async function followForLife(signal: AbortSignal, take: (batch: LiveBatch) => void): Promise<void> {
  let isFirst = true;
  while (!signal.aborted) {
    try {
      const batches = await client.live.follow(undefined, { signal });
      for await (const batch of batches) {
        if (isFirst) feedBegan();
        if (!isFirst || !batch.reset) take(batch);
        isFirst = false;
      }
    } catch (error) {
      if (signal.aborted) return;
      console.info('live feed ended, following again', error);
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** The connection state of this window, for the banner. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.watch, () => connection.state);
}
