import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { LiveBatch } from '../../contract';
import { client, connection, feedBegan } from './client';
import type { ConnectionState } from './connection';
import { Gathered } from './gather';
import { applyBatch } from './live';
import { Pace } from './pace';
import { Reread } from './reread';

/** How long to wait before following again when the feed ended while the connection seems open. */
const AGAIN_MS = 1_000;

/** Changes are drawn at most some ten times a second, and take at most a third of the window's time. */
const DRAWING = { leastMs: 80, share: 0.33 };

/** Keeps the cache current for as long as the caller is mounted: the whole app, once. */
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
 * Each new subscription begins with a batch that says `reset`, so what happened in between is read anew. The first one does
 * not say it of anything: all that is read waits for it.
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

/** The state of this window's connection, for the banner. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.watch, () => connection.state);
}
