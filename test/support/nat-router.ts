import { makeTestHost, type TestHost } from './netns-shell';

/** The address of the one host behind each router: private networks look alike. */
export const INSIDE = '192.168.1.2';
const GATEWAY = '192.168.1.1';

/** What homes and offices have: out goes everything, in comes SSH by its port forward, and nothing that was not asked for. */
const RULES = `
table ip nat {
  chain in { type nat hook prerouting priority dstnat; iifname "eth0" tcp dport 22 dnat to ${INSIDE}; }
  chain out { type nat hook postrouting priority srcnat; oifname "eth0" masquerade; }
}
table inet filter {
  chain input { type filter hook input priority filter; policy drop; }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "inside" accept
    ct status dnat accept
  }
}
`;

/** A router with NAT, in a network namespace of its own: `eth0` leads outside, `inside` to the one host behind it. */
export class NatRouter {
  private constructor(private readonly machine: TestHost) {}

  static async open(): Promise<NatRouter> {
    const machine = await makeTestHost();
    await machine.shell.run(['nft', '-f', '-'], { stdin: RULES });
    await machine.shell.script('echo 1 >/proc/sys/net/ipv4/ip_forward', []);
    return new NatRouter(machine);
  }

  get pid(): number {
    return this.machine.pid;
  }

  /**
   * Gives it its address outside, and the host whose process is `pid` a NIC `eth0` behind it; one that was there is gone with the
   * host's network. Returns the host's default route, as a line of `ip -batch`.
   */
  async connect(address: string, pid: number): Promise<string> {
    const lines = [
      `address replace ${address}/24 dev eth0`,
      'link set eth0 up',
      `link add inside type veth peer name eth0 netns ${pid}`,
      `address add ${GATEWAY}/24 dev inside`,
      'link set inside up',
    ];
    await this.machine.shell.run(['ip', '-batch', '-'], { stdin: lines.map((line) => `${line}\n`).join('') });
    return `route add default via ${GATEWAY}\n`;
  }

  async cable(plugged: boolean): Promise<void> {
    await this.machine.shell.run(['ip', 'link', 'set', 'dev', 'inside', plugged ? 'up' : 'down']);
  }

  remove(): void {
    this.machine.remove();
  }
}
