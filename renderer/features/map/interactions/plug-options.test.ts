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
    return Promise.resolve({ job: null, preview: null });
  };
  const vnics = { add: answer('add'), move: answer('move') };
  return { asked, client: { vnics } as unknown as Parameters<typeof plugOptions>[0] };
}
const nameOf = (id: string | null): string => id ?? 'no network';

describe('plugOptions', () => {
  it('prefers an unplugged vNIC, then a new one, then one of another network', () => {
    const { client } = recorder();
    const ways = plugOptions(client, vm(vnic('nic1', 'blue'), vnic('nic2', null)), requestIn, nameOf);
    expect(ways.map((way) => way.id)).toEqual(['nic2', 'new', 'nic1']);
  });

  it('adds a vNIC, or unplugs only the one of that network', async () => {
    const { client, asked } = recorder();
    const [add] = plugOptions(client, vm(vnic('nic1', 'blue')), requestIn, nameOf);
    await add?.run(false);
    const request = { kind: 'out', vmId: 'web', networkIds: ['blue'] } as const;
    const ways = plugOptions(client, vm(vnic('nic1', 'blue'), vnic('nic2', 'green')), request, nameOf);
    expect(ways.map((way) => way.id)).toEqual(['nic1']);
    await ways[0]?.run(true);
    expect(asked).toEqual([
      { what: 'add', vm: 'web', network: 'green', dryRun: false },
      { what: 'move', vm: 'web', vnic: 'nic1', network: null, dryRun: true },
    ]);
  });
});

const requestIn = { kind: 'in', vmId: 'web', networkId: 'green' } as const;
