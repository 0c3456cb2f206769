import { describe, expect, it } from 'vitest';
import { MemoryLog, hastyClock } from '../../test/support/test-engine';
import type { RelayLine, TunnelDriver, TunnelSpec } from '../ports/stretch';
import { Lines } from './lines';
import type { Side } from './sides';

/** A host whose driver writes down what it is asked, and whose lines end a moment after they were closed. */
class Host {
  readonly steps: string[] = [];
  peers: readonly number[] = [];
  private opened = 0;

  constructor(readonly number: number) {}

  get side(): Side {
    const spec = { peers: this.peers.map((number) => ({ number })) } as unknown as TunnelSpec;
    const driver: Pick<TunnelDriver, 'openRelay' | 'useRelay'> = {
      openRelay: async (_, numbers) => this.open(numbers),
      useRelay: async (_, line, numbers) => void this.steps.push(`${nameOf(line)} leads to ${numbers.join()}`),
    };
    const { number } = this;
    return { id: `host${number}`, number, driver, spec: () => spec } as unknown as Side;
  }

  private open(numbers: readonly number[]): RelayLine {
    const name = `line ${(this.opened += 1)}`;
    this.steps.push(`${name} opens`);
    const line: RelayLine = {
      ports: new Map(numbers.map((number) => [number, 40_000 + number])),
      onData: () => undefined,
      onClose: () => undefined,
      write: () => undefined,
      close: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        this.steps.push(`${name} has ended`);
      },
    };
    names.set(line, name);
    return line;
  }
}

const names = new WeakMap<RelayLine, string>();
const nameOf = (line: RelayLine): string => names.get(line) ?? 'another line';

function linesOf() {
  const replaced: string[] = [];
  const lines = new Lines({
    ...{ clock: hastyClock(10), log: new MemoryLog(), passes: () => true, onLost: () => undefined },
    onReplaced: (hostId, others) => replaced.push(`${hostId} to ${[...others].join()}`),
  });
  const host = new Host(1);
  const ensure = (other: number): Promise<void> => lines.ensure(host.side, other, AbortSignal.timeout(5_000));
  return { lines, replaced, host, ensure };
}

describe('the relay lines of hosts', () => {
  it('lead to one more host without being opened again', async () => {
    const { host, ensure, replaced } = linesOf();
    host.peers = [2, 3];
    await ensure(2);
    await ensure(3);
    await ensure(3);
    expect(host.steps).toEqual(['line 1 opens', 'line 1 leads to 2', 'line 1 leads to 3']);
    expect(replaced).toEqual([]);
  });

  it('have ended on the host before another is its way, and what went by them is verified', async () => {
    const { host, ensure, replaced } = linesOf();
    host.peers = [2];
    await ensure(2);
    host.peers = [2, 3];
    await ensure(3);
    expect(host.steps.slice(2)).toEqual(['line 2 opens', 'line 1 has ended', 'line 2 leads to 2,3']);
    expect(replaced).toEqual(['host1 to 2']);
  });

  it('are opened again once nothing passes', async () => {
    const { host, lines, ensure, replaced } = linesOf();
    host.peers = [2, 3];
    await ensure(2);
    lines.distrust('host1');
    await ensure(2);
    expect(host.steps.slice(2)).toEqual(['line 2 opens', 'line 1 has ended', 'line 2 leads to 2']);
    expect(replaced).toEqual(['host1 to 2']);
  });
});
