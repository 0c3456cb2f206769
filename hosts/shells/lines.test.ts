import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachLine } from './lines';

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine(
    stream,
    (line) => lines.push(line),
    () => lines.push('TOO LONG'),
  );
  const ended = new Promise((resolve) => stream.once('end', resolve));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await ended;
  return lines;
}

describe('lines of a stream', () => {
  it('are the same wherever the stream is split, also within a character', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\n'));
    const property = fc.asyncProperty(fc.array(line), fc.array(fc.nat(200)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((to, i) => bytes.subarray(at[i], to));
      expect(await linesOf(chunks)).toEqual(lines);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('include a last line without a line break, and empty lines', async () => {
    expect(await linesOf([Buffer.from('one\n\ntw'), Buffer.from('o')])).toEqual(['one', '', 'two']);
    expect(await linesOf([])).toEqual([]);
  });

  it('stop at an endless line, once, and buffer no more of it', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const lines = await linesOf([
      Buffer.from('one\n'),
      ...Array.from({ length: 20 }, () => megabyte),
      Buffer.from('\ntwo\n'),
    ]);
    expect(lines).toEqual(['one', 'TOO LONG']);
  });

  it('arrive in slices from a stream that never stops', async () => {
    const stream = new PassThrough();
    let seen = 0;
    eachLine(
      stream,
      () => (seen += 1),
      () => undefined,
    );
    const chunk = Buffer.from(`${'1: a: \n'.repeat(9362)}`);
    for (let i = 0; i < 1024; i += 1) stream.write(chunk);
    await expect.poll(() => stream.isPaused(), { interval: 5 }).toBe(true);
    // 64 MiB are waiting; only about the burst was read.
    expect(seen * 7).toBeGreaterThan(10 * 1024 * 1024);
    expect(seen * 7).toBeLessThan(40 * 1024 * 1024);
    stream.destroy();
  });
});
