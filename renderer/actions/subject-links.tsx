import { Link } from '@tanstack/react-router';
import type { Event } from '../../contract';
import { useHosts, useNetworks, useVms } from './use-names';

/** Links to the objects of an event or a job; removed objects have no link. */
export function SubjectLinks({ subjects }: { subjects: Event['subjects'] }) {
  const vm = useVms().get(subjects.vmId ?? '');
  const network = useNetworks().get(subjects.networkId ?? '');
  const host = useHosts().get(subjects.hostId ?? '');
  return (
    <span className="named">
      {vm === undefined ? null : (
        <Link to="/vms/$id" params={{ id: vm.id }} title={vm.name}>
          {vm.name}
        </Link>
      )}
      {network === undefined ? null : (
        <Link to="/networks/$id" params={{ id: network.id }} title={network.name}>
          {network.name}
        </Link>
      )}
      {host === undefined ? null : (
        <Link to="/hosts/$id" params={{ id: host.id }} title={host.name}>
          {host.name}
        </Link>
      )}
    </span>
  );
}
