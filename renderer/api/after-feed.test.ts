import { describe, expect, it, vi } from 'vitest';
import { AfterFeed } from './after-feed';

const options = { context: {} };

describe('calls', () => {
  it("wait until the live feed has started; the feed's own call does not wait", async () => {
    const asked: string[] = [];
    const link = new AfterFeed({ call: async (path) => void asked.push(path.join('.')) });
    const read = link.call(['vms', 'list'], {}, options);
    await link.call(['live', 'follow'], {}, options);
    expect(asked).toEqual(['live.follow']);
    link.begin();
    await read;
    await link.call(['map', 'show'], {}, options);
    expect(asked).toEqual(['live.follow', 'vms.list', 'map.show']);
  });

  it('are sent without the feed after a timeout', async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    const link = new AfterFeed({ call: async (path) => void asked.push(path.join('.')) });
    const read = link.call(['vms', 'list'], {}, options);
    await vi.advanceTimersByTimeAsync(3_000);
    await read;
    expect(asked).toEqual(['vms.list']);
    vi.useRealTimers();
  });
});
