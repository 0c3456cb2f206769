import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChangeGroup } from '../../engine/ports/changes';
import type { Clock } from '../../engine/ports/clock';
import type { HostNotice, VmSpec } from '../../engine/ports/host-driver';
import { createSimulatedHost, type SimulatedHost } from './simulated-host';

const go = new AbortController().signal;
const how = { kind: 'simulated', delayMs: 0, faultRate: 0, memoryMiB: 1024, cpus: 2 } as const;
const storeId = randomUUID();
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-sim-'));
  folders.push(folder);
  return join(folder, 'host.json');
}

/** A manually advanced clock. */
class HandClock implements Clock {
  #now = 1_000;
  #alarms: Array<{ at: number; fn: () => void }> = [];
  now(): number {
    return this.#now;
  }
  after(ms: number, fn: () => void): () => void {
    const alarm = { at: this.#now + ms, fn };
    this.#alarms.push(alarm);
    return () => void (this.#alarms = this.#alarms.filter((one) => one !== alarm));
  }
  turn(ms: number): void {
    this.#now += ms;
    const due = this.#alarms.filter((one) => one.at <= this.#now);
    this.#alarms = this.#alarms.filter((one) => one.at > this.#now);
    for (const alarm of due) alarm.fn();
  }
}

function group(bridge: string): ChangeGroup {
  const networkId = randomUUID();
  const spec = { networkId, bridge, mac: '02:00:00:00:01:01', mtu: 1500, alias: `atoll:${storeId}:${networkId}` };
  return {
    networkId,
    bridge,
    changes: [
      { kind: 'bridge.create', spec },
      { kind: 'bridge.up', bridge, up: true },
    ],
  };
}

function vm(name: string, bridge: string, mac: string, address: string, memoryMiB = 192): VmSpec {
  const vnics = [{ id: randomUUID(), mac, bridge, linked: true, mtu: 1500 }];
  return { id: randomUUID(), name, memoryMiB, cpus: 1, boot: { kind: 'tiny', addresses: [{ mac, address }] }, vnics };
}

async function started(host: SimulatedHost, ...specs: VmSpec[]): Promise<void> {
  for (const spec of specs) {
    await host.vms.define(spec, go);
    await host.vms.act(spec.id, 'start', go);
  }
}

async function typed(host: SimulatedHost, vmId: string, line: string): Promise<string> {
  const console = await host.vms.openConsole(vmId, go);
  let out = '';
  console.onData((bytes) => (out += Buffer.from(bytes).toString()));
  console.write(Buffer.from(`${line}\r`));
  console.close();
  return out;
}

const stateOf = async (host: SimulatedHost, id: string) =>
  (await host.observe(go)).vms?.find((one) => one.id === id)?.state;

describe('a simulated host', () => {
  it('outlives its engine in its file: bridges, running VMs, and transitional VM states', async () => {
    const path = stateFile();
    const clock = new HandClock();
    const options = { id: randomUUID(), storeId, how, stateFile: path, clock };
    const first = createSimulatedHost(options);
    await first.connect(go);
    await first.apply([group('blue')], go);
    const web = vm('web', 'blue', '56:6f:00:00:00:01', '10.0.0.1/24');
    await started(first, web);
    expect(await stateOf(first, web.id)).toBe('powering_up');

    // No close: the engine was killed. The guest boots in the meantime.
    clock.turn(1000);
    const second = createSimulatedHost(options);
    await second.connect(go);
    const seen = await second.observe(go);
    expect(seen.bridges.map((bridge) => bridge.name)).toEqual(['blue']);
    expect(seen.vms?.map(({ name, state }) => ({ name, state }))).toEqual([{ name: 'web', state: 'up' }]);
  });

  it('lets no VM wait for a time that the clock, after it was set back, would reach in a day', async () => {
    const clock = new HandClock();
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: stateFile(), clock });
    await host.connect(go);
    await host.apply([group('blue')], go);
    const web = vm('web', 'blue', '56:6f:00:00:00:01', '10.0.0.1/24');
    await started(host, web);
    clock.turn(1);
    expect(await stateOf(host, web.id)).toBe('powering_up');
    clock.turn(-86_400_000);
    expect(await stateOf(host, web.id)).toBe('up');
  });

  it('refuses an unreadable state file, and names it', async () => {
    const path = stateFile();
    writeFileSync(path, '{"format":1,"bridges":');
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: path });
    await expect(host.connect(go)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining(path),
    });
    expect(readFileSync(path, 'utf8')).toBe('{"format":1,"bridges":');
  });

  it('notifies watchers when a VM has booted and when it has shut down', async () => {
    const clock = new HandClock();
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: null, clock });
    await host.connect(go);
    await host.apply([group('blue')], go);
    const web = vm('web', 'blue', '56:6f:00:00:00:01', '10.0.0.1/24');
    await started(host, web);
    const notices: HostNotice[] = [];
    await host.watch((notice) => notices.push(notice), go);
    clock.turn(1000);
    await Promise.resolve();
    expect(notices).toEqual([{ kind: 'vm', detail: 'web is up' }]);
    await host.vms.act(web.id, 'shutdown', go);
    expect(await stateOf(host, web.id)).toBe('powering_down');
    clock.turn(1000);
    await Promise.resolve();
    expect(notices.at(-1)).toEqual({ kind: 'vm', detail: 'web is down' });
    expect((await host.observe(go)).bridges[0]?.ports).toEqual([]);
  });

  it('fails the same steps in each run with the same id', async () => {
    const id = randomUUID();
    const run = async (): Promise<boolean[]> => {
      const host = createSimulatedHost({ id, storeId, how: { ...how, faultRate: 0.3 }, stateFile: null });
      await host.connect(go);
      const outcomes = await host.apply(
        Array.from({ length: 100 }, (_, index) => group(`n${index}`)),
        go,
      );
      return outcomes.map((outcome) => outcome.ok);
    };
    const first = await run();
    expect(first.filter((ok) => !ok).length).toBeGreaterThan(10);
    expect(first.filter((ok) => !ok).length).toBeLessThan(60);
    expect(await run()).toEqual(first);
  });

  it('is named in its faults by its name, not its id', async () => {
    const host = createSimulatedHost({ id: randomUUID(), name: 'rack7', storeId, how, stateFile: null });
    await host.connect(go);
    host.control.failNext(1);
    const [outcome] = await host.apply([group('blue')], go);
    expect(outcome).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining('failed on simulated host rack7 (') },
    });
  });

  it('keeps the changes before the failing change of a group, and counts it', async () => {
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: null });
    await host.connect(go);
    const { networkId, changes } = group('blue');
    const bad = { networkId, bridge: 'blue', changes: [...changes, { kind: 'port.quiet', port: 'nowhere' }] } as const;
    const [outcome] = await host.apply([bad], go);
    expect(outcome).toMatchObject({ ok: false, done: 2, failure: { stderr: 'Cannot find device "nowhere"' } });
    expect((await host.observe(go)).bridges).toHaveLength(1);
  });

  it('has no more memory than configured', async () => {
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: null });
    await host.connect(go);
    await host.apply([group('blue')], go);
    await started(host, vm('big', 'blue', '56:6f:00:00:00:01', '10.0.0.1/24', 700));
    expect((await host.observe(go)).memoryFreeMiB).toBe(1024 - 256 - 700);
    await expect(started(host, vm('more', 'blue', '56:6f:00:00:00:02', '10.0.0.2/24', 100))).rejects.toThrow(
      /100 MiB wanted, 68 MiB free/,
    );
  });

  it('answers a ping on the same island only', async () => {
    const clock = new HandClock();
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: null, clock });
    await host.connect(go);
    await host.apply([group('blue'), group('green')], go);
    const web = vm('web', 'blue', '56:6f:00:00:00:01', '10.0.0.1/24');
    const db = vm('db', 'blue', '56:6f:00:00:00:02', '10.0.0.2/24');
    const spy = vm('spy', 'green', '56:6f:00:00:00:03', '10.0.0.3/24');
    await started(host, web, db, spy);
    clock.turn(1000);
    expect(await typed(host, web.id, 'ping 10.0.0.2')).toContain(
      '3 packets transmitted, 3 packets received, 0% packet loss',
    );
    expect(await typed(host, web.id, 'ping -c 1 10.0.0.3')).toContain(
      '1 packets transmitted, 0 packets received, 100% packet loss',
    );
    expect(await typed(host, web.id, 'ping 192.168.1.1')).toContain('Network is unreachable');
    await host.vms.update(db.id, { ...db.vnics[0]!, linked: false }, go);
    expect(await typed(host, web.id, 'ping 10.0.0.2')).toContain('100% packet loss');
    expect(await typed(host, db.id, 'ip addr')).toContain('NO-CARRIER');
  });

  it('says on its console that it is simulated, and runs nothing that is typed', async () => {
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: null });
    await host.connect(go);
    await host.apply([group('blue')], go);
    const web = vm('a;$(reboot)\u202e', 'blue', '56:6f:00:00:00:01', '10.0.0.1/24');
    await started(host, web);
    const line = await host.vms.openConsole(web.id, go);
    expect(Buffer.from(line.replay).toString()).toBe('Simulated console of a;$(reboot). Type help.\r\na-reboot:~# ');
    line.close();
    expect(await typed(host, web.id, '$(id); `id`')).toContain('sh: not found');
  });

  it('does not answer while disconnected, reports lost watchers, and is unchanged afterwards', async () => {
    const host = createSimulatedHost({ id: randomUUID(), storeId, how, stateFile: null });
    await host.connect(go);
    await host.apply([group('blue')], go);
    const notices: HostNotice[] = [];
    await host.watch((notice) => notices.push(notice), go);
    host.control.setUnreachable(true);
    expect(notices.map((notice) => notice.kind)).toEqual(['lost']);
    await expect(host.observe(go)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await expect(host.connect(go)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    host.control.setUnreachable(false);
    await host.connect(go);
    expect((await host.observe(go)).bridges.map((bridge) => bridge.name)).toEqual(['blue']);
  });

  it('stops waiting immediately when it is cancelled in a slow step', async () => {
    const host = createSimulatedHost({ id: randomUUID(), storeId, how: { ...how, delayMs: 60_000 }, stateFile: null });
    const stop = new AbortController();
    const connecting = host.connect(stop.signal);
    stop.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
