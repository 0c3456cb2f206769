import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Shell, StreamHandle } from '../../shell';
import { LibvirtHangs, LibvirtWatchdog } from './libvirt-watchdog';

const TIMES = { quiet: 10, answer: 20, again: 10, end: 50 };
const go = new AbortController().signal;

/** A libvirt that can hang: each probe is a stream that ends once it is answered. */
class Libvirt {
  hangs = false;
  /** The number of late answers before it responds again. */
  late = 0;
  asked = 0;
  killed = 0;
  readonly shell = { name: 'node', stream: () => Promise.resolve(this.open()) } as unknown as Shell;

  private open(): StreamHandle {
    this.asked += 1;
    let end: (exit: number | null) => void = () => undefined;
    const ended = new Promise<number | null>((resolve) => (end = resolve));
    if (this.late > 0) this.late -= 1;
    else if (!this.hangs) setTimeout(() => end(0), 1);
    return { ended, kill: () => ((this.killed += 1), end(null)) };
  }
}

/** Work that waits for libvirt until it is cut off. */
const waits = (signal: AbortSignal): Promise<string> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut off')), { once: true }));

describe('work that needs libvirt', () => {
  it('needs no probe if it ends soon', async () => {
    const libvirt = new Libvirt();
    const pulse = new LibvirtWatchdog(libvirt.shell, TIMES);
    expect(await pulse.guard(go, () => Promise.resolve('done'))).toBe('done');
    await expect(pulse.guard(go, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await sleep(30);
    expect(libvirt.asked).toBe(0);
  });

  it('may take long while libvirt responds, also if one response is late', async () => {
    const libvirt = new Libvirt();
    libvirt.late = 1;
    const pulse = new LibvirtWatchdog(libvirt.shell, TIMES);
    const saving = async (signal: AbortSignal): Promise<string> => {
      await expect.poll(() => libvirt.asked, { interval: 5 }).toBeGreaterThan(2);
      return signal.aborted ? 'cut off' : 'saved';
    };
    expect(await pulse.guard(go, saving)).toBe('saved');
  });

  it('is aborted with a clear error if libvirt hangs, and later work is not started', async () => {
    const libvirt = new Libvirt();
    libvirt.hangs = true;
    const pulse = new LibvirtWatchdog(libvirt.shell, TIMES);
    await expect(pulse.guard(go, waits)).rejects.toThrow(/libvirt on node does not respond/);
    expect(pulse.hangs).toBe(true);
    let ran = false;
    const next = pulse.guard(go, () => Promise.resolve((ran = true)));
    await expect(next).rejects.toBeInstanceOf(LibvirtHangs);
    expect([ran, libvirt.asked, libvirt.killed]).toEqual([false, 3, 3]);
  });

  it('does not block anyone if it does not end when it is cut off', async () => {
    const libvirt = new Libvirt();
    libvirt.hangs = true;
    const stuck = new LibvirtWatchdog(libvirt.shell, TIMES).guard(go, () => new Promise(() => undefined));
    await expect(stuck).rejects.toBeInstanceOf(LibvirtHangs);
  });

  it('reports a cancellation as such, not as a hanging libvirt', async () => {
    const stop = new AbortController();
    const working = new LibvirtWatchdog(new Libvirt().shell, TIMES).guard(stop.signal, waits);
    stop.abort();
    await expect(working).rejects.toThrow('cut off');
  });

  it('runs again once libvirt responds, and its recovery is reported', async () => {
    const libvirt = new Libvirt();
    libvirt.hangs = true;
    const pulse = new LibvirtWatchdog(libvirt.shell, TIMES);
    const stop = new AbortController();
    const recovered = new Promise<void>((resolve) => pulse.follow(stop.signal, resolve));
    await expect(pulse.guard(go, waits)).rejects.toBeInstanceOf(LibvirtHangs);
    libvirt.hangs = false;
    await recovered;
    stop.abort();
    expect(await pulse.guard(go, () => Promise.resolve('started'))).toBe('started');
  });
});

it('never reports a hanging libvirt on a host without virsh', async () => {
  const shell = { name: 'node', stream: () => Promise.reject(new Error('virsh: not found')) } as unknown as Shell;
  const pulse = new LibvirtWatchdog(shell, TIMES);
  expect(await pulse.guard(go, () => sleep(60, 'done'))).toBe('done');
});
