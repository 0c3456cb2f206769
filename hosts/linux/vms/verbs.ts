import type { DriverVerb } from '../../../engine/ports/host-driver';
import type { Shell } from '../../shell';
import { askToPowerOff, askToRestart } from './guest-agent';
import type { SavedMemory } from './saved-memory';
import { virsh } from './virsh';

/** Starts, stops and suspends the VMs of a Linux host. */
export class LinuxVerbs {
  constructor(
    private readonly shell: Shell,
    private readonly memory: SavedMemory,
  ) {}

  async act(vmId: string, verb: DriverVerb, signal: AbortSignal): Promise<void> {
    switch (verb) {
      case 'start':
        return this.memory.start(vmId, signal);
      case 'shutdown':
        return askToPowerOff(this.shell, vmId, signal);
      case 'reboot':
        return askToRestart(this.shell, vmId, signal);
      case 'reset':
        return this.run(['reset', vmId], signal);
      case 'suspend':
        return this.memory.save(vmId, signal);
      case 'resume':
        return this.resume(vmId, signal);
      case 'stop':
        return this.stop(vmId, signal);
    }
  }

  private async resume(vmId: string, signal: AbortSignal): Promise<void> {
    const { stdout } = await virsh(this.shell, ['domstate', vmId], { signal });
    return stdout.trim() === 'paused' ? this.run(['resume', vmId], signal) : this.memory.start(vmId, signal);
  }

  /** Stops a running VM immediately, and discards a suspended one's memory. Does nothing for a VM that is down. */
  async stop(vmId: string, signal: AbortSignal): Promise<void> {
    await this.memory.stop(vmId, signal);
  }

  private async run(args: readonly string[], signal: AbortSignal): Promise<void> {
    await virsh(this.shell, args, { signal });
  }
}
