import { expect, test } from 'vitest';
import type { RunResult, Shell } from '../shell';
import { checkHooks } from './check';

const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const NEVER = new AbortController().signal;
const TARGET = { networkId: 'n', bridge: 'net1', mtu: 1500 };

/** A shell with one fixed answer that counts its calls. */
function answering(answer: Partial<RunResult>): { shell: Shell; asked: () => number } {
  let asked = 0;
  const run = (): Promise<RunResult> => {
    asked += 1;
    return Promise.resolve({ exit: 0, stdout: '', stderr: '', ...answer });
  };
  const unused = (): never => {
    throw new Error('only run is used');
  };
  return {
    asked: () => asked,
    shell: { name: 's', run, script: unused, stream: unused, pipe: unused, connect: unused, close: unused },
  };
}

const hooks = (...chains: string[]): string =>
  `family netdev {\n\thook ingress device net1 {\n${chains.map((chain) => `\t\t 0000000000 chain netdev ${chain} [nf_tables]`).join('\n')}\n\t}\n}\n`;

test.each([
  ['both chains', hooks('atoll_00000000feed in_net1', 'atoll_00000000feed out_net1'), true],
  ['one chain', hooks('atoll_00000000feed in_net1'), false],
  ['the chains of another bridge', hooks('atoll_00000000feed in_net10', 'atoll_00000000feed out_net10'), false],
  ['the chains of another store', hooks('atoll_00000000beef in_net1', 'atoll_00000000beef out_net1'), false],
])('%s', async (_words, stdout, ok) => {
  const [[point] = []] = await checkHooks(answering({ stdout }).shell, STORE, [TARGET], NEVER);
  expect(point).toMatchObject({ id: 'hooks', ok });
});

test('gives no verdict without an answer', async () => {
  const [[point] = []] = await checkHooks(answering({}).shell, STORE, [TARGET], NEVER);
  expect(point?.ok).toBeNull();
});

test('queries a kernel without support only once', async () => {
  const { shell, asked } = answering({ exit: 1, stderr: 'Error: Could not process rule: Invalid argument' });
  const points = await checkHooks(shell, STORE, [TARGET, TARGET, TARGET], NEVER);
  expect(points.map(([point]) => point?.ok)).toEqual([null, null, null]);
  expect(asked()).toBe(1);
});
