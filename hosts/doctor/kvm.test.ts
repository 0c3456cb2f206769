import { describe, expect, it } from 'vitest';
import type { Shell } from '../shell';
import { PROBE_ANSWER } from '../tiny-guest/guest-files';
import { startGuest } from './kvm';

/** A shell whose QEMU prints these lines and ends. */
const printing = (...lines: string[]): Shell =>
  ({
    stream: (_argv: string[], onLine: (line: string) => void) => {
      const ended = new Promise((resolve) => setImmediate(() => resolve(lines.forEach(onLine))));
      return Promise.resolve({ kill: () => undefined, ended });
    },
  }) as unknown as Shell;
const GUEST = { kernel: '/guest/kernel', initrd: '/guest/initrd' };

describe('a guest that tests KVM', () => {
  it('works when it answers', async () => {
    expect(await startGuest(printing('booting', PROBE_ANSWER), GUEST)).toMatchObject({ works: true, certain: true });
  });

  it('does not work when QEMU reports an error, which it also reports next time', async () => {
    const answer = await startGuest(printing('KVM internal error. Suberror: 1'), GUEST);
    expect(answer).toEqual({
      works: false,
      certain: true,
      found: 'a test guest failed to run: KVM internal error. Suberror: 1',
    });
  });

  it('proves nothing when it only took too long', async () => {
    expect(await startGuest(printing('booting'), GUEST)).toMatchObject({ works: false, certain: false });
  });
});
