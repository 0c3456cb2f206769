import { type HostReason, type PlacementReason, spaced } from '../../contract';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const inState = (state: string): string => (state === 'maintenance' ? 'in maintenance' : spaced(state));

function because(reason: HostReason | null): string {
  if (reason?.type === 'reason.host.error') return ` (${reason.params.error})`;
  return reason?.type === 'reason.host.lacks_networks' ? ` (it does not have ${quoted(reason.params.networks)})` : '';
}

/** A reason as a clause of an error's message. (Errors contain finished sentences; lines and lists show reasons as data.) */
export function clauseOf(reason: PlacementReason): string {
  const { type, params } = reason;
  switch (type) {
    case 'placement.host_state':
      return `it is ${inState(params.state)}${because(params.reason)}`;
    case 'placement.vm_state':
      return `it is ${inState(params.state)}`;
    case 'placement.label':
      return `it does not have the label ${params.label} of the network "${params.network}"`;
    case 'placement.out_of_sync':
      return `its network ${quoted(params.networks)} is out of sync`;
    case 'placement.lacks_networks':
      return `it does not have the network ${quoted(params.networks)}`;
    case 'placement.memory_unknown':
      return 'its memory is not known yet';
    case 'placement.memory_left':
      return `the VM needs ${params.asked} MiB, but only ${params.left} MiB are free`;
    case 'placement.memory_total':
      return `the VM needs ${params.asked} MiB, but it has only ${params.total} MiB in total, ${params.reserved} MiB of them reserved for the host`;
    case 'placement.cpus':
      return `the VM has ${params.asked} CPUs, but it has only ${params.total}`;
    case 'placement.disks_there':
      return 'its disks are there';
    case 'placement.disks_on':
      return `its disks are on "${params.host}"`;
    case 'placement.runs_on':
      return `it runs on ${params.host === null ? 'another host' : `"${params.host}"`}, and a VM must be down to be moved`;
    case 'placement.refused':
      return params.error;
    case 'placement.mates':
    case 'placement.fewer_mates':
    case 'placement.less_memory':
      return 'another host fits better';
  }
}
