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

/** The NIC that a lab's way out has. */
const NIC = 'out0';

/** The way out of a lab: a user-mode NAT that no root is needed for. All that is known of it is in the lab's folder. */
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

  /** One that runs and does not answer counts as none: it is then made anew. */
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
        // Up, and no more: an address would be the lab's own stack taking part.
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
