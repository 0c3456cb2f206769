import { describe, expect, it, vi } from 'vitest';
import { createTyping, fromBase64, toBase64 } from './typing';

const decode = (data: string): string => new TextDecoder().decode(fromBase64(data));

describe('createTyping', () => {
  it('keeps the order, and merges input that arrives during a call', async () => {
    const sent: string[] = [];
    let release = (): void => undefined;
    const type = createTyping(
      (data) => {
        sent.push(decode(data));
        return new Promise<void>((resolve) => (release = resolve));
      },
      () => undefined,
    );
    type('p');
    type('i');
    type('ng ü');
    expect(sent).toEqual(['p']);
    release();
    await vi.waitFor(() => expect(sent).toEqual(['p', 'ing ü']), 10_000);
  });

  it('splits a long paste into chunks that the engine accepts', async () => {
    const sizes: number[] = [];
    const type = createTyping(
      (data) => {
        sizes.push(fromBase64(data).length);
        return Promise.resolve();
      },
      () => undefined,
    );
    type('x'.repeat(100_000));
    await vi.waitFor(() => expect(sizes.reduce((a, b) => a + b, 0)).toBe(100_000), 10_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
  });

  it('reports once that the console is gone, and discards queued input', async () => {
    const errors: unknown[] = [];
    const type = createTyping(
      () => Promise.reject(new Error('gone')),
      (error) => errors.push(error),
    );
    type('a');
    type('b');
    await vi.waitFor(() => expect(errors).toHaveLength(1), 10_000);
  });
});

describe('base64', () => {
  it('encodes every byte', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  });
});
