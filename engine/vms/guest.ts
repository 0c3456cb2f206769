import { addressesOf, AppError, type Guest, note, run } from '../../contract';
import type { Core } from '../context';

/** `vms.guest`: what the guest says of itself now, with all its addresses that are known. */
export async function guestOf(core: Core, ref: string): Promise<Guest> {
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
  const guest = await core.guests.ask(vm.id, vm.hostId);
  return { ...guest, addresses: addressesOf({ vnics: core.store.vnics.ofVm(vm.id), guest }) };
}
