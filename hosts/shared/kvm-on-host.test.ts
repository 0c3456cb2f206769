import { describe, expect, it } from 'vitest';
import type { Shell } from '../shell';
import { kvmThere } from './kvm-on-host';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A host that remembers `known`; a guest started on it prints `says`. Counts its guests. */
function host(known: string, says: string) {
  const kept: string[] = [];
  let guests = 0;
  const shell = {
    name: 'h',
    script: (_script: string, args: readonly string[]) => {
      kept.push(...args);
      return Promise.resolve({ exit: 0, stdout: args.length === 0 ? `${known}\n` : '', stderr: '' });
    },
    stream: (_argv: readonly string[], onLine: (line: string) => void) => {
      guests += 1;
      const ended = new Promise<number>((resolve) =>
        setImmediate(() => {
          onLine(says);
          resolve(0);
        }),
      );
      return Promise.resolve({ ended, kill: () => undefined });
    },
  } as unknown as Shell;
  return { shell, kept, guests: () => guests };
}
const parts = () => Promise.resolve({ kernel: '/k', initrd: '/i' });

describe('KVM on a host', () => {
  it('is tested once per boot of the host, and the result is stored there', async () => {
    const fresh = host('', 'error: emulation failure');
    expect(await kvmThere(fresh.shell, parts, quiet)).toBe(false);
    expect([fresh.guests(), fresh.kept]).toEqual([1, ['dies']]);
    for (const [known, works] of [
      ['dies', false],
      ['no', false],
      ['works', true],
    ] as const) {
      const again = host(known, '');
      expect(await kvmThere(again.shell, parts, quiet)).toBe(works);
      expect([again.guests(), again.kept]).toEqual([0, []]);
    }
  });

  it('counts as not working if it cannot be tested, and is tested again later', async () => {
    const full = host('', '');
    expect(await kvmThere(full.shell, () => Promise.reject(new Error('no room')), quiet)).toBe(false);
    expect(full.kept).toEqual([]);
  });
});
