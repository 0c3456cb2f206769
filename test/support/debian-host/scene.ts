import type { NetworkAttachment } from '../../../contract';
import { eventually } from '../eventually';
import { LabApp } from '../lab-app';
import { DebianHost } from './debian-host';

export const WAIT_MS = 300_000;

/** A link of the host, as `ip -j -d address` shows it. */
export interface Link {
  readonly ifname: string;
  readonly ifalias?: string;
  readonly master?: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly addr_info: ReadonlyArray<{ readonly local: string; readonly prefixlen: number }>;
}

/** An engine and one Debian host, which it knows as `debian`. */
export class DebianScene {
  private constructor(
    readonly machine: DebianHost,
    readonly app: LabApp,
  ) {}

  /** Boots the host, lets `prepare` change it, and adds it. */
  static async open(
    options: Parameters<typeof DebianHost.boot>[0],
    prepare: (machine: DebianHost) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<DebianScene> {
    const machine = await DebianHost.boot(options);
    try {
      await prepare(machine);
      const scene = new DebianScene(machine, await LabApp.open());
      await scene.app.done(scene.app.client.hosts.add({ name: 'debian', how: machine.how() }));
      await scene.up();
      return scene;
    } catch (error) {
      await machine.remove();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    await this.app.dispose();
    await this.machine.remove();
  }

  /** Waits until the engine has reached the host. */
  async up(): Promise<void> {
    await eventually('the host to be up', WAIT_MS, async () =>
      (await this.app.client.hosts.show({ host: 'debian' })).host.state === 'up' ? true : undefined,
    );
  }

  async links(): Promise<Map<string, Link>> {
    const { stdout } = await this.machine.shell.run(['ip', '-j', '-d', 'address']);
    return new Map((JSON.parse(stdout) as Link[]).map((link) => [link.ifname, link]));
  }

  /** The addresses of a link, with prefix length. */
  async addresses(name: string): Promise<string[]> {
    return ((await this.links()).get(name)?.addr_info ?? []).map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  }

  /** The states of the host's networks, by name. */
  async attached(): Promise<Record<string, NetworkAttachment['state']>> {
    const { attachments } = await this.app.client.hosts.show({ host: 'debian' });
    const networks = await this.app.client.networks.list({});
    const nameOf = (id: string): string => networks.find((network) => network.id === id)?.name ?? id;
    return Object.fromEntries(attachments.map(({ networkId, state }) => [nameOf(networkId), state]));
  }

  /** Checks an isolated network with the probe: its verdict, and what is against it. Without bpftool a host does not list all programs. */
  async verdict(network: string): Promise<string> {
    const [check] = await this.app.client.networks.check({ network, probe: true });
    const open = (check?.points ?? []).filter(({ id, ok }) => ok !== true && (ok === false || id !== 'programs'));
    return [check?.verdict ?? 'no check', ...open.map(({ id, evidence }) => `${id}: ${evidence}`)].join('\n');
  }
}
