import { AppError, type Guest, note, run } from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';

const ANSWER_MS = 15_000;

/** `vms.guest`: what the guest says of itself now, beside the addresses that Atoll assigned. */
export async function guestOf(core: Core, ref: string, signal: AbortSignal | undefined): Promise<Guest> {
  const vm = core.refs.vm(ref);
  if (vm.state !== 'up' || vm.hostId === null)
    throw new AppError(
      'STATE_ILLEGAL',
      `Can't ask the guest of the VM "${vm.name}": it is ${vm.state.replaceAll('_', ' ')}`,
      {
        rule: 'VM_STATE',
        field: 'vm',
        remedy: vm.state === 'down' ? run('vms.start', { vm: vm.name }) : note('Possible when it is up.'),
      },
    );
  const limit = AbortSignal.timeout(ANSWER_MS);
  const { driver } = core.actors.get(vm.hostId);
  const info = await driver.vms.guest(vm.id, signal ? AbortSignal.any([signal, limit]) : limit);
  const assigned = core.store.vnics
    .ofVm(vm.id)
    .flatMap(({ mac, assignedAddress: address }) => (address === null ? [] : [{ mac, address }]));
  const reported = info?.addresses ?? [];
  const isReported = (one: { mac: string; address: string }): boolean =>
    reported.some(({ mac, address }) => mac === one.mac && address === one.address);
  return {
    agent: info !== null,
    hostname: info?.hostname ?? null,
    os: info?.os ?? null,
    addresses: [
      ...reported.map((each) => ({ ...each, source: 'agent' as const })),
      ...assigned.filter((each) => !isReported(each)).map((each) => ({ ...each, source: 'assigned' as const })),
    ],
    at: instant(core.clock.now()),
  };
}
