import type { QueryClient } from '@tanstack/react-query';
import type { LiveBatch } from '../../contract';
import { client, connection, feedBegan } from './client';
import { Gathered } from './gather';
import { applyBatch } from './live';
import { Pace } from './pace';
import { Reread } from './reread';

/** The delay before subscribing again if the feed ended while the connection seems open. */
const AGAIN_MS = 1_000;

/** Changes are rendered about ten times a second at most, and take at most a third of the window's time. */
const DRAWING = { leastMs: 80, share: 0.33 };

/** Connects, and keeps the cache current as long as the window is open: called once. */
export function followLive(cache: QueryClient): void {
  connection.start();
  const reread = new Reread(cache);
  const gathered = new Gathered();
  const drawing = new Pace(() => applyBatch(cache, gathered.take(), reread.ask), DRAWING);
  void followForLife((batch) => {
    gathered.add(batch);
    drawing.ask();
  });
}

/**
 * Each new subscription starts with a `reset` batch, so changes made in between are read again. The first subscription has nothing
 * to reset: all reads wait for it.
 */
async function followForLife(take: (batch: LiveBatch) => void): Promise<never> {
  let isFirst = true;
  for (;;) {
    try {
      const batches = await client.live.follow();
      for await (const batch of batches) {
        if (isFirst) feedBegan();
        if (!isFirst || !batch.reset) take(batch);
        isFirst = false;
      }
    } catch (error) {
      console.info('live feed ended, following again', error);
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
