import { AppError, type HostFit } from '../../contract';
import type { Core } from '../context';
import { type Seeker, seekerOf } from './choose-host';
import { hostFits } from './placement-lines';

interface Input {
  readonly vm?: string | undefined;
  readonly move: boolean;
  readonly cluster?: string | undefined;
  readonly networks?: readonly string[] | undefined;
  readonly memoryMiB?: number | undefined;
  readonly cpus?: number | undefined;
}

/** The minimum memory of a VM in a preview. */
const LEAST_MIB = 192;

/** `vms.placement`: of an existing VM, or of a VM to be created. */
export function placement({ store, refs }: Core, input: Input): HostFit[] {
  if (input.vm !== undefined) {
    const vm = refs.vm(input.vm);
    return hostFits(store, seekerOf(store, vm), vm.hostId, input.move ? 'move' : 'start');
  }
  if (input.cluster === undefined)
    throw new AppError('BAD_INPUT', 'Give a VM, or the cluster of a new one', { field: 'vm' });
  const cluster = refs.cluster(input.cluster);
  const networks = (input.networks ?? []).map((ref) => refs.networkIn(cluster.dataCenterId, ref, 'networks'));
  const seeker: Seeker = {
    ...{ id: null, name: 'new VM', clusterId: cluster.id, networks },
    memoryMiB: input.memoryMiB ?? LEAST_MIB,
    cpus: input.cpus ?? null,
  };
  return hostFits(store, seeker, null, 'start');
}
