import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { HostNotice } from '../../../engine/ports/host-driver';
import type { Shell, StreamHandle } from '../../shell';
import { watchVms } from './watch-vms';

/** A shell whose streams the test feeds and ends. */
class Streams {
  readonly open: Array<{ say: (line: string) => void; end: () => void }> = [];
  killed = 0;
  readonly shell = {
    stream: (_: readonly string[], onLine: (line: string) => void) => Promise.resolve(this.start(onLine)),
  } as unknown as Shell;

  private start(onLine: (line: string) => void): StreamHandle {
    let end = (): void => undefined;
    const ended = new Promise<number | null>((resolve) => (end = () => resolve(1)));
    this.open.push({ say: onLine, end });
    return { ended, kill: () => ((this.killed += 1), end()) };
  }
}

const CONNECTED = 'qemu:///system';

describe('the VM watcher', () => {
  it('starts once virsh is connected, reports events, restarts virsh after libvirtd died, and reports the gap', async () => {
    const streams = new Streams();
    const notices: HostNotice[] = [];
    const stop = new AbortController();
    const watching = watchVms(streams.shell, (notice) => notices.push(notice), stop.signal);
    expect(await Promise.race([watching.then(() => 'on'), sleep(20, 'waiting')])).toBe('waiting');
    streams.open[0]!.say(CONNECTED);
    await watching;
    streams.open[0]!.say("event 'lifecycle' for domain 'web': Stopped Destroyed");
    streams.open[0]!.end();
    await expect.poll(() => streams.open.length, { interval: 10 }).toBe(2);
    streams.open[1]!.say(CONNECTED);
    expect(notices).toEqual([
      { kind: 'vm', detail: "event 'lifecycle' for domain 'web': Stopped Destroyed" },
      { kind: 'vm', detail: 'libvirt answers again' },
    ]);
    stop.abort();
    expect(streams.killed).toBe(1);
    await sleep(250);
    expect(streams.open).toHaveLength(2);
  });

  it('does not wait without libvirt', async () => {
    const stop = new AbortController();
    const none = { stream: () => Promise.reject(new Error('virsh: not found')) } as unknown as Shell;
    await watchVms(none, () => undefined, stop.signal);
    stop.abort();
  });

  it('does not block if libvirt hangs, and reports when it answers', async () => {
    const streams = new Streams();
    const notices: HostNotice[] = [];
    const stop = new AbortController();
    await watchVms(streams.shell, (notice) => notices.push(notice), stop.signal, undefined, 20);
    expect(notices).toEqual([]);
    streams.open[0]!.say(CONNECTED);
    streams.open[0]!.say(CONNECTED);
    expect(notices).toEqual([{ kind: 'vm', detail: 'libvirt answers at last' }]);
    stop.abort();
  });
});
