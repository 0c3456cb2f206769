import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Network } from '../../../contract';
import { useClusters, useLooks, useVms } from '../../actions/use-names';
import { queries } from '../../api/queries';
import { DataTable } from '../../ui/data-table';
import { Nothing, PageHead, Waiting } from '../../ui/page';
import { Swatch } from '../../ui/swatch';
import type { Column } from '../../ui/table-model';
import { tableState } from '../../ui/table-state';
import { IsolatedTag } from '../../ui/tags';
import { Dot } from '../../ui/state';
import { CreateNetwork } from './create-network';
import { text } from './text';

export function NetworksPage() {
  const search = useSearch({ from: '/networks' });
  const navigate = useNavigate({ from: '/networks' });
  const networks = useQuery(queries.networks());
  const columns = useColumns();
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const create = (
    <Button variant="primary" onClick={() => change({ new: true })}>
      {text.create}
    </Button>
  );
  return (
    <div className="page">
      <PageHead title={text.title} sub={text.sub} actions={create} />
      {networks.data === undefined ? (
        <Waiting />
      ) : (
        <DataTable
          label={text.title}
          columns={columns}
          rows={networks.data}
          keyOf={(network) => network.id}
          {...tableState(search, change)}
          noMatch={text.noMatch}
          empty={
            <Nothing title={text.emptyTitle} action={create}>
              {text.empty}
            </Nothing>
          }
        />
      )}
      {search.new === undefined ? null : (
        <CreateNetwork
          onClose={() => change({ new: undefined })}
          onCreated={(id) => void navigate({ to: '/networks/$id', params: { id } })}
        />
      )}
    </div>
  );
}

function useColumns(): Column<Network>[] {
  const looks = useLooks();
  const clusters = useClusters();
  const vms = useVms();
  return useMemo(() => {
    const users = new Map<string, number>();
    for (const vm of vms.values())
      for (const id of new Set(vm.vnics.map((vnic) => vnic.networkId)))
        if (id !== null) users.set(id, (users.get(id) ?? 0) + 1);
    return [
      {
        id: 'name',
        title: 'Name',
        width: 25,
        text: (network) => network.name,
        cell: (network) => (
          <span className="named">
            <Swatch look={looks.get(network.id)} />
            <Link to="/networks/$id" params={{ id: network.id }} title={network.name}>
              {network.name}
            </Link>
          </span>
        ),
      },
      {
        id: 'kind',
        title: 'Kind',
        width: 10,
        text: (network) => (network.isIsolated ? 'isolated' : 'regular'),
        cell: (network) => (network.isIsolated ? <IsolatedTag /> : 'Regular'),
      },
      {
        id: 'clusters',
        title: 'Clusters',
        text: (network) => network.clusters.map((c) => clusters.get(c.clusterId)?.name ?? '').join(', '),
        cell: (network) => <ClusterNames network={network} nameOf={(id) => clusters.get(id)?.name ?? ''} />,
      },
      {
        id: 'vms',
        title: 'VMs',
        width: 10,
        text: (network) => users.get(network.id) ?? 0,
        cell: (network) => users.get(network.id) ?? 0,
      },
      {
        id: 'bridge',
        title: 'Bridge',
        text: (network) => network.bridge,
        cell: (network) => <span className="mono">{network.bridge}</span>,
      },
      { id: 'mtu', title: 'MTU', width: 10, text: (network) => network.mtu, cell: (network) => network.mtu },
      {
        id: 'comment',
        title: 'Comment',
        text: (network) => network.comment,
        cell: (network) => <span className="name-text block">{network.comment}</span>,
      },
    ];
  }, [looks, clusters, vms]);
}

function ClusterNames({ network, nameOf }: { network: Network; nameOf: (id: string) => string }) {
  if (network.clusters.length === 0) return <span className="soft">not attached</span>;
  return (
    <>
      {network.clusters.map((c) => (
        <span key={c.clusterId} className="named">
          <Dot
            tone={c.status === 'operational' ? 'ok' : 'bad'}
            label={c.status === 'operational' ? 'operational' : 'non-operational'}
          />
          {nameOf(c.clusterId)}
        </span>
      ))}
    </>
  );
}
