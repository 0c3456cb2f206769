import { describe, expect, it } from 'vitest';
import { KeyedQueue } from './keyed-queue';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const never = new AbortController().signal;

describe('queues by key', () => {
  it("run one key's tasks in order and different keys in parallel", async () => {
    const queue = new KeyedQueue(1);
    const log: string[] = [];
    const task = (name: string, ms: number) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await wait(ms);
      log.push(`${name} ends`);
    };
    await Promise.all([
      queue.run('a', never, task('a1', 20)),
      queue.run('a', never, task('a2', 1)),
      queue.run('b', never, task('b1', 5)),
    ]);
    expect(log).toEqual(['a1 begins', 'b1 begins', 'b1 ends', 'a1 ends', 'a2 begins', 'a2 ends']);
  });

  it('drop a key without tasks', async () => {
    const queue = new KeyedQueue(2);
    await Promise.all([1, 2, 3].map((n) => queue.run(`k${n}`, never, () => Promise.resolve(n))));
    await wait(1);
    expect(queue.size).toBe(0);
  });

  it('do not start what was cancelled while waiting, and pass errors to the caller', async () => {
    const queue = new KeyedQueue(1);
    const abort = new AbortController();
    const first = queue.run('a', never, () => wait(50));
    const second = queue.run('a', abort.signal, () => Promise.reject(new Error('begun')));
    abort.abort();
    let ended = false;
    void first.then(() => (ended = true));
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(ended).toBe(false);
    await first;
    await wait(1);
    expect(queue.size).toBe(0);
    await expect(queue.run('a', never, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  });
});
