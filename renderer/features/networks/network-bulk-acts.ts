import { useMemo } from 'react';
import type { Network } from '../../../contract';
import type { BulkAct } from '../../actions/bulk/bulk-bar';
import { useClusters } from '../../actions/use-names';
import { client } from '../../api/client';
import { text } from './text';

/** What can be done with many networks at once. */
export function useNetworkBulkActs(): BulkAct<Network>[] {
  const clusters = useClusters();
  return useMemo(() => {
    const choose = {
      label: text.cluster,
      choices: [...clusters.values()].map(({ id, name }) => ({ value: id, label: name })),
    };
    const titled = (id: keyof typeof text.bulk) => ({
      id,
      label: text.bulk[id],
      title: (n: number) => text.bulkTitle(text.bulk[id], n),
    });
    return [
      {
        ...titled('check'),
        why: (network) => (network.isIsolated ? null : text.notMeantIsolated),
        call: async (network) => {
          await client.networks.check({ network: network.id });
          return { job: null, preview: null };
        },
      },
      {
        ...titled('sync'),
        why: (network) => (network.clusters.length === 0 ? text.onNoHost : null),
        call: (network) => client.networks.sync({ network: network.id }),
      },
      {
        ...titled('attach'),
        choose,
        why: () => null,
        call: (network, cluster) => client.networks.attach({ network: network.id, cluster }),
      },
      {
        ...titled('detach'),
        choose,
        danger: true,
        ask: text.detachMeans,
        why: (network) => (network.clusters.length === 0 ? text.onNoHost : null),
        call: (network, cluster) => client.networks.detach({ network: network.id, cluster }),
      },
      {
        ...titled('remove'),
        danger: true,
        ask: text.removeWords,
        why: () => null,
        call: (network) => client.networks.remove({ network: network.id }),
      },
    ];
  }, [clusters]);
}
