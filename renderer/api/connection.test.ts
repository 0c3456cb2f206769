import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../contract';
import { Connection, type ConnectionState, type Wire } from './connection';

function wire(answer: string) {
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  const made: Wire = { link: { call: () => Promise.resolve(answer) }, closed };
  return { made, close };
}

const options = { context: {} };

describe('Connection', () => {
  it('queues calls until the first connection, and uses the next one after a loss', async () => {
    const [first, second] = [wire('first'), wire('second')];
    const wires = [first.made, second.made];
    const states: ConnectionState[] = [];
    const connection = new Connection(
      () => Promise.resolve(wires.shift() ?? Promise.reject(new Error('none left'))),
      () => Promise.resolve(),
    );
    connection.watch(() => states.push(connection.state));
    const early = connection.call(['a'], undefined, options);
    connection.start();
    expect(await early).toBe('first');
    first.close();
    await vi.waitFor(() => expect(states).toEqual(['open', 'away', 'open']), 10_000);
    expect(await connection.call(['a'], undefined, options)).toBe('second');
  });

  it('reports a call whose connection was lost with a readable error', async () => {
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const broken: Wire = {
      link: { call: () => closed.then(() => Promise.resolve()).then(() => Promise.reject(new Error('aborted'))) },
      closed,
    };
    const wires = [broken];
    const connection = new Connection(
      () => {
        const next = wires.shift();
        return next === undefined ? new Promise(() => undefined) : Promise.resolve(next);
      },
      () => Promise.resolve(),
    );
    connection.start();
    const call = connection.call(['a'], undefined, options);
    const failed = expect(call).rejects.toMatchObject({ code: 'ENGINE_GONE' });
    close();
    await failed;
  });

  it('increases the delay after each failure, up to eight seconds', async () => {
    const waits: number[] = [];
    let tries = 0;
    const connection = new Connection(
      () => (tries++ < 8 ? Promise.reject(new Error('no')) : new Promise(() => undefined)),
      (ms) => Promise.resolve(void waits.push(ms)),
    );
    connection.start();
    await vi.waitFor(() => expect(tries).toBe(9), 10_000);
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(connection.state).toBe('connecting');
  });

  it('reports when the server no longer accepts this window', async () => {
    let tries = 0;
    const connection = new Connection(
      () => (tries++ === 0 ? Promise.reject(new AppError('FORBIDDEN', 'no')) : new Promise(() => undefined)),
      () => Promise.resolve(),
    );
    connection.start();
    await vi.waitFor(() => expect(connection.state).toBe('signed_out'), 10_000);
  });

  it('times out a call with a readable error when nothing answers', async () => {
    vi.useFakeTimers();
    const connection = new Connection(() => new Promise(() => undefined));
    const call = connection.call(['a'], undefined, options);
    const failed = expect(call).rejects.toMatchObject({ code: 'ENGINE_GONE' });
    await vi.advanceTimersByTimeAsync(15_000);
    await failed;
    vi.useRealTimers();
  });
});
