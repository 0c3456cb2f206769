import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../contract';
import { TestEngine } from '../support/test-engine';
import { inputWith, procedures, textPaths, type Path } from './contract-walk';

const folder = mkdtempSync(join(tmpdir(), 'atoll-names-'));
const canary = join(folder, 'x');

/** What a name may have in it that somebody might take for something else than letters. */
const HOSTILE = [
  `$(touch ${canary})`,
  `\`touch ${canary}\``,
  `'; touch ${canary}; '`,
  `a\ntouch ${canary}`,
  '"',
  '-rf',
  '--help',
  'ab\u202ecd',
  'a\u200bb',
  'x'.repeat(100_000),
  'nul\0nul',
  '../../etc/passwd',
  '/etc/passwd',
  '<domain><name>x</name></domain>]]>&amp;',
  '<img src=x onerror=alert(1)>',
  "' OR 1=1; DROP TABLE hosts; --",
  '"; flush ruleset; add table inet x {',
  '__proto__',
  '%s%n${HOME}',
  'a\u001b]0;t\u0007b',
  '',
  ' ',
] as const;

type Call = (input: unknown, options: { signal: AbortSignal }) => Promise<unknown>;

describe('every procedure with every hostile name in every text of its input', () => {
  let t: TestEngine;
  let known: Record<string, unknown>;
  /** The VM whose hardware is not fixed. */
  let ordinary: Record<string, unknown>;
  beforeAll(async () => {
    t = new TestEngine();
    await t.engine.start();
    const [host = ''] = await t.addHosts(1);
    const { network } = await t.client.networks.add({ name: 'red' });
    await t.done(t.client.networks.attach({ network: 'red', cluster: 'Default' }));
    const { vm } = await t.client.vms.add({ name: 'web1', vnics: [{ network: 'red' }] });
    const [vnic] = vm.vnics;
    const boot = { kind: 'devices' } as const;
    const desk = await t.client.vms.add({ name: 'desk', boot, disks: [{ sizeBytes: 1024 ** 2 }] });
    ordinary = { vm: desk.vm.id };
    const [cluster] = await t.client.clusters.list({});
    known = {
      id: host,
      host,
      network: network.id,
      vm: vm.id,
      vnic: vnic?.id,
      cluster: cluster?.id,
      dataCenter: cluster?.dataCenterId,
      drive: 'cd1',
      profile: network.name,
    };
  });
  afterAll(async () => {
    await t.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const cases = procedures().flatMap(({ name, input }) =>
    input === null ? [] : textPaths(input).map((path) => [name, words(path), input, path] as const),
  );

  it('are found in the contract', () => {
    expect(procedures().length).toBeGreaterThan(60);
    expect(cases.map(([name, path]) => `${name} ${path}`)).toEqual(
      expect.arrayContaining([
        ...['vms.add name', 'hosts.add how.address', 'vms.add vnics.network'],
        ...['vms.add', 'vms.update'].flatMap((name) => [`${name} hardware.bootOrder`, `${name} hardware.cpuModel`]),
      ]),
    );
  });

  it.each(cases)('%s: %s', async (name, _words, schema, path) => {
    const [area = '', verb = ''] = name.split('.');
    const call = (t.client as unknown as Record<string, Record<string, Call>>)[area]?.[verb];
    if (!call) throw new Error(`the client has no ${name}`);
    for (const text of HOSTILE) {
      const input = inputWith(schema, path, text, path[0] === 'hardware' ? { ...known, ...ordinary } : known);
      // The tiny guest refuses all of it for one reason.
      if (name === 'vms.add' && path[0] === 'hardware') Object.assign(input as object, { boot: { kind: 'devices' } });
      // What is refused is refused for this text, not for something else that this test made up.
      const parsed = schema.safeParse(input);
      const at = path.find((step) => typeof step === 'string');
      if (!parsed.success)
        expect(parsed.error.issues.map((issue) => issue.path[0] ?? at)).toEqual(parsed.error.issues.map(() => at));
      const abort = new AbortController();
      try {
        const answer = await call(input, { signal: abort.signal });
        await endOf(answer);
        if (path.length === 1 && (path[0] === 'name' || path[0] === 'comment')) expectVerbatim(answer, path[0], text);
      } catch (error) {
        expectTyped(error, parsed.success, `${name} ${JSON.stringify(text).slice(0, 60)}`);
      } finally {
        abort.abort();
      }
    }
    expect(existsSync(canary)).toBe(false);
  });

  it('and after all of them everything can still be read', async () => {
    for (const { name, input } of procedures().filter(({ name }) => name.endsWith('.list'))) {
      const [area = '', verb = ''] = name.split('.');
      if (input !== null && !input.safeParse({}).success) continue;
      await (t.client as unknown as Record<string, Record<string, Call>>)[area]?.[verb]?.(
        {},
        { signal: new AbortController().signal },
      );
    }
    expect((await t.client.hosts.show({ host: String(known['host']) })).host.id).toBe(known['host']);
    expect((await t.client.networks.show({ network: String(known['network']) })).network.id).toBe(known['network']);
    expect(t.log.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([]);
  });
});

const words = (path: Path): string =>
  path.flatMap((step) => (typeof step === 'string' && step !== 'element' ? [step] : [])).join('.');

/** A follower is ended; its output is not waited for. */
async function endOf(answer: unknown): Promise<void> {
  const follower = answer as {
    return?: (value?: unknown) => Promise<unknown>;
    [Symbol.asyncIterator]?: unknown;
  } | null;
  if (typeof follower === 'object' && follower !== null && Symbol.asyncIterator in follower) void follower.return?.();
  await Promise.resolve();
}

function expectVerbatim(answer: unknown, key: string, text: string): void {
  const entities = Object.values(answer as object).filter(
    (each): each is Record<string, unknown> => typeof each === 'object' && each !== null && key in each,
  );
  for (const entity of entities) expect(entity[key]).toBe(text);
}

function expectTyped(error: unknown, isValid: boolean, what: string): void {
  const { code, message, field, data } = error as {
    code?: string;
    message?: string;
    field?: string;
    data?: { field?: string };
  };
  expect(Object.keys(ERROR_CODES), `${what}: ${message ?? String(error)}`).toContain(code);
  expect(code, `${what}: ${message ?? ''}`).not.toBe('INTERNAL');
  expect(code, `${what}: ${message ?? ''}`).not.toBe('STORE_FAILED');
  if (isValid) return;
  expect(code, what).toBe('BAD_INPUT');
  const named = field ?? data?.field ?? '';
  expect(named.length, `${what} names no field: ${message ?? ''}`).toBeGreaterThan(0);
}
