import { join } from 'node:path';
import { AppError } from '../../../contract';
import type { OutsideChange } from '../../../engine/ports/changes';
import type { ObservedOutside } from '../../../engine/ports/observed';
import type { OutsideParts } from '../../linux/outside';
import { batchWord } from '../../linux/names';
import type { Shell } from '../../shell';
import type { Lab } from '../life';
import { SlirpApi } from './slirp-api';
import { SlirpProcess, SOCKET } from './slirp-process';

/** The NIC of a lab's uplink. */
const NIC = 'out0';

/** The uplink of a lab: a user-mode NAT that needs no root. All its state is in the lab's folder. */
export class LabOutside implements OutsideParts {
  private readonly process: SlirpProcess;
  private readonly api: SlirpApi;

  constructor(
    lab: Lab,
    private readonly shell: Shell,
  ) {
    this.process = new SlirpProcess(lab);
    this.api = new SlirpApi(lab.name, join(lab.paths.root, SOCKET));
  }

  /** A process that runs but does not answer counts as none: it is started again. */
  async look(_signal: AbortSignal): Promise<ObservedOutside | null> {
    if (!this.process.runs()) return null;
    try {
      const forwards = await this.api.list();
      return { nic: NIC, forwards: forwards.map(({ id: _id, ...forward }) => forward) };
    } catch (error) {
      if (error instanceof AppError && error.code === 'HOST_UNREACHABLE') return null;
      throw error;
    }
  }

  async apply(change: OutsideChange, signal: AbortSignal): Promise<void> {
    switch (change.kind) {
      case 'outside.start':
        await this.process.start(change.nic, signal);
        // Set up, and nothing else: an address would let the lab's own stack take part.
        await this.shell.run(['ip', 'link', 'set', 'dev', batchWord(change.nic), 'up'], { signal });
        return;
      case 'outside.stop':
        return this.process.end(signal);
      case 'forward.add':
        return this.api.add(change.forward);
      case 'forward.remove':
        return this.api.remove(change.forward);
    }
  }
}
