import { useMemo } from 'react';
import type { Vm } from '../../../contract';
import type { BulkAct } from '../../actions/bulk/bulk-bar';
import { text as shared } from '../../actions/text';
import { useNetworks } from '../../actions/use-names';
import { whyNotVm } from '../../actions/why';
import { client } from '../../api/client';
import { text } from './text';

/** What one does with one VM after another, the likeliest first. */
const PLAIN = ['start', 'shutdown'] as const;
const REST = ['reboot', 'suspend', 'resume'] as const;
const HARD = ['stop', 'remove'] as const;

/** What can be done with many VMs at once. */
export function useVmBulkActs(): BulkAct<Vm>[] {
  const networks = useNetworks();
  return useMemo(() => {
    const act = (id: (typeof PLAIN | typeof REST | typeof HARD)[number]): BulkAct<Vm> => ({
      id,
      label: text.bulk[id],
      title: (n) => text.bulkTitle(text.bulk[id], n),
      why: (vm) => whyNotVm(vm, id),
      call: (vm) => client.vms[id]({ vm: vm.id }),
    });
    const plug: BulkAct<Vm> = {
      id: 'plug',
      label: text.bulk.plug,
      title: (n) => text.bulkTitle(text.bulk.plug, n),
      choose: {
        label: text.network,
        choices: [...networks.values()].map(({ id, name }) => ({ value: id, label: name })),
      },
      why: (vm) => whyNotVm(vm, 'editVnics'),
      call: (vm, network) => client.vnics.add({ vm: vm.id, network }),
    };
    return [
      ...PLAIN.map(act),
      plug,
      ...REST.map(act),
      ...HARD.map((id) => ({ ...act(id), danger: true, ask: shared.vmHard[id] })),
    ];
  }, [networks]);
}
