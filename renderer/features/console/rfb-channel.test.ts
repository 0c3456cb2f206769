import { describe, expect, it, vi } from 'vitest';
import type { ScreenChunk } from '../../../contract';
import { RfbChannel } from './rfb-channel';
import { fromBase64, toBase64 } from './typing';

/** The properties that noVNC looks for (websock.js). */
const WANTED = ['send', 'close', 'binaryType', 'onerror', 'onmessage', 'onopen', 'protocol', 'readyState'];

const chunk = (...bytes: number[]): ScreenChunk => ({ screen: 'it', data: toBase64(Uint8Array.from(bytes)) });

async function* said(...chunks: ScreenChunk[]): AsyncGenerator<ScreenChunk> {
  for (const each of chunks) yield await Promise.resolve(each);
}

async function opened(chunks: AsyncIterable<ScreenChunk>) {
  const stop = new AbortController();
  const written: Array<readonly [screen: string, bytes: number[]]> = [];
  const write = vi.fn((screen: string, data: string) => {
    written.push([screen, [...fromBase64(data)]]);
    return Promise.resolve();
  });
  const channel = await RfbChannel.open({ open: () => Promise.resolve(chunks), write }, stop);
  return { channel, stop, write, written };
}

describe('RfbChannel', () => {
  it('has the properties that noVNC expects of a connection', async () => {
    const { channel } = await opened(said(chunk()));
    const there = [...Object.keys(channel), ...Object.getOwnPropertyNames(Object.getPrototypeOf(channel))];
    for (const name of WANTED) expect(there).toContain(name);
    expect(channel.readyState).toBe('open');
  });

  it('delivers bytes in order, then reports that it is closed', async () => {
    const { channel } = await opened(said(chunk(9), chunk(1, 2), chunk(), chunk(0, 255)));
    const heard: number[] = [];
    const closed = vi.fn();
    channel.onmessage = ({ data }) => heard.push(...new Uint8Array(data));
    channel.onclose = closed;
    await channel.follow();
    expect(heard).toEqual([9, 1, 2, 0, 255]);
    expect(closed).toHaveBeenCalledOnce();
    expect(channel.readyState).toBe('closed');
  });

  it('copies data before sending it to the screen it opened', async () => {
    const { channel, written } = await opened(said(chunk()));
    const buffer = Uint8Array.from([7, 8]);
    channel.send(buffer);
    channel.send(buffer);
    buffer.fill(0);
    await vi.waitFor(() => expect(written.flatMap(([, bytes]) => bytes)).toEqual([7, 8, 7, 8]), 10_000);
    expect(written.every(([screen]) => screen === 'it')).toBe(true);
  });

  it('rejects when the connection to the screen is lost, and is closed afterwards', async () => {
    async function* broken(): AsyncGenerator<ScreenChunk> {
      yield await Promise.resolve(chunk());
      throw new Error('lost');
    }
    const { channel } = await opened(broken());
    await expect(channel.follow()).rejects.toThrow('lost');
    expect(channel.readyState).toBe('closed');
  });

  it('ends the stream when it is closed, and when a write is refused', async () => {
    const one = await opened(said(chunk()));
    one.channel.close();
    expect(one.stop.signal.aborted).toBe(true);
    const two = await opened(said(chunk()));
    two.write.mockRejectedValueOnce(new Error('gone'));
    two.channel.send(Uint8Array.from([1]));
    await vi.waitFor(() => expect(two.stop.signal.aborted).toBe(true), 10_000);
  });
});
