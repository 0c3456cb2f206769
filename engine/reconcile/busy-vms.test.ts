import { describe, expect, it } from 'vitest';
import { BusyVms } from './busy-vms';

const signal = new AbortController().signal;

describe('busy VMs', () => {
  it('are busy for a whole observation, even if their turn ends during it', async () => {
    const busy = new BusyVms();
    const before = busy.watch();
    await busy.turn('h1', 'v1', signal, () => Promise.resolve());
    expect([before.has('v1'), before.has('v2'), before.anyOn('h1'), before.anyOn('h2')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    const after = busy.watch();
    expect([busy.has('v1'), after.has('v1'), after.anyOn('h1')]).toEqual([false, false, false]);
    before.end();
    after.end();
  });

  it('are busy for an observation that begins in the middle of their turn', async () => {
    const busy = new BusyVms();
    await busy.turn('h1', 'v1', signal, () => {
      expect(busy.watch().has('v1')).toBe(true);
      return Promise.resolve();
    });
  });

  it('are busy from a reservation until its turn, or its release', async () => {
    const busy = new BusyVms();
    busy.reserve('v1');
    busy.reserve('v2');
    expect([busy.has('v1'), busy.watch().has('v2')]).toEqual([true, true]);
    await busy.turn('h1', 'v1', signal, () => Promise.resolve());
    busy.release('v2');
    expect([busy.has('v1'), busy.has('v2')]).toEqual([false, false]);
  });

  it('have one turn together, which each of them waits for and nobody else', async () => {
    const busy = new BusyVms();
    const order: string[] = [];
    const slow = (name: string) => async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(name);
    };
    const together = busy.turns('h1', ['v2', 'v1'], signal, async () => {
      expect([busy.has('v1'), busy.has('v2'), busy.has('v3')]).toEqual([true, true, false]);
      await slow('together')();
    });
    const again = busy.turns('h1', ['v1', 'v2'], signal, slow('again'));
    const alone = busy.turn('h1', 'v2', signal, slow('v2'));
    const other = busy.turn('h1', 'v3', signal, () => Promise.resolve(void order.push('v3')));
    await Promise.all([together, again, alone, other]);
    expect(order[0]).toBe('v3');
    expect(order[1]).toBe('together');
    expect(order.slice(2).sort()).toEqual(['again', 'v2']);
    expect(busy.has('v1')).toBe(false);
  });

  it('change one VM at a time, and four on a host', async () => {
    const busy = new BusyVms();
    let now = 0;
    let most = 0;
    const verb = async (): Promise<void> => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      now -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, (_, i) => busy.turn('h1', `v${i}`, signal, verb)));
    expect(most).toBe(4);
    most = 0;
    await Promise.all([1, 2, 3].map(() => busy.turn('h1', 'v1', signal, verb)));
    expect(most).toBe(1);
  });

  it('make their host idle when the last of its actions has ended, which long work beside them is not', async () => {
    const busy = new BusyVms();
    const idle: string[] = [];
    busy.whenIdle('h1', () => idle.push('h1'));
    busy.whenIdle('h1', () => idle.push('cancelled'))();
    const seen: number[] = [];
    const nothing = async (): Promise<void> => void seen.push(busy.actingOn('h1'));
    await busy.alone('h1', 'v0', signal, () =>
      busy.turn('h1', 'v1', signal, () => busy.turn('h1', 'v2', signal, nothing).then(() => expect(idle).toEqual([]))),
    );
    expect([seen, idle, busy.actingOn('h1')]).toEqual([[2], ['h1'], 0]);
  });
});
