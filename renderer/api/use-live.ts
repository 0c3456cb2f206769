import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { LiveBatch } from '../../contract';
import { client, connection } from './client';
import type { ConnectionState } from './connection';
import { applyBatch } from './live';

/** How long to wait before following again when the feed ended while the connection seems open. */
const AGAIN_MS = 1_000;

/** Keeps the cache current for as long as the caller is mounted: the whole app, once. */
export function useLiveCache(): void {
  const cache = useQueryClient();
  useEffect(() => {
    const ended = new AbortController();
    connection.start();
    void followForLife(ended.signal, (batch) => applyBatch(cache, batch));
    return () => ended.abort();
  }, [cache]);
}

/** Each new subscription begins with a batch that says `reset`, so what happened in between is read anew. */
async function followForLife(signal: AbortSignal, apply: (batch: LiveBatch) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      const batches = await client.live.follow(undefined, { signal });
      for await (const batch of batches) apply(batch);
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
