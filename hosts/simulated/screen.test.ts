import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenLine } from '../../engine/ports/host-driver';
import { HEIGHT, WIDTH } from './framebuffer';
import { createSimulatedHost, type SimulatedHost } from './simulated-host';

const go = new AbortController().signal;
const how = { kind: 'simulated', delayMs: 0, faultRate: 0, memoryMiB: 1024, cpus: 2 } as const;
const OPENING = Buffer.concat([Buffer.from('RFB 003.008\n'), Buffer.from([1, 1])]);
/** The server's messages before the screen size: version, security, security result. */
const GREETING = 12 + 2 + 4;

/** `FramebufferUpdateRequest` for the whole screen. */
function ask(incremental: boolean): Buffer {
  const bytes = Buffer.from([3, incremental ? 1 : 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeUInt16BE(WIDTH, 6);
  bytes.writeUInt16BE(HEIGHT, 8);
  return bytes;
}

const press = (key: string): Buffer => Buffer.from([4, 1, 0, 0, 0, 0, 0, key.charCodeAt(0)]);

describe('a simulated screen', () => {
  let folder: string;
  let host: SimulatedHost;
  let line: ScreenLine;
  let said: Buffer;
  let closed: boolean;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-sim-'));
    host = createSimulatedHost({ id: randomUUID(), storeId: randomUUID(), how, stateFile: join(folder, 'host.json') });
    await host.connect(go);
    const id = randomUUID();
    await host.vms.define(
      {
        id,
        name: 'desk',
        memoryMiB: 64,
        cpus: 1,
        boot: { kind: 'devices' },
        cdroms: [{ name: 'cd1', path: '/x.iso' }],
        vnics: [],
      },
      go,
    );
    await host.vms.act(id, 'start', go);
    line = await host.vms.openScreen(id, go);
    said = Buffer.alloc(0);
    closed = false;
    line.onData((bytes) => (said = Buffer.concat([said, bytes])));
    line.onClose(() => (closed = true));
  });
  afterEach(async () => {
    await host.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the screen and discards the messages so far. */
  async function opened(): Promise<void> {
    await line.write(OPENING);
    said = Buffer.alloc(0);
  }

  it('opens as RFB 3.8, in chunks of any size, and says that it is simulated', async () => {
    for (const byte of OPENING) await line.write(Buffer.from([byte]));
    expect(said.subarray(0, GREETING).toString('latin1')).toBe('RFB 003.008\n\u0001\u0001\0\0\0\0');
    expect([said.readUInt16BE(GREETING), said.readUInt16BE(GREETING + 2)]).toEqual([WIDTH, HEIGHT]);
    expect(said.subarray(GREETING + 24).toString()).toBe('desk (simulated)');
  });

  it('draws in the requested format', async () => {
    await opened();
    await line.write(ask(false));
    expect(said).toHaveLength(16 + WIDTH * HEIGHT * 4);
    expect(new Set(new Uint32Array(Uint8Array.from(said.subarray(16)).buffer))).toEqual(
      new Set([0x1b1430, 0xe6e0f5, 0xb39ddb]),
    );
    said = Buffer.alloc(0);
    // RGB565, big-endian
    await line.write(Buffer.from([0, 0, 0, 0, 16, 16, 1, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0]));
    await line.write(ask(false));
    expect(said).toHaveLength(16 + WIDTH * HEIGHT * 2);
    expect(said.readUInt16BE(16)).toBe((3 << 11) | (5 << 5) | 6);
  });

  it('reports typed text when changes are requested, and only then', async () => {
    await opened();
    await line.write(press('a'));
    expect(said).toHaveLength(0);
    await line.write(ask(true));
    expect(said.readUInt16BE(2)).toBe(1);
    said = Buffer.alloc(0);
    await line.write(ask(true));
    expect(said).toHaveLength(0);
    await line.write(press('b'));
    expect(said.length).toBeGreaterThan(16);
  });

  it('waits while it is paused, and applies backpressure', async () => {
    await opened();
    line.hold(true);
    let taken = false;
    const writing = line.write(ask(false)).then(() => (taken = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([taken, said.length]).toEqual([false, 0]);
    line.hold(false);
    await writing;
    expect(said.length).toBeGreaterThan(0);
  });

  it.each([
    ['another version', Buffer.from('RFB 003.003\n')],
    ['a message that is none', Buffer.concat([OPENING, Buffer.from([99])])],
    ['a palette', Buffer.concat([OPENING, Buffer.from([0, 0, 0, 0, 8, 8, 0, 0, ...Array<number>(12).fill(0)])])],
    ['a clipboard of 4 GiB', Buffer.concat([OPENING, Buffer.from([6, 0, 0, 0, 255, 255, 255, 255])])],
  ])('disconnects on %s', async (_, bytes) => {
    await line.write(bytes);
    expect(closed).toBe(true);
  });
});
