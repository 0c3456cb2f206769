import { describe, expect, test } from 'vitest';
import type { RunResult, Shell } from '../shell';
import { runRound, type Unit } from './rounds';
import { stepsOf } from './steps';

const TABLE = 'atoll_x';
const NEVER = new AbortController().signal;

/** A shell that records its input, and gives the prepared answers, then success. */
function scripted(...answers: Array<Partial<RunResult>>): { shell: Shell; inputs: string[] } {
  const inputs: string[] = [];
  const script = (_script: string, args: readonly string[]): Promise<RunResult> => {
    inputs.push(args.slice(6).filter(Boolean).join('\n'));
    return Promise.resolve({ exit: 0, stdout: '', stderr: '', ...answers.shift() });
  };
  const unused = (): never => {
    throw new Error('a round only runs scripts');
  };
  return {
    inputs,
    shell: { name: 'test', script, run: unused, stream: unused, pipe: unused, connect: unused, close: unused },
  };
}

const unit = (bridge: string): Unit => ({
  name: bridge,
  steps: [
    stepsOf(
      {
        kind: 'bridge.create',
        spec: { networkId: 'n', bridge, mac: '56:6f:00:00:00:01', mtu: 1500, alias: 'atoll:s:n' },
      },
      TABLE,
    ),
  ],
});

describe('units that fail are excluded', () => {
  test('runs one script if all goes well', async () => {
    const { shell, inputs } = scripted();
    expect(await runRound(shell, TABLE, [unit('a'), unit('b')], NEVER)).toEqual([{ ok: true }, { ok: true }]);
    expect(inputs).toHaveLength(1);
  });

  test('continues behind the line at which ip stops, without repeating completed lines', async () => {
    const stderr = 'RTNETLINK answers: File exists\nCommand failed -:3';
    const { shell, inputs } = scripted({ stdout: 'before 1\n', stderr });
    const [a, b, c] = (await runRound(shell, TABLE, [unit('a'), unit('b'), unit('c')], NEVER)) ?? [];
    expect([a, c]).toEqual([{ ok: true }, { ok: true }]);
    expect(b).toMatchObject({ ok: false, done: 0, failure: { message: expect.stringContaining('named b') as string } });
    expect(inputs[1]).not.toMatch(/link add name [ab]|dev b | in_b/);
    expect(inputs[1]).toMatch(/link add name c/);
    expect(inputs[1]).toMatch(/in_a/);
  });

  test('removes a bridge at once if its mark is refused', async () => {
    const { shell, inputs } = scripted({ stdout: 'before 1\n', stderr: 'No buffer space\nCommand failed -:2' });
    expect(await runRound(shell, TABLE, [unit('a')], NEVER)).toMatchObject([{ ok: false, done: 0 }]);
    expect(inputs[1]).toBe('link del dev a');
  });

  test('excludes the network at the line that nft names, after waking the table in vain', async () => {
    const stderr = '/dev/stdin:14:1-112: Error: Could not process rule: No such file or directory';
    const refusal = { stdout: 'seal 1\n', stderr };
    const { shell, inputs } = scripted(refusal, refusal, {}, refusal);
    expect(await runRound(shell, TABLE, [unit('a'), unit('b')], NEVER)).toMatchObject([
      { ok: true },
      { ok: false, done: 1 },
    ]);
    expect(inputs[2]).toBe('add table netdev atoll_x');
    expect(inputs[4]).not.toContain('in_b');
    expect(inputs[4]).toContain('link set dev a addrgenmode none');
  });

  test('retries with the full text if chains of a former bridge are left', async () => {
    const stderr = '/dev/stdin:2:1-90: Error: Could not process rule: File exists';
    const { shell, inputs } = scripted({ stdout: 'seal 1\n', stderr });
    expect(await runRound(shell, TABLE, [unit('a'), unit('b')], NEVER)).toEqual([{ ok: true }, { ok: true }]);
    expect(inputs[0]).toMatch(/^create chain netdev atoll_x in_a /m);
    expect(inputs[0]).not.toMatch(/^(delete|flush|add chain)/m);
    expect(inputs[1]).toMatch(/^flush chain netdev atoll_x in_a\ndelete chain netdev atoll_x in_a$/m);
    expect(inputs[1]).not.toContain('link add');
    expect(inputs).toHaveLength(2);
  });

  test('runs the units one by one if nft names no line', async () => {
    const refusal = { stdout: 'seal 1\n', stderr: 'Error: netlink: out of memory' };
    const { shell, inputs } = scripted(refusal, refusal, {}, refusal, {}, refusal);
    expect(await runRound(shell, TABLE, [unit('a'), unit('b')], NEVER)).toMatchObject([
      { ok: true },
      { ok: false, done: 1 },
    ]);
    expect(inputs.at(-1)).toBe('link set dev a addrgenmode none mtu 1500 up');
  });

  test('names the interface on which IPv6 stays enabled', async () => {
    const { shell } = scripted({ stdout: 'quiet 1 b\n', stderr: 'sh: cannot create' });
    expect(await runRound(shell, TABLE, [unit('a'), unit('b')], NEVER)).toMatchObject([
      { ok: true },
      { ok: false, done: 1 },
    ]);
  });

  test('reports no unit as done if ip fails without a line', async () => {
    const { shell } = scripted({ stdout: 'before 127\n', stderr: 'ip: not found' });
    expect(await runRound(shell, TABLE, [unit('a'), unit('b')], NEVER)).toMatchObject([
      { ok: false, done: 0 },
      { ok: false, done: 0 },
    ]);
  });

  test('treats an already applied change as success', async () => {
    const steps = [stepsOf({ kind: 'address.remove', bridge: 'a', address: '10.0.0.1/8' }, TABLE)];
    const { shell } = scripted({
      stdout: 'before 1\n',
      stderr: 'RTNETLINK answers: Cannot assign requested address\nCommand failed -:1',
    });
    expect(await runRound(shell, TABLE, [{ name: 'a', steps }], NEVER)).toEqual([{ ok: true }]);
  });
});
