import { expect, it } from 'vitest';
import type { AtollClient } from '../app/client';
import { breaking } from './break-promises';

it('lets commands break promises, and leaves queries as they are', async () => {
  const inputs: unknown[] = [];
  const called = (input: unknown): Promise<void> => {
    inputs.push(input);
    return Promise.resolve();
  };
  const client = breaking({ vms: { list: called, stop: called } } as unknown as AtollClient);
  await client.vms.list({});
  await client.vms.stop({ vm: 'web', dryRun: false });
  expect(inputs).toEqual([{}, { vm: 'web', dryRun: false, breakPromises: true }]);
});
