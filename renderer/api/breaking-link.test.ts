import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { expect, it } from 'vitest';
import type { Contract } from '../../contract';
import { BreakingLink, allowingBreaks } from './breaking-link';

it('allows what was started for that to break promises, and nothing else', async () => {
  const inputs: unknown[] = [];
  const client: ContractRouterClient<Contract> = createORPCClient(
    new BreakingLink({
      call: (_path, input) => {
        inputs.push(input);
        return Promise.resolve({});
      },
    }),
  );
  const first = allowingBreaks(async () => {
    await client.vms.stop({ vm: 'a' });
    await client.vms.stop({ vm: 'b' });
  });
  await Promise.all([first, client.vms.stop({ vm: 'c' })]);
  expect(inputs).toEqual([{ vm: 'a', breakPromises: true }, { vm: 'c' }, { vm: 'b' }]);
});
