import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachLine } from './lines';

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine(stream, (line) => lines.push(line));
  const ended = new Promise((resolve) => stream.once('end', resolve));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await ended;
  return lines;
}

describe('lines of a stream', () => {
  it('are the same wherever the stream is cut, also within a letter', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\n'));
    const property = fc.asyncProperty(fc.array(line), fc.array(fc.nat(200)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((to, i) => bytes.subarray(at[i], to));
      expect(await linesOf(chunks)).toEqual(lines);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('end with what has no line break, and an empty one is a line', async () => {
    expect(await linesOf([Buffer.from('one\n\ntw'), Buffer.from('o')])).toEqual(['one', '', 'two']);
    expect(await linesOf([])).toEqual([]);
  });
});
