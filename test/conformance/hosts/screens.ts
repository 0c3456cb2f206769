import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ScreenLine, VmSpec } from '../../../engine/ports/host-driver';
import type { ObservedVm } from '../../../engine/ports/observed';
import { eventually } from '../../support/eventually';
import { go, tinyVm } from './fixtures';
import type { Bed } from './kind';

type Start = (spec: VmSpec) => Promise<ObservedVm>;

/** The screen: a VNC server for each viewer, of a VM whose firmware finds nothing to boot and says so on it. */
export function screenTests(bed: () => Bed, start: Start): void {
  let folder: string;
  let blank: VmSpec;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-screen-'));
    const path = join(folder, 'blank.iso');
    writeFileSync(path, Buffer.alloc(1 << 20));
    chmodSync(folder, 0o755);
    blank = {
      id: randomUUID(),
      name: 'cf-screen',
      memoryMiB: 64,
      cpus: 1,
      boot: { kind: 'devices' },
      cdroms: [{ name: 'cd1', path }],
      vnics: [],
    };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('shows the screen of a VM to two viewers at once, and ends with the VM', async () => {
    await start(blank);
    const lines = [await bed().host.vms.openScreen(blank.id, go), await bed().host.vms.openScreen(blank.id, go)];
    const viewers = lines.map((line) => new Viewer(line));
    for (const viewer of viewers) {
      const { width, height } = await viewer.greet();
      expect(width * height).toBeGreaterThan(0);
      await eventually('something to be drawn', 20_000, async () => (await viewer.look(width, height)) || undefined);
    }
    viewers[1]!.line.close();
    await eventually('the second viewer to be gone', 2_000, () => viewers[1]!.closed || undefined);
    expect(viewers[0]!.closed).toBe(false);
    await bed().host.vms.act(blank.id, 'stop', go);
    await eventually('the screen to close', 2_000, () => viewers[0]!.closed || undefined);
    await expect(bed().host.vms.openScreen(blank.id, go)).rejects.toMatchObject({ code: 'STATE_ILLEGAL' });
  });

  it('lets the server of a screen wait and continue', async () => {
    await start({ ...blank, id: randomUUID(), name: 'cf-held' }).then(async ({ id }) => {
      const viewer = new Viewer(await bed().host.vms.openScreen(id, go));
      const { width, height } = await viewer.greet();
      viewer.line.hold(true);
      const looking = viewer.look(width, height);
      const first = await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, 300, 'held'))]);
      expect(first).toBe('held');
      viewer.line.hold(false);
      await looking;
      viewer.line.close();
    });
  });

  it('says that a tiny guest has no screen', async () => {
    const spec = tinyVm('cf-blind', []);
    await start(spec);
    await expect(bed().host.vms.openScreen(spec.id, go)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
}

const RAW_AND_RESIZE = [2, 0, 0, 2, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21];

/** As much of a VNC viewer as the tests need: raw pixels of four bytes, and a variable screen size. */
export class Viewer {
  closed = false;
  private inbox: Buffer = Buffer.alloc(0);
  private wake: () => void = () => undefined;

  constructor(readonly line: ScreenLine) {
    line.onData((bytes) => {
      this.inbox = Buffer.concat([this.inbox, bytes]);
      this.wake();
    });
    line.onClose(() => {
      this.closed = true;
      this.wake();
    });
  }

  /** RFB 3.8's opening (RFC 6143, 7.1 to 7.3) without a password; resolves with the size of the screen. */
  async greet(): Promise<{ width: number; height: number }> {
    expect((await this.take(12)).toString()).toBe('RFB 003.008\n');
    await this.line.write(Buffer.from('RFB 003.008\n'));
    const offered = [...(await this.take((await this.take(1))[0]!))];
    expect(offered).toContain(1);
    await this.line.write(Buffer.from([1]));
    expect((await this.take(4)).readUInt32BE()).toBe(0);
    await this.line.write(Buffer.from([1]));
    const head = await this.take(24);
    await this.take(head.readUInt32BE(20));
    await this.line.write(Buffer.from(RAW_AND_RESIZE));
    return { width: head.readUInt16BE(0), height: head.readUInt16BE(2) };
  }

  /** Requests the whole screen, and whether it has pixels of more than one color. */
  async look(width: number, height: number): Promise<boolean> {
    const request = Buffer.alloc(10);
    request[0] = 3;
    request.writeUInt16BE(width, 6);
    request.writeUInt16BE(height, 8);
    await this.line.write(request);
    const head = await this.take(4);
    expect(head[0]).toBe(0);
    const colors = new Set<number>();
    for (let rects = head.readUInt16BE(2); rects > 0; rects -= 1) {
      const rect = await this.take(12);
      if (rect.readInt32BE(8) !== 0) continue; // the screen's new size, without pixels
      const dots = await this.take(rect.readUInt16BE(4) * rect.readUInt16BE(6) * 4);
      for (let at = 0; at < dots.length; at += 4) colors.add(dots.readUInt32LE(at));
    }
    return colors.size > 1;
  }

  private async take(count: number): Promise<Buffer> {
    while (this.inbox.length < count) {
      if (this.closed) throw new Error('the screen has ended');
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const taken = this.inbox.subarray(0, count);
    this.inbox = this.inbox.subarray(count);
    return taken;
  }
}
