import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Network } from '../../../contract';
import { useClusters, useLooks, useVms } from '../../actions/use-names';
import { number } from '../../ui/language';
import { Dot } from '../../ui/state';
import { Swatch } from '../../ui/swatch';
import type { Column } from '../../ui/table-model';
import { IsolatedTag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { text } from './text';

/** The columns of the table of networks. */
export function useNetworkColumns(): Column<Network>[] {
  const looks = useLooks();
  const clusters = useClusters();
  const vms = useVms();
  return useMemo(() => {
    const users = new Map<string, number>();
    for (const vm of vms.values())
      for (const id of new Set(vm.vnics.map((vnic) => vnic.networkId)))
        if (id !== null) users.set(id, (users.get(id) ?? 0) + 1);
    const nameOf = (id: string): string => clusters.get(id)?.name ?? '';
    return [
      {
        id: 'name',
        title: text.name,
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
        title: text.kind,
        width: 10,
        text: (network) => (network.isIsolated ? text.isolated : text.regular).toLowerCase(),
        cell: (network) => (network.isIsolated ? <IsolatedTag /> : text.regular),
      },
      {
        id: 'clusters',
        title: text.clusters,
        width: 20,
        text: (network) => network.clusters.map((c) => nameOf(c.clusterId)).join(', '),
        cell: (network) => <ClusterNames network={network} nameOf={nameOf} />,
      },
      {
        id: 'vms',
        title: text.vms,
        width: 8,
        numeric: true,
        text: (network) => users.get(network.id) ?? 0,
        cell: (network) => number(users.get(network.id) ?? 0),
      },
      {
        id: 'bridge',
        title: text.bridge,
        width: 15,
        text: (network) => network.bridge,
        cell: (network) => <span className="mono">{network.bridge}</span>,
      },
      {
        id: 'vlan',
        title: text.vlan,
        width: 8,
        numeric: true,
        spare: true,
        text: (network) => network.vlan ?? 0,
        cell: (network) => network.vlan ?? <span className="soft">{text.none}</span>,
      },
      {
        id: 'mtu',
        title: text.mtu,
        width: 8,
        numeric: true,
        text: (network) => network.mtu,
        cell: (network) => network.mtu,
      },
      {
        id: 'subnet',
        title: text.guestAddresses,
        spare: true,
        text: (network) => network.guestSubnet ?? '',
        cell: (network) => <span className="mono">{network.guestSubnet ?? ''}</span>,
      },
      {
        id: 'made',
        title: text.made,
        spare: true,
        text: (network) => network.createdAt,
        cell: (network) => <Ago at={network.createdAt} />,
      },
      {
        id: 'comment',
        title: text.comment,
        width: 20,
        text: (network) => network.comment,
        cell: (network) => <span title={network.comment}>{network.comment}</span>,
      },
    ];
  }, [looks, clusters, vms]);
}

function ClusterNames({ network, nameOf }: { network: Network; nameOf: (id: string) => string }) {
  if (network.clusters.length === 0) return <span className="soft">{text.notAttached}</span>;
  return (
    <span className="named" title={network.clusters.map((c) => nameOf(c.clusterId)).join(', ')}>
      {network.clusters.map((c) => (
        <span key={c.clusterId} className="named">
          <ClusterDot network={network} at={c} />
          <span>{nameOf(c.clusterId)}</span>
        </span>
      ))}
    </span>
  );
}

/** A regular network that need not be on all hosts begins on none: that is no failure. */
function ClusterDot({ network, at }: { network: Network; at: Network['clusters'][number] }) {
  if (at.status === 'operational') return <Dot tone="ok" label={text.operational} />;
  if (network.isIsolated || at.required) return <Dot tone="bad" label={text.nonOperational} />;
  return <Dot tone="off" label={text.notInUse} />;
}
