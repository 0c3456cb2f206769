import { describe, expect, it } from 'vitest';
import { Batch } from './batch';

const outer = new AbortController().signal;

describe('a batch', () => {
  it('serves all waiting requests with one run', async () => {
    const batch = new Batch<number>();
    const both = [batch.join(), batch.join()];
    let runs = 0;
    await batch.run(outer, () => Promise.resolve((runs += 1)));
    expect(await Promise.all(both)).toEqual([1, 1]);
  });

  it('lets one leave without stopping the run for the others', async () => {
    const batch = new Batch<string>();
    const abort = new AbortController();
    const leaves = batch.join(abort.signal);
    const stays = batch.join();
    const run = batch.run(outer, async (signal) => {
      abort.abort();
      await Promise.resolve();
      return signal.aborted ? 'stopped' : 'done';
    });
    await expect(leaves).rejects.toMatchObject({ code: 'CANCELLED' });
    await run;
    expect(await stays).toBe('done');
  });

  it('stops the run when all that requested it have left', async () => {
    const batch = new Batch<string>();
    const abort = new AbortController();
    const only = batch.join(abort.signal);
    let stopped = false;
    const run = batch.run(outer, async (signal) => {
      abort.abort();
      stopped = signal.aborted;
      return Promise.resolve('never seen');
    });
    await expect(only).rejects.toMatchObject({ code: 'CANCELLED' });
    await run;
    expect(stopped).toBe(true);
  });

  it('passes its error to all', async () => {
    const batch = new Batch<string>();
    const both = [batch.join(), batch.join()];
    await batch.run(outer, () => Promise.reject(new Error('no')));
    for (const each of both) await expect(each).rejects.toThrow('no');
  });
});
