import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { isRunning, mainAddressesOf, type Vm } from '../../../contract';
import { IconActions } from '../../actions/registry/action-bar';
import { isSimulated, useClusters, useHosts, useLooks, useNetworks } from '../../actions/use-names';
import { stateReason } from '../../actions/state-reason';
import { CutName } from '../../ui/cut-name';
import { State } from '../../ui/state';
import { Swatch } from '../../ui/swatch';
import type { Column } from '../../ui/table-model';
import { SimulatedTag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { VM_FEEL } from '../../ui/tone';
import { CpuLine } from './cpu-line';
import { text } from './text';

const bare = (address: string): string => address.replace(/\/.*/, '');
const addressesOf = (vm: Vm): string =>
  mainAddressesOf(vm)
    .map(({ address }) => bare(address))
    .join(', ');
/** Each with its source, for the tooltip. */
const addressWords = (vm: Vm): string =>
  mainAddressesOf(vm)
    .map(({ address, source }) => `${bare(address)} (${text.addressSources[source]})`)
    .join('\n');
const macsOf = (vm: Vm): string => vm.vnics.map((vnic) => vnic.mac).join(', ');

/** The columns of the table of VMs. */
export function useVmColumns(): Column<Vm>[] {
  const hosts = useHosts();
  const clusters = useClusters();
  const networks = useNetworks();
  const looks = useLooks();
  return useMemo(() => {
    const networkNames = (vm: Vm): string[] =>
      vm.vnics.map((vnic) => (vnic.networkId === null ? '' : (networks.get(vnic.networkId)?.name ?? '')));
    const hostOf = (vm: Vm) => (vm.hostId === null ? undefined : hosts.get(vm.hostId));
    const clusterOf = (vm: Vm): string => clusters.get(vm.clusterId)?.name ?? '';
    return [
      {
        id: 'name',
        title: text.name,
        width: 18,
        text: (vm) => vm.name,
        cell: (vm) => (
          <span className="named">
            <Link to="/vms/$id" params={{ id: vm.id }} title={vm.name} aria-label={vm.name}>
              <CutName name={vm.name} />
            </Link>
          </span>
        ),
      },
      {
        id: 'state',
        title: text.status,
        width: 11,
        text: (vm) => VM_FEEL[vm.state].words,
        cell: (vm) => <State feel={VM_FEEL[vm.state]} {...stateReason(vm.reason)} />,
      },
      {
        id: 'host',
        title: text.host,
        width: 21,
        text: (vm) => hostOf(vm)?.name ?? '',
        cell: (vm) => {
          const host = hostOf(vm);
          if (host === undefined) return <span className="soft">{text.noHostYet}</span>;
          return (
            <span className="named">
              <Link to="/hosts/$id" params={{ id: host.id }} title={host.name} aria-label={host.name}>
                <CutName name={host.name} />
              </Link>
              {isSimulated(host) ? <SimulatedTag /> : null}
            </span>
          );
        },
      },
      {
        id: 'networks',
        title: text.networks,
        width: 19,
        text: (vm) => networkNames(vm).join(' '),
        cell: (vm) => (
          <span className="named" title={networkNames(vm).join(', ')}>
            {vm.vnics.map((vnic, index) => (
              <span key={vnic.id} className="named">
                <Swatch look={vnic.networkId === null ? undefined : looks.get(vnic.networkId)} />
                {networkNames(vm)[index] === '' ? (
                  <span className="soft">{text.none}</span>
                ) : (
                  <span>{networkNames(vm)[index]}</span>
                )}
              </span>
            ))}
          </span>
        ),
      },
      {
        id: 'address',
        title: text.addresses,
        width: 15,
        text: addressesOf,
        cell: (vm) => (
          <span className="named" title={addressWords(vm)}>
            <span className="mono">{bare(mainAddressesOf(vm)[0]?.address ?? '')}</span>
            {mainAddressesOf(vm).length > 1 ? (
              <small className="soft">{text.andMore(mainAddressesOf(vm).length - 1)}</small>
            ) : null}
          </span>
        ),
      },
      {
        id: 'use',
        title: text.cpuUse,
        width: 12,
        cell: (vm) => (isRunning(vm.state) ? <CpuLine vmId={vm.id} cpus={vm.cpus} /> : null),
      },
      {
        id: 'memory',
        title: text.memory,
        width: 11,
        numeric: true,
        text: (vm) => vm.memoryMiB,
        cell: (vm) => text.mib(vm.memoryMiB),
      },
      {
        id: 'cpus',
        title: text.cpus,
        width: 8,
        numeric: true,
        spare: true,
        text: (vm) => vm.cpus,
        cell: (vm) => vm.cpus,
      },
      { id: 'cluster', title: text.cluster, spare: true, text: clusterOf, cell: clusterOf },
      {
        id: 'mac',
        title: text.mac,
        width: 20,
        spare: true,
        text: macsOf,
        cell: (vm) => (
          <span className="mono" title={macsOf(vm)}>
            {macsOf(vm)}
          </span>
        ),
      },
      {
        id: 'since',
        title: text.runningSince,
        spare: true,
        text: (vm) => vm.startedAt ?? '',
        cell: (vm) => <Ago at={vm.startedAt} none={text.notRunning} />,
      },
      {
        id: 'comment',
        title: text.comment,
        width: 20,
        spare: true,
        text: (vm) => vm.comment,
        cell: (vm) => <span title={vm.comment}>{vm.comment}</span>,
      },
      { id: 'actions', title: '', width: 10, cell: (vm) => <IconActions kind="vm" object={vm} /> },
    ];
  }, [hosts, clusters, networks, looks]);
}
