import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Budget } from '../limits';
import type { Channel } from './channel';
import { UntilMarker } from './frame';
import { PersistentSh } from './persistent-sh';

const WORD = 'a'.repeat(32);

describe('an output up to its marker', () => {
  it.each([
    ['at once', [`body\n${WORD} 0\n`]],
    ['letter by letter', [...`body\n${WORD} 0\n`]],
    ['with the marker cut in two', [`body\n${WORD.slice(0, 9)}`, `${WORD.slice(9)} 0\n`]],
    ['with something behind it', [`body\n${WORD} `, '0\nmore']],
  ])('is read %s', (_, chunks) => {
    const output = new UntilMarker(WORD);
    for (const chunk of chunks) output.push(Buffer.from(chunk));
    expect(output.result?.body.toString()).toBe('body');
    expect(output.result?.rest).toBe('0');
  });

  it('stops if the marker has no end of line, however the host continues', () => {
    const output = new UntilMarker(WORD);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    for (let i = 0; i < 32; i += 1) output.push(chunk);
    output.push(Buffer.from(`\n${WORD} `));
    for (let i = 0; i < 2000; i += 1) output.push(chunk);
    expect(output.fault).toBe('no_marker_line');
    expect(output.sofar.length).toBeLessThan(3 * 1024 * 1024);
  });

  it('stops above its limit, in whatever pieces it arrives, also if the marker follows', () => {
    const flood = new UntilMarker(WORD, 1000);
    for (let i = 0; i < 2000; i += 1) flood.push(Buffer.from('x'));
    expect(flood.fault).toBe('too_long');
    expect(flood.sofar.length).toBeLessThan(1100);
    const whole = new UntilMarker(WORD, 1000);
    whole.push(Buffer.from(`${'x'.repeat(1001)}\n${WORD} 0\n`));
    expect([whole.fault, whole.result]).toEqual(['too_long', null]);
  });

  it('costs each byte about once, also in one-byte pieces', () => {
    const output = new UntilMarker(WORD);
    const piece = Buffer.from('\n');
    const began = process.cpuUsage().user;
    for (let i = 0; i < 2_000_000; i += 1) output.push(piece);
    // 16 TB would be copied if each piece copied everything before it.
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(10_000);
    expect(output.fault).toBeNull();
  });
});

function fakeChannel(): { channel: Channel; isClosed: () => boolean } {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let end: (exit: number | null) => void = () => undefined;
  const ended = new Promise<number | null>((resolve) => (end = resolve));
  let closed = false;
  const close = (): void => {
    closed = true;
    end(null);
  };
  return { channel: { stdin, stdout, stderr, ended, close }, isClosed: () => closed };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a host that violates the protocol', () => {
  const work = { kind: 'run', argv: ['ip'] } as const;

  it('loses its connection if it sends no exit code', async () => {
    const { channel, isClosed } = fakeChannel();
    const sh = new PersistentSh(channel);
    const { word, answer } = sh.run(work, undefined);
    (channel.stdout as PassThrough).write(`\n${word} rm -rf\n`);
    (channel.stderr as PassThrough).write(`\n${word} .\n`);
    expect(await answer).toMatchObject({ exit: null, misbehaved: 'gave no exit code' });
    expect([isClosed(), sh.alive]).toEqual([true, false]);
  });

  it('loses it if it sends unrequested output', async () => {
    const { channel, isClosed } = fakeChannel();
    const sh = new PersistentSh(channel);
    for (let i = 0; i < 100; i += 1) {
      (channel.stdout as PassThrough).write(Buffer.alloc(1024));
      await turn();
    }
    expect([isClosed(), sh.alive]).toEqual([true, false]);
  });

  it('has one limit for all concurrent answers', async () => {
    const budget = new Budget(100_000);
    const both = [fakeChannel(), fakeChannel()];
    const answers = both.map(({ channel }) => new PersistentSh(channel, budget).run(work, undefined).answer);
    for (const { channel } of both) (channel.stdout as PassThrough).write(Buffer.alloc(60_000));
    await turn();
    expect(await Promise.race(answers)).toMatchObject({ misbehaved: expect.stringContaining('at once') as string });
  });
});
