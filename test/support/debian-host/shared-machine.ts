import type { DoctorCheck, Event } from '../../../contract';
import { eventually } from '../eventually';
import { DebianScene, WAIT_MS } from './scene';

/** Stops every service and removes what it left, so that the next one finds the host as it booted. */
const STOP = `
virsh -q net-list --name 2>/dev/null | while read -r each; do [ -z "$each" ] || virsh -q net-destroy "$each"; done
virsh -q net-list --all --name 2>/dev/null | grep -v '^default$' | while read -r each; do [ -z "$each" ] || virsh -q net-undefine "$each"; done
grep -q ENABLED=yes /etc/ufw/ufw.conf && ufw --force disable
systemctl stop docker.socket docker containerd firewalld NetworkManager \\
  libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd virtlogd.socket virtlogd
for each in $(ls /sys/class/net | grep -E '^(docker0|br-)'); do ip link delete "$each"; done
nft list tables | grep -v ' netdev ' | while read -r _ family name; do nft delete table "$family" "$name"; done
modprobe -q -r br_netfilter
# Docker drops what is forwarded only if it was the one that turned on forwarding.
echo 0 >/proc/sys/net/ipv4/ip_forward
rm -f /etc/NetworkManager/conf.d/* /etc/NetworkManager/system-connections/*
ls /etc/systemd/network | grep -v way-in | while read -r each; do rm "/etc/systemd/network/$each"; done
networkctl reload; ip address delete 203.0.113.77/24 dev lo
exit 0
`;

/** What a check with the probe found: the verdict, the points that fail, and what guests do not get from each other. */
export interface Proof {
  readonly verdict: string;
  readonly against: string[];
  readonly missing: string[];
}

export const ISOLATED: Proof = { verdict: 'isolated', against: [], missing: [] };

/** A Debian host that other services share, and the isolated network blue on it. */
export class SharedMachine {
  private constructor(readonly scene: DebianScene) {}

  static async boot(): Promise<SharedMachine> {
    const shared = new SharedMachine(await DebianScene.open({ image: 'shared-machine', megabytes: 1024 }));
    await shared.addNetwork('blue').catch(async (error: unknown) => {
      await shared.dispose();
      throw error;
    });
    return shared;
  }

  dispose(): Promise<void> {
    return this.scene.dispose();
  }

  /** Adds an isolated network. */
  async addNetwork(name: string): Promise<void> {
    const { app } = this.scene;
    await app.done(app.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
  }

  /** Runs a script as root. Resolves with what it prints; rejects if it fails. */
  async says(script: string): Promise<string> {
    return (await this.scene.machine.shell.script(script, [], { timeoutMs: WAIT_MS })).stdout.trim();
  }

  async stopAll(): Promise<void> {
    await this.says(STOP);
  }

  /** What the host check finds at one point. */
  async finds(id: string): Promise<DoctorCheck> {
    const { checks } = await this.scene.app.client.hosts.check({ host: 'debian' });
    const found = checks.find((check) => check.id === id);
    if (!found) throw new Error(`no check ${id}`);
    return found;
  }

  /** Waits until the host check finds this at one point. */
  async untilFound(id: string, found: string): Promise<void> {
    let last = '';
    await eventually(
      () => `${id} to be: ${found}; it is: ${last}`,
      WAIT_MS,
      async () => {
        last = (await this.finds(id)).found;
        return last === found || undefined;
      },
    );
  }

  /** Runs the remedy of a finding exactly as it is printed. */
  async remedy({ id, remedy }: DoctorCheck): Promise<void> {
    if (!remedy?.command) throw new Error(`${id} has no command: ${remedy?.words}`);
    await this.scene.machine.shell.run(remedy.command, { timeoutMs: WAIT_MS });
  }

  /** Checks blue with the probe, whose guests are two namespaces on its bridge. Without bpftool a host does not list all programs. */
  async proof(): Promise<Proof> {
    const [check] = await this.scene.app.client.networks.check({ network: 'blue', probe: true });
    const against = (check?.points ?? []).filter(({ id, ok }) => ok !== true && (ok === false || id !== 'programs'));
    const talk = against.find(({ id }) => id === 'probe_guests_talk')?.evidence ?? '';
    const missing = new Set([...talk.matchAll(/(\w+) from guest \d to guest/g)].map(([, protocol = '']) => protocol));
    return { verdict: check?.verdict ?? 'no check', against: against.map(({ id }) => id), missing: [...missing] };
  }

  /** What must stay as it is on the bridge blue: the link itself, its mark, and that the host has no address. */
  async blue(): Promise<object> {
    const { ifindex, ifalias, master, mtu, address, addr_info } = ((await this.scene.links()).get('blue') ??
      {}) as Record<string, unknown>;
    return { ifindex, ifalias, master, mtu, address, addr_info };
  }

  /** The bridges of others, as the host's page lists them: why each can't be imported. */
  async unmanaged(): Promise<Record<string, string | null>> {
    const { unmanaged } = await this.scene.app.client.hosts.show({ host: 'debian' });
    return Object.fromEntries(unmanaged.map(({ name, refused }) => [name, refused]));
  }

  /** The kinds of drift that were seen after an event. */
  async driftSince(seq: number): Promise<string[]> {
    const events = await this.scene.app.client.events.list({ after: seq, limit: 1_000 });
    return [...new Set(events.flatMap(kindsOf))].sort();
  }

  /** Waits until a kind of drift was seen after an event, and was repaired. */
  async repaired(seq: number, kind: string): Promise<void> {
    const { app } = this.scene;
    const seen = await app.heard(kind, seq, (event) => kindsOf(event).includes(kind), WAIT_MS);
    await app.heard('its repair', seen.seq, ({ type }) => type === 'drift.repaired', WAIT_MS);
  }
}

const kindsOf = ({ message }: Event): string[] =>
  message.type === 'drift.detected' ? message.params.drift.map(({ kind }) => kind) : [];
