import { describe, expect, it } from 'vitest';
import type { Vm, Vnic } from '../../../../contract';
import { plugOptions } from './plug-options';

const vnic = (id: string, networkId: string | null): Vnic => ({
  id,
  vmId: 'web',
  name: id,
  mac: '56:6f:00:00:00:01',
  profileId: null,
  networkId,
  plugged: true,
  linked: true,
  assignedAddress: null,
});
const vm = (...vnics: Vnic[]): Vm => ({ id: 'web', name: 'web', vnics }) as Vm;

/** Records its calls, and answers like the engine. */
function recorder() {
  const asked: unknown[] = [];
  const answer = (what: string) => (input: object) => {
    asked.push({ what, ...input });
    return Promise.resolve({ job: null, preview: null, vnic: vnic('fresh', 'green') });
  };
  const vnics = { add: answer('add'), move: answer('move'), remove: answer('remove') };
  return { asked, client: { vnics } as unknown as Parameters<typeof plugOptions>[0] };
}
const nameOf = (id: string | null): string => id ?? 'no network';

describe('plugOptions', () => {
  it('prefers an unplugged vNIC, then a new one, then one of another network', () => {
    const { client } = recorder();
    const ways = plugOptions(client, vm(vnic('nic1', 'blue'), vnic('nic2', null)), requestIn, nameOf);
    expect(ways.map((way) => way.id)).toEqual(['nic2', 'new', 'nic1']);
  });

  it('undoes a new vNIC by removing exactly that one', async () => {
    const { client, asked } = recorder();
    const [way] = plugOptions(client, vm(vnic('nic1', 'blue')), requestIn, nameOf);
    if (way === undefined) throw new Error('no way');
    await way.undo(await way.run(false));
    expect(asked).toEqual([
      { what: 'add', vm: 'web', network: 'green', dryRun: false },
      { what: 'remove', vm: 'web', vnic: 'fresh' },
    ]);
  });

  it('undoes unplugging by moving the vNIC back to its network', async () => {
    const { client, asked } = recorder();
    const request = { kind: 'out', vmId: 'web', networkIds: ['blue'] } as const;
    const ways = plugOptions(client, vm(vnic('nic1', 'blue'), vnic('nic2', 'green')), request, nameOf);
    expect(ways.map((way) => way.id)).toEqual(['nic1']);
    for (const way of ways) await way.undo(await way.run(false));
    expect(asked).toEqual([
      { what: 'move', vm: 'web', vnic: 'nic1', network: null, dryRun: false },
      { what: 'move', vm: 'web', vnic: 'nic1', network: 'blue' },
    ]);
  });
});

const requestIn = { kind: 'in', vmId: 'web', networkId: 'green' } as const;
