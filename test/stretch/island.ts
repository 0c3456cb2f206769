import { expect } from 'vitest';
import type { NetworkStretch, TunnelPair } from '../../contract';
import type { AppClient } from '../support/app-client';
import type { GuestShell } from '../support/guest-shell';

/** For what may take minutes on a busy machine. */
export const WAIT = { timeout: 120_000, interval: 500 };
/** A byte that guests fill their pings with, 32 of them in a row: what no encrypted packet has. */
export const FILL = '5a';
export const PATTERN = FILL.repeat(32);

/** A stretched network with one guest on each of its hosts: `vm-HOST`. */
export class Island {
  private readonly guests = new Map<string, GuestShell>();

  constructor(
    private readonly app: AppClient,
    private readonly network: string,
    private readonly hosts: readonly string[],
  ) {}

  /** Adds the guests, starts them, and waits until they have booted. */
  async startGuests(): Promise<void> {
    for (const host of this.hosts)
      await this.app.done(
        this.app.client.vms.add({
          ...{ name: `vm-${host}`, host, boot: { kind: 'tiny' }, start: true },
          vnics: [{ network: this.network }],
        }),
      );
    await this.openConsoles();
  }

  async openConsoles(): Promise<void> {
    for (const host of this.hosts) {
      const guest = await this.app.console(`vm-${host}`);
      await guest.booted();
      this.guests.set(host, guest);
    }
  }

  closeConsoles(): void {
    for (const guest of this.guests.values()) guest.close();
    this.guests.clear();
  }

  guest(host: string): GuestShell {
    const guest = this.guests.get(host);
    if (!guest) throw new Error(`${host} has no guest`);
    return guest;
  }

  async stretch(): Promise<NetworkStretch> {
    return (await this.status()).stretch;
  }

  async pairs(): Promise<TunnelPair[]> {
    return (await this.status()).pairs;
  }

  /** Each pair with the names of its hosts. */
  async pairsByName(): Promise<Array<[string, string, TunnelPair]>> {
    const hosts = new Map((await this.app.client.hosts.list({})).map(({ id, name }) => [id, name]));
    return (await this.pairs()).map((pair) => {
      const [one = '', other = ''] = pair.hosts.map((id) => hosts.get(id)).sort();
      return [one, other, pair];
    });
  }

  async pair(one: string, other: string): Promise<TunnelPair> {
    const found = (await this.pairsByName()).find(([a, b]) => [a, b].includes(one) && [a, b].includes(other));
    if (!found) throw new Error(`${one} and ${other} are no pair`);
    return found[2];
  }

  async nicOf(host: string): Promise<{ mac: string; address: string }> {
    const [vnic] = (await this.app.client.vms.show({ vm: `vm-${host}` })).vnics;
    return { mac: vnic?.mac ?? '', address: vnic?.assignedAddress?.split('/')[0] ?? '' };
  }

  /** Whether the guest of one host gets an answer from that of another. */
  async pings(from: string, to: string): Promise<boolean> {
    const { address } = await this.nicOf(to);
    const { exit } = await this.guest(from).run(`ping -c 3 -W 2 -s 400 -p ${FILL} ${address}`);
    return exit === 0;
  }

  /** Every guest reaches every other. */
  async pingsAround(): Promise<void> {
    for (const from of this.hosts)
      for (const to of this.hosts)
        if (from !== to) expect([from, to, await this.pings(from, to)]).toEqual([from, to, true]);
  }

  /** How many echo requests a guest has got so far. */
  async echoes(host: string): Promise<number> {
    const { output } = await this.guest(host).run('grep ^Icmp: /proc/net/snmp');
    const [names, values] = [...output.matchAll(/^Icmp: (.*)$/gm)].map(([, words = '']) => words.trim().split(' '));
    return Number(values?.[names?.indexOf('InEchos') ?? 0]);
  }

  private async status() {
    const found = await this.app.client.networks.tunnels({ network: this.network });
    if (!found) throw new Error(`${this.network} is not stretched`);
    return found;
  }
}
