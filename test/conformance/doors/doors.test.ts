import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toAppError } from '../../../app/rpc-errors';
import type { AppError } from '../../../contract';
import { TestEngine } from '../../support/test-engine';
import { DOORS, type OpenDoor } from './kinds';
import { Probe } from './probe-router';

/** The error that a call ends with, as a client of any door sees it. */
async function failureOf(call: PromiseLike<unknown>, gone = false): Promise<AppError> {
  const outcome = await Promise.resolve(call).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`it did not fail, but answered ${JSON.stringify(outcome.value)}`);
  return toAppError(outcome.error, gone);
}

const until = (check: () => boolean, timeout = 20_000) => vi.waitUntil(check, { timeout, interval: 5 });

describe.each(DOORS)('the door: $name', (kind) => {
  describe('to the engine', () => {
    let engine: TestEngine;
    let door: OpenDoor;

    beforeEach(async () => {
      engine = new TestEngine();
      await engine.engine.start();
      door = await kind.open(engine.engine.router);
    });
    afterEach(async () => {
      await door.close();
      await engine.close();
    });

    it('answers a query', async () => {
      const [only] = await door.client.clusters.list({});
      expect(only).toMatchObject({ name: 'Default' });
    });

    it('takes a command, and says who gave it and by which door', async () => {
      const { dataCenter } = await door.client.dataCenters.add({ name: 'lab 数据 🏝' });
      expect(dataCenter.name).toBe('lab 数据 🏝');
      const [event] = await door.client.events.list({ type: 'data_center.added' });
      expect(event?.by.door).toBe(kind.says ?? 'desktop');
      expect(event?.by.user).not.toBe('');
    });

    it('hands a typed error over with code, hint and what it is about', async () => {
      const missing = await failureOf(door.client.networks.show({ network: 'nowhere' }));
      expect(missing).toMatchObject({ code: 'NOT_FOUND' });
      expect(missing.message).toContain('nowhere');
      await door.client.networks.add({ name: 'blue', isIsolated: true });
      const taken = await failureOf(door.client.networks.add({ name: 'blue', isIsolated: true }));
      expect(taken).toMatchObject({ code: 'CONFLICT', field: 'name' });
      expect(taken.remedy).toBeTruthy();
      const broken = await failureOf(door.client.networks.add({ name: 'red', isIsolated: true, vlan: 5 }));
      expect(broken).toMatchObject({ code: 'RULE_BROKEN' });
      expect(broken.rule).toMatch(/S3/);
    });

    it('names the field of input that does not fit', async () => {
      const error = await failureOf(door.client.networks.add({ name: 'blue', mtu: 67 }));
      expect(error).toMatchObject({ code: 'BAD_INPUT', field: 'mtu' });
      expect(error.message).toContain('68');
    });

    it('lets events be followed, and return() frees the engine', async () => {
      const stream = await door.client.events.follow({});
      await door.client.dataCenters.add({ name: 'seen' });
      const first = await stream.next();
      expect(first.value).toMatchObject({ type: 'data_center.added' });
      await stream.return?.(undefined);
      // A second reader still gets its own.
      const other = await door.client.events.follow({});
      await door.client.dataCenters.add({ name: 'seen too' });
      expect((await other.next()).value).toMatchObject({ message: { params: { dataCenter: 'seen too' } } });
      await other.return?.(undefined);
    });

    it('carries an answer of 10,000 rows', async () => {
      const at = new Date().toISOString();
      engine.store.transaction((tx) => {
        for (let n = 0; n < 10_000; n++) {
          tx.events.append({
            at,
            type: 'network.added',
            severity: 'normal',
            message: { type: 'network.updated', params: { network: `event ${n}` } },
            by: { user: 'x', door: 'cli' },
            subjects: {},
            undo: null,
          });
        }
      });
      const rows = await door.client.events.list({ limit: 10_000, type: 'network.added' });
      expect(rows).toHaveLength(10_000);
      expect(new Set(rows.map(({ seq }) => seq)).size).toBe(10_000);
    });

    it('answers many calls at once, each with its own answer', async () => {
      const names = Array.from({ length: 100 }, (_, n) => `dc-${n}`);
      const answers = await Promise.all(names.map((name) => door.client.dataCenters.add({ name })));
      expect(answers.map(({ dataCenter }) => dataCenter.name)).toEqual(names);
    });
  });

  describe('at bad times', () => {
    let probe: Probe;
    let door: OpenDoor;

    beforeEach(async () => {
      probe = new Probe();
      door = await kind.open(probe.router());
    });
    afterEach(() => door.close());

    it('carries every byte value of a console, both ways', async () => {
      const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      const seen: Buffer[] = [];
      for await (const chunk of await door.client.vms.console({ vm: 'bytes' }))
        seen.push(Buffer.from(chunk.data, 'base64'));
      expect(Buffer.concat(seen).equals(Buffer.concat([all, all, all]))).toBe(true);
      expect(await door.client.vms.consoleWrite({ vm: 'bytes', data: all.toString('base64') })).toEqual({ bytes: 256 });
    });

    it('tells the engine when a caller gives up', async () => {
      const giveUp = new AbortController();
      const call = failureOf(door.client.vms.show({ vm: 'slow' }, { signal: giveUp.signal }));
      await until(() => probe.calls === 1);
      giveUp.abort();
      expect((await call).code).toBe('CANCELLED');
      await until(() => probe.aborted);
    });

    it('frees a stream whose reader has left, also while it waits', async () => {
      const giveUp = new AbortController();
      const stream = await door.client.vms.console({ vm: 'silent' }, { signal: giveUp.signal });
      const next = stream.next().catch(() => 'ended');
      await until(() => probe.open === 1);
      giveUp.abort();
      await next;
      await until(() => probe.open === 0);
    });

    it('stays answerable beside a stream without pause', async () => {
      const stream = await door.client.vms.console({ vm: 'endless' });
      await stream.next();
      expect(await door.client.system.version()).toMatchObject({ contract: 1 });
      await stream.return?.(undefined);
      await until(() => probe.open === 0);
    });

    it.runIf(kind.remote)('ends what is followed with a clear error when the engine goes', async () => {
      const stream = await door.client.vms.console({ vm: 'silent' });
      const ended = failureOf(stream.next(), true);
      await until(() => probe.open === 1);
      await door.cut();
      expect(await ended).toMatchObject({ code: 'ENGINE_GONE' });
      await until(() => probe.open === 0);
    });

    it.runIf(kind.remote)('fails a running call when the engine stops', async () => {
      const call = failureOf(door.client.vms.show({ vm: 'slow' }), true);
      await until(() => probe.calls === 1);
      await door.cut();
      expect(await call).toMatchObject({ code: 'ENGINE_GONE' });
    });
  });
});
