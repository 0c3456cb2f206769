import type { ObservedTunnel } from '../../../engine/ports/stretch';
import type { TunnelLook } from './observe';

/** How long a result counts if nothing was changed. */
const EVERY_MS = 60_000;

/** What was found in the tunnel's namespace when an observation last looked inside: once a minute, or after a change. */
export class TunnelInside {
  private at: number | null = null;
  private faults: readonly string[] = [];
  /** The number of the namespace in the host's, as last seen. */
  nsid: number | null = null;

  /** Has the next observation look again. */
  forget(): void {
    this.at = null;
  }

  get isDue(): boolean {
    return this.at === null || performance.now() - this.at >= EVERY_MS;
  }

  /** The tunnel with the faults that are known of it. */
  add({ tunnel, inspected, nsid = null }: TunnelLook): ObservedTunnel | null {
    this.nsid = nsid;
    if (!tunnel?.isRunning) {
      this.forget();
      return tunnel;
    }
    if (inspected) {
      this.at = performance.now();
      this.faults = tunnel.faults;
      return tunnel;
    }
    const more = tunnel.faults.filter((fault) => !this.faults.includes(fault));
    return { ...tunnel, faults: [...this.faults, ...more] };
  }
}
