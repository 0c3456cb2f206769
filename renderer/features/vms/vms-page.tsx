import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Vm } from '../../../contract';
import { isSimulated, useHosts, useLooks, useNetworks } from '../../actions/use-names';
import { queries } from '../../api/queries';
import { DataTable } from '../../ui/data-table';
import { Nothing, PageHead, Waiting } from '../../ui/page';
import { State } from '../../ui/state';
import { Swatch } from '../../ui/swatch';
import type { Column } from '../../ui/table-model';
import { tableState } from '../../ui/table-state';
import { SimulatedTag } from '../../ui/tags';
import { VM_FEEL } from '../../ui/tone';
import { CreateVm } from './create-vm';
import { QuickActions } from './quick-actions';
import { text } from './text';
import { TrashPart } from './trash-part';

export function VmsPage() {
  const search = useSearch({ from: '/vms' });
  const navigate = useNavigate({ from: '/vms' });
  const vms = useQuery(queries.vms());
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
      <PageHead
        title={text.title}
        actions={
          <>
            <TrashPart />
            {create}
          </>
        }
      />
      {vms.data === undefined ? (
        <Waiting />
      ) : (
        <DataTable
          label={text.title}
          columns={columns}
          rows={vms.data}
          keyOf={(vm) => vm.id}
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
        <CreateVm
          onClose={() => change({ new: undefined })}
          onCreated={(id) => void navigate({ to: '/vms/$id', params: { id } })}
        />
      )}
    </div>
  );
}

function useColumns(): Column<Vm>[] {
  const hosts = useHosts();
  const networks = useNetworks();
  const looks = useLooks();
  return useMemo(() => {
    const networkNames = (vm: Vm): string[] =>
      vm.vnics.map((vnic) => (vnic.networkId === null ? '' : (networks.get(vnic.networkId)?.name ?? '')));
    const hostOf = (vm: Vm) => (vm.hostId === null ? undefined : hosts.get(vm.hostId));
    return [
      {
        id: 'name',
        title: 'Name',
        width: 20,
        text: (vm) => vm.name,
        cell: (vm) => (
          <span className="named">
            <Link to="/vms/$id" params={{ id: vm.id }} title={vm.name}>
              {vm.name}
            </Link>
            {isSimulated(hostOf(vm)) ? <SimulatedTag /> : null}
          </span>
        ),
      },
      {
        id: 'state',
        title: 'Status',
        width: 20,
        text: (vm) => VM_FEEL[vm.state].words,
        cell: (vm) => <State feel={VM_FEEL[vm.state]} reason={vm.reason} />,
      },
      {
        id: 'host',
        title: 'Host',
        width: 15,
        text: (vm) => hostOf(vm)?.name ?? '',
        cell: (vm) => hostOf(vm)?.name ?? <span className="soft">none yet</span>,
      },
      {
        id: 'networks',
        title: 'Networks',
        text: (vm) => networkNames(vm).join(' '),
        cell: (vm) => (
          <span className="named">
            {vm.vnics.map((vnic, index) => (
              <span key={vnic.id} className="named">
                <Swatch look={vnic.networkId === null ? undefined : looks.get(vnic.networkId)} />
                {networkNames(vm)[index] === '' ? <span className="soft">none</span> : networkNames(vm)[index]}
              </span>
            ))}
          </span>
        ),
      },
      {
        id: 'address',
        title: 'Address given',
        text: (vm) => vm.vnics[0]?.assignedAddress ?? '',
        cell: (vm) => <span className="mono">{vm.vnics[0]?.assignedAddress ?? ''}</span>,
      },
      { id: 'memory', title: 'Memory', width: 10, text: (vm) => vm.memoryMiB, cell: (vm) => `${vm.memoryMiB} MiB` },
      { id: 'actions', title: '', width: 10, cell: (vm) => <QuickActions vm={vm} /> },
    ];
  }, [hosts, networks, looks]);
}
