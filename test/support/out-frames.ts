import { setTimeout as sleep } from 'node:timers/promises';
import type { LabShell } from '../../hosts/shells/lab';
import { eventually } from './eventually';

/**
 * Counts what leaves a lab at its NIC itself, past all that the engine says: every IPv4 packet, and every frame of any other
 * than the gateway. What is left out is the gateway's own ARP and its router solicitations: no data is in those.
 */
export class OutFrames {
  private constructor(private readonly shell: LabShell) {}

  /** `gateway`: the MAC address of the gateway's vNIC on the network outside. */
  static async count(shell: LabShell, gateway: string): Promise<OutFrames> {
    const stdin = `
      table netdev test_outside {
        chain out0 {
          type filter hook egress device "out0" priority 0
          ether type ip counter
          ether saddr != ${gateway} counter
        }
      }\n`;
    await shell.run(['nft', '-f', '-'], { stdin });
    return new OutFrames(shell);
  }

  /** How many went out since the last answer. */
  async sent(): Promise<number> {
    const { stdout } = await this.shell.run(['nft', '-j', 'reset', 'rules', 'netdev']);
    return [...stdout.matchAll(/"packets": ?(\d+)/g)].reduce((sum, [, packets]) => sum + Number(packets), 0);
  }

  /** Waits until the last frames of connections that have ended are gone. */
  quiet(): Promise<true> {
    return eventually('the way out to be quiet', 30_000, async () => {
      await sleep(2_000);
      return (await this.sent()) === 0 ? true : undefined;
    });
  }
}
