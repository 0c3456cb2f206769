import type { AtollClient } from '../../../app/client';
import { ABSENT, type Ledger, type Desired } from './ledger';
import type { Random } from './random';

/** Networks that are always there, for VMs to stand on. */
export const BASE_NETWORKS = ['base0', 'base1', 'base2'] as const;
export const LAB = 'lab';
export const SIMULATED = ['sim0', 'sim1'] as const;

/**
 * Somebody who gives random commands, one after the other. Each has things of its own, so that what became of them can be
 * known from its commands alone. `act` gives one command; false once the engine is gone.
 */
export interface Actor {
  act(client: AtollClient): Promise<boolean>;
}

const MOST_NETWORKS = 30;

/** Adds, attaches, detaches, changes and removes networks, many at once. */
export class NetworkActor implements Actor {
  private readonly mine = new Set<string>();
  private made = 0;

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly ledger: Ledger,
  ) {}

  act(client: AtollClient): Promise<boolean> {
    const { random } = this;
    if (this.mine.size === 0 || (this.mine.size < MOST_NETWORKS && random.chance(0.35))) return this.addMany(client);
    const network = random.pick([...this.mine]);
    switch (random.int(0, 3)) {
      case 0:
        return this.ledger.send(client, `attach ${network}`, [[`network ${network} attached`, 'yes']], (c) =>
          c.networks.attach({ network, cluster: 'Default' }),
        );
      case 1:
        return this.ledger.send(client, `detach ${network}`, [[`network ${network} attached`, 'no']], (c) =>
          c.networks.detach({ network, cluster: 'Default' }),
        );
      case 2: {
        const mtu = random.int(1280, 9000);
        return this.ledger.send(client, `mtu of ${network}`, [[`network ${network} mtu`, String(mtu)]], (c) =>
          c.networks.update({ network, mtu }),
        );
      }
      default:
        return this.remove(client, network);
    }
  }

  private addMany(client: AtollClient): Promise<boolean> {
    const { random } = this;
    const drafts = Array.from({ length: random.int(1, 12) }, () => {
      this.made += 1;
      const mtu = random.int(1280, 9000);
      return {
        name: `${this.name}-${this.made}`,
        isIsolated: true,
        mtu,
        clusters: random.chance(0.8) ? ['Default'] : [],
      };
    });
    for (const { name } of drafts) this.mine.add(name);
    const desired: Desired = drafts.flatMap(({ name, mtu, clusters }) => [
      [`network ${name}`, 'present'] as const,
      [`network ${name} mtu`, String(mtu)] as const,
      [`network ${name} attached`, clusters.length > 0 ? 'yes' : 'no'] as const,
    ]);
    return this.ledger.send(client, `add ${drafts.length} networks`, desired, (c) =>
      c.networks.addMany({ networks: drafts }),
    );
  }

  /** A name is never used again, so that what became of it is never in doubt. */
  private remove(client: AtollClient, network: string): Promise<boolean> {
    const desired: Desired = ['', ' mtu', ' attached'].map((part) => [`network ${network}${part}`, ABSENT] as const);
    this.mine.delete(network);
    return this.ledger.send(client, `remove ${network}`, desired, (c) => c.networks.remove({ network }));
  }
}

/** Makes a VM on the lab, starts and ends it, and plugs its vNICs about. */
export class VmActor implements Actor {
  constructor(
    private readonly vm: string,
    private readonly random: Random,
    private readonly ledger: Ledger,
  ) {}

  async act(client: AtollClient): Promise<boolean> {
    const { random, vm } = this;
    const send = (what: string, desired: Desired, command: Parameters<Ledger['send']>[3]): Promise<boolean> =>
      this.ledger.sendAndWait(client, `${what} ${vm}`, desired, command);
    const nic = random.pick(['nic1', 'nic2']);
    const network = random.pick(BASE_NETWORKS);
    const about = `vnic ${vm} ${nic}`;
    switch (random.int(0, 9)) {
      case 0:
      case 1:
        return this.add(client);
      case 2:
        return send('start', [], (c) => c.vms.start({ vm }));
      case 3:
        return send('stop', [], (c) => c.vms.stop({ vm }));
      case 4:
        return send('remove', this.gone(), (c) => c.vms.remove({ vm }));
      case 5:
      case 6:
        return send(`move ${nic} of`, [[`${about} network`, network]], (c) => c.vnics.move({ vm, vnic: nic, network }));
      case 7:
        return send(`plug ${nic} of`, [[`${about} plugged`, 'yes']], (c) => c.vnics.plug({ vm, vnic: nic }));
      case 8:
        return send(`unplug ${nic} of`, [[`${about} plugged`, 'no']], (c) => c.vnics.unplug({ vm, vnic: nic }));
      default: {
        const up = random.chance(0.5);
        return send(`link ${nic} of`, [[`${about} linked`, up ? 'yes' : 'no']], (c) =>
          c.vnics.link({ vm, vnic: nic, up }),
        );
      }
    }
  }

  private add(client: AtollClient): Promise<boolean> {
    const { random, vm } = this;
    const networks = [random.pick(BASE_NETWORKS), random.pick(BASE_NETWORKS)];
    const desired: Desired = [
      [`vm ${vm}`, 'present'],
      ...networks.flatMap((network, i) => [
        [`vnic ${vm} nic${i + 1} network`, network] as const,
        [`vnic ${vm} nic${i + 1} plugged`, 'yes'] as const,
        [`vnic ${vm} nic${i + 1} linked`, 'yes'] as const,
      ]),
    ];
    const vnics = networks.map((network) => ({ network }));
    return this.ledger.sendAndWait(client, `add ${vm}`, desired, (c) =>
      c.vms.add({ name: vm, host: LAB, memoryMiB: 96, vnics, start: random.chance(0.6) }),
    );
  }

  private gone(): Desired {
    const vnics = ['nic1', 'nic2'].flatMap((nic) =>
      ['network', 'plugged', 'linked'].map((what) => [`vnic ${this.vm} ${nic} ${what}`, ABSENT] as const),
    );
    return [[`vm ${this.vm}`, ABSENT], ...vnics];
  }
}

/** Puts a simulated host into maintenance and back, and has hosts made as wanted. */
export class HostActor implements Actor {
  constructor(
    private readonly random: Random,
    private readonly ledger: Ledger,
  ) {}

  act(client: AtollClient): Promise<boolean> {
    const host = this.random.pick(SIMULATED);
    const about = `host ${host} maintenance`;
    switch (this.random.int(0, 2)) {
      case 0:
        return this.ledger.sendAndWait(client, `maintenance of ${host}`, [[about, 'yes']], (c) =>
          c.hosts.maintenance({ host }),
        );
      case 1:
        return this.ledger.sendAndWait(client, `activate ${host}`, [[about, 'no']], (c) => c.hosts.activate({ host }));
      default:
        return this.ledger.sendAndWait(client, 'sync', [], (c) =>
          c.hosts.sync({ host: this.random.pick([LAB, ...SIMULATED]) }),
        );
    }
  }
}
