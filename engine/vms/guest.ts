import { addressesOf, AppError, type Guest, note, run } from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';
import { tryToWrite } from '../core/try-to-write';
import { keepGuest, knownGuest, withAddresses } from './guest-rows';

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
  const at = instant(core.clock.now());
  const guest = {
    agent: info !== null,
    hostname: info?.hostname ?? null,
    os: info?.os ?? null,
    addresses: withAddresses(knownGuest(vm), { source: 'agent', addresses: info?.addresses ?? [], at }),
    at,
  };
  tryToWrite(core.log, 'what a guest reports', () =>
    core.store.transaction((tx) => keepGuest(tx, vm.id, guest), 'later'),
  );
  return { ...guest, addresses: addressesOf({ vnics: core.store.vnics.ofVm(vm.id), guest }) };
}
