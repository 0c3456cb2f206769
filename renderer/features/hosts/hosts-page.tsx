import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type Host, isRunning } from '../../../contract';
import { isSimulated, useClusters, useVms } from '../../actions/use-names';
import { queries } from '../../api/queries';
import { DataTable } from '../../ui/data-table';
import { Nothing, PageHead, Waiting } from '../../ui/page';
import { State } from '../../ui/state';
import type { Column } from '../../ui/table-model';
import { tableState } from '../../ui/table-state';
import { SimulatedTag, Tag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { HOST_FEEL } from '../../ui/tone';
import { AddHost } from './add-host';
import { gib } from './memory';
import { text } from './text';

export function HostsPage() {
  const search = useSearch({ from: '/hosts' });
  const navigate = useNavigate({ from: '/hosts' });
  const hosts = useQuery(queries.hosts());
  const columns = useColumns();
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const add = (
    <Button variant="primary" onClick={() => change({ new: true })}>
      {text.add}
    </Button>
  );
  return (
    <div className="page">
      <PageHead title={text.title} sub={text.sub} actions={add} />
      {hosts.data === undefined ? (
        <Waiting />
      ) : (
        <DataTable
          label={text.title}
          columns={columns}
          rows={hosts.data}
          keyOf={(host) => host.id}
          {...tableState(search, change)}
          noMatch={text.noMatch}
          empty={
            <Nothing title={text.emptyTitle} action={add}>
              {text.empty}
            </Nothing>
          }
        />
      )}
      {search.new === undefined ? null : (
        <AddHost
          onClose={() => change({ new: undefined })}
          onAdded={(id) => void navigate({ to: '/hosts/$id', params: { id } })}
        />
      )}
    </div>
  );
}

function useColumns(): Column<Host>[] {
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
    return [
      {
        id: 'name',
        title: 'Name',
        width: 20,
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
        title: 'Status',
        width: 25,
        text: (host) => HOST_FEEL[host.state].words,
        cell: (host) => <State feel={HOST_FEEL[host.state]} reason={host.reason} />,
      },
      { id: 'kind', title: 'Kind', text: (host) => text.kinds[host.kind], cell: (host) => text.kinds[host.kind] },
      {
        id: 'cluster',
        title: 'Cluster',
        text: (host) => clusters.get(host.clusterId)?.name ?? '',
        cell: (host) => clusters.get(host.clusterId)?.name ?? '',
      },
      {
        id: 'labels',
        title: 'Labels',
        text: (host) => host.labels.join(' '),
        cell: (host) => (
          <span className="tag-row">
            {host.labels.map((label) => (
              <Tag key={label}>{label}</Tag>
            ))}
          </span>
        ),
      },
      {
        id: 'vms',
        title: 'VMs',
        text: (host) => countOf(host).all,
        cell: (host) => `${countOf(host).running} up of ${countOf(host).all}`,
      },
      {
        id: 'memory',
        title: 'Free memory',
        text: (host) => host.memoryFreeMiB ?? -1,
        cell: (host) =>
          host.memoryFreeMiB === null || host.capabilities === null ? (
            ''
          ) : (
            <span className="nowrap">
              {gib(host.memoryFreeMiB)} of {gib(host.capabilities.memoryMiB)}
            </span>
          ),
      },
      {
        id: 'seen',
        title: 'Last seen',
        text: (host) => host.lastSeenAt ?? '',
        cell: (host) => <Ago at={host.lastSeenAt} />,
      },
    ];
  }, [clusters, vms]);
}
