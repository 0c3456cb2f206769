import { describe, expect, it } from 'vitest';
import type { RelayLine } from '../ports/stretch';
import { ACKNOWLEDGE, FrameReader, acknowledgedIn, acknowledgement, frame, joined } from './frames';
import { Relay } from './relay';

/** A host's side of a line. */
class Host {
  readonly got: Array<{ host: number; text: string }> = [];
  readonly line: RelayLine;
  isClosed = false;
  arrived = 0;
  acknowledgements = 0;
  /** Whether it acknowledges what arrives. */
  acknowledges = true;
  private say: (bytes: Uint8Array) => void = () => undefined;
  private closed: () => void = () => undefined;
  private readonly reader = new FrameReader();

  constructor() {
    this.line = {
      ports: new Map(),
      onData: (listener) => (this.say = listener),
      onClose: (listener) => (this.closed = listener),
      write: (bytes) => this.take(bytes),
      close: async () => {
        this.isClosed = true;
      },
    };
  }

  private take(bytes: Uint8Array): void {
    this.arrived += bytes.length;
    for (const { host, data } of this.reader.read(bytes)) {
      if (host === ACKNOWLEDGE) this.acknowledgements += 1;
      else this.got.push({ host, text: new TextDecoder().decode(data) });
    }
    if (this.acknowledges) this.say(acknowledgement(this.arrived));
  }

  send(to: number, text: string): void {
    this.raw(frame(to, new TextEncoder().encode(text)));
  }

  raw(bytes: Uint8Array): void {
    this.say(bytes);
  }

  hangUp(): void {
    this.closed();
  }
}

function relayOf(numbers: readonly number[], passes: (from: number, to: number) => boolean = () => true) {
  let now = 0;
  const relay = new Relay({ now: () => now, passes });
  const hosts = new Map(numbers.map((number) => [number, new Host()]));
  const closed: string[] = [];
  for (const [number, host] of hosts) relay.attach(number, host.line, (reason) => closed.push(`${number} ${reason}`));
  const host = (number: number): Host => {
    const found = hosts.get(number);
    if (!found) throw new Error(`no host ${number}`);
    return found;
  };
  return { relay, host, closed, wait: (ms: number) => (now += ms) };
}

const big = 'x'.repeat(1400);

describe('the relay of stretched networks', () => {
  it('passes a datagram to its receiver only, under the number of its sender', () => {
    const { host } = relayOf([1, 2, 3]);
    host(1).send(2, 'hello');
    expect(host(2).got).toEqual([{ host: 1, text: 'hello' }]);
    expect(host(3).got).toEqual([]);
    expect(host(1).got).toEqual([]);
  });

  it('passes datagrams however a line cuts them', () => {
    const { host } = relayOf([1, 2]);
    const bytes = joined(['one', 'two', ''.padEnd(300, 'z')].map((text) => frame(2, new TextEncoder().encode(text))));
    for (const byte of bytes) host(1).raw(Uint8Array.of(byte));
    expect(host(2).got.map(({ text }) => text)).toEqual(['one', 'two', ''.padEnd(300, 'z')]);
    host(1).raw(bytes);
    expect(host(2).got).toHaveLength(6);
  });

  it('drops what is for a host that is no member, unknown, the sender itself, or empty', () => {
    const { host, relay } = relayOf([1, 2, 3], (from, to) => from + to !== 4);
    host(1).send(3, 'not a member');
    host(1).send(9, 'unknown');
    host(1).send(1, 'itself');
    host(1).send(0, 'the driver');
    host(1).send(2, '');
    host(1).send(2, 'ok');
    expect([1, 3].flatMap((number) => host(number).got)).toEqual([]);
    expect(host(2).got).toEqual([{ host: 1, text: 'ok' }]);
    expect(relay.counters(1)).toEqual({ passed: 1, dropped: 5 });
  });

  it('stops passing as soon as a host is no longer a member, and once its line has ended', () => {
    let isMember = true;
    const { host, relay, closed } = relayOf([1, 2], () => isMember);
    host(1).send(2, 'before');
    isMember = false;
    host(1).send(2, 'removed');
    isMember = true;
    host(2).hangUp();
    host(1).send(2, 'gone');
    expect(host(2).got.map(({ text }) => text)).toEqual(['before']);
    expect(closed).toEqual(['2 ended']);
    expect(relay.has(2)).toBe(false);
    void relay.detach(1);
    expect(host(1).isClosed).toBe(true);
    expect(closed).toEqual(['2 ended']);
  });

  it('acknowledges what arrives, so that the host continues to send', () => {
    const { host } = relayOf([1, 2]);
    for (let i = 0; i < 100; i += 1) host(1).send(2, big);
    expect(host(1).acknowledgements).toBe(Math.floor((100 * 1404) / (12 * 1404)));
    expect(host(2).got).toHaveLength(100);
  });

  it('drops what does not fit into the window of a receiver that does not acknowledge', () => {
    const { host, relay } = relayOf([1, 2, 3]);
    host(2).acknowledges = false;
    for (let i = 0; i < 1000; i += 1) host(1).send(2, big);
    expect(host(2).arrived).toBeLessThanOrEqual(65_536 * 0.75);
    expect(relay.counters(1).dropped).toBeGreaterThan(900);
    // A sender that floods leaves room for another.
    host(3).send(2, 'small');
    expect(host(2).got.at(-1)).toEqual({ host: 3, text: 'small' });
    // Nobody else suffers.
    host(1).send(3, 'elsewhere');
    expect(host(3).got.at(-1)?.text).toBe('elsewhere');
  });

  it('lets more through once it is acknowledged, and keeps the delay of a slow line short', () => {
    const { host, wait } = relayOf([1, 2]);
    host(2).acknowledges = false;
    const burst = (): number => {
      const before = host(2).arrived;
      for (let i = 0; i < 2000; i += 1) host(1).send(2, big);
      return host(2).arrived - before;
    };
    const settle = (ms: number): void => {
      wait(ms);
      host(2).raw(acknowledgement(host(2).arrived));
    };
    const first = burst();
    settle(10);
    const second = burst();
    expect(second).toBeGreaterThan(first * 1.3);
    // The line takes a second now: the window shrinks to what it moves in a tenth of that.
    settle(1000);
    const third = burst();
    expect(third).toBeLessThan(second / 2);
  });

  it.each([
    ['acknowledges what was never sent', acknowledgement(2_000_000)],
    ['acknowledges with a wrong length', frame(ACKNOWLEDGE, Uint8Array.of(1, 2))],
  ])('ends the line of a host that %s', (_, bytes) => {
    const { host, closed } = relayOf([1, 2]);
    host(1).raw(bytes);
    expect(closed).toEqual(['1 misbehaved']);
    expect(host(1).isClosed).toBe(true);
    host(1).send(2, 'afterwards');
    expect(host(2).got).toEqual([]);
  });

  it('keeps counting past 4 GiB', () => {
    const bytes = acknowledgement(2 ** 32 + 5);
    expect(acknowledgedIn(bytes.subarray(4))).toBe(5);
  });
});
