import { AppError, isRunning, run } from '../../contract';
import type { Core } from '../context';

export function statisticsHandlers(core: Core) {
  const { os, statistics } = core;
  return {
    show: os.statistics.show.handler(({ input, signal }) => {
      const { hostIds, vmId } = chosen(core, input);
      return statistics.show(hostIds ?? core.store.hosts.list().map(({ id }) => id), vmId, signal);
    }),
    follow: os.statistics.follow.handler(({ input, signal }) => {
      const { hostIds, vmId } = chosen(core, input);
      return statistics.follow(hostIds, vmId, signal);
    }),
  };
}

interface Chosen {
  /** Undefined: all hosts. */
  readonly hostIds: readonly string[] | undefined;
  readonly vmId: string | undefined;
}

function chosen({ refs }: Core, input: { vm?: string | undefined; host?: string | undefined }): Chosen {
  if (input.vm !== undefined && input.host !== undefined)
    throw new AppError('BAD_INPUT', 'Give a VM or a host, not both', { field: 'host' });
  if (input.host !== undefined) return { hostIds: [refs.host(input.host).id], vmId: undefined };
  if (input.vm === undefined) return { hostIds: undefined, vmId: undefined };
  const vm = refs.vm(input.vm);
  if (vm.hostId !== null && isRunning(vm.state)) return { hostIds: [vm.hostId], vmId: vm.id };
  throw new AppError('STATE_ILLEGAL', `The VM "${vm.name}" has no statistics: it is ${vm.state.replaceAll('_', ' ')}`, {
    rule: 'VM_STATE',
    field: 'vm',
    remedy: run('vms.start', { vm: vm.name }),
  });
}
