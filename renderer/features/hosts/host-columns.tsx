import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { HOST_TEXT_KEYS, type Host, isRunning } from '../../../contract';
import { isSimulated, useClusters, useVms } from '../../actions/use-names';
import { stateReason } from '../../actions/state-reason';
import { State } from '../../ui/state';
import type { Column } from '../../ui/table-model';
import { SimulatedTag, Tag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { HOST_FEEL } from '../../ui/tone';
import { gib, gibOf } from './memory';
import { text } from './text';

/** The columns of the table of hosts. */
export function useHostColumns(): Column<Host>[] {
  const clusters = useClusters();
  const vms = useVms();
  return useMemo(() => {
    const onHost = new Map<string, { all: number; running: number }>();
    for (const vm of vms.values()) {
      if (vm.hostId === null) continue;
      const count = onHost.get(vm.hostId) ?? { all: 0, running: 0 };
      onHost.set(vm.hostId, { all: count.all + 1, running: count.running + (isRunning(vm.state) ? 1 : 0) });
    }
    const countOf = (host: Host) => onHost.get(host.id) ?? { all: 0, running: 0 };
    const clusterOf = (host: Host): string => clusters.get(host.clusterId)?.name ?? '';
    return [
      {
        id: 'name',
        title: text.name,
        width: 25,
        text: (host) => host.name,
        cell: (host) => (
          <span className="named">
            <Link to="/hosts/$id" params={{ id: host.id }} title={host.name}>
              {host.name}
            </Link>
            {isSimulated(host) ? <SimulatedTag /> : null}
          </span>
        ),
      },
      {
        id: 'state',
        title: text.status,
        width: 14,
        text: (host) => HOST_FEEL[host.state].words,
        cell: (host) => <State feel={HOST_FEEL[host.state]} {...stateReason(host.reason)} />,
      },
      {
        id: 'kind',
        title: text.kind,
        width: 13,
        text: (host) => text.kinds[host.kind],
        cell: (host) => text.kinds[host.kind],
      },
      { id: 'cluster', title: text.cluster, width: 15, text: clusterOf, cell: clusterOf },
      {
        id: 'labels',
        title: text.labels,
        width: 12,
        text: (host) => host.labels.join(' '),
        cell: (host) => (
          <span className="tag-row" title={host.labels.join(', ')}>
            {host.labels.map((label) => (
              <Tag key={label}>{label}</Tag>
            ))}
          </span>
        ),
      },
      {
        id: 'vms',
        title: text.vms,
        width: 14,
        numeric: true,
        text: (host) => countOf(host).all,
        cell: (host) => text.upOf(countOf(host).running, countOf(host).all),
      },
      {
        id: 'memory',
        title: text.memoryFree,
        width: 19,
        numeric: true,
        text: (host) => host.memoryFreeMiB ?? -1,
        cell: (host) =>
          host.memoryFreeMiB === null || host.capabilities === null
            ? ''
            : text.partOf(gibOf(host.memoryFreeMiB, host.capabilities.memoryMiB), gib(host.capabilities.memoryMiB)),
      },
      {
        id: 'cpus',
        title: text.cpus,
        width: 8,
        numeric: true,
        spare: true,
        text: (host) => host.capabilities?.cpus ?? 0,
        cell: (host) => host.capabilities?.cpus ?? '',
      },
      {
        id: 'kernel',
        title: text.kernel,
        width: 20,
        spare: true,
        text: (host) => host.capabilities?.kernel ?? '',
        cell: (host) => <span title={host.capabilities?.kernel}>{host.capabilities?.kernel ?? ''}</span>,
      },
      {
        id: 'seen',
        title: text.lastSeen,
        width: 14,
        text: (host) => host.lastSeenAt ?? '',
        cell: (host) => <Ago at={host.lastSeenAt} />,
      },
      ...HOST_TEXT_KEYS.map((key): Column<Host> => ({
        id: key,
        title: text.texts[key],
        width: 20,
        spare: true,
        text: (host) => host[key],
        cell: (host) => <span title={host[key]}>{host[key]}</span>,
      })),
    ];
  }, [clusters, vms]);
}
