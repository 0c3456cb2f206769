import type { HostDriver, VmSpec } from '../../engine/ports/host-driver';
import { GuestShell } from './guest-shell';

/** Defines and starts a VM on a host, and opens its serial line; what the line has said before is heard too. */
export async function startedGuest({ vms }: Pick<HostDriver, 'vms'>, vm: VmSpec, go: AbortSignal): Promise<GuestShell> {
  await vms.define(vm, go);
  await vms.act(vm.id, 'start', go);
  const line = await vms.openConsole(vm.id, go);
  return new GuestShell(
    vm.name,
    {
      write: (text) => line.write(Buffer.from(text)),
      onText: (listener) => line.onData((bytes) => listener(Buffer.from(bytes).toString('utf8'))),
      close: () => line.close(),
    },
    Buffer.from(line.replay).toString('utf8'),
  );
}
