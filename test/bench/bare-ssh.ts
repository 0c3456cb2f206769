import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';

/** A connection of bare ssh2, kept open as ours is: the least that work on a host can cost. */
export class BareSsh {
  private constructor(private readonly client: ssh2.Client) {}

  static open(host: string, keyFile: string): Promise<BareSsh> {
    return new Promise((resolve, reject) => {
      const client = new ssh2.Client();
      client.once('ready', () => {
        client.setNoDelay(true);
        resolve(new BareSsh(client));
      });
      client.on('error', reject);
      client.connect({ host, username: 'root', privateKey: readFileSync(keyFile) });
    });
  }

  /** One script, in a session of its own. */
  run(script: string): Promise<void> {
    return new Promise((resolve, reject) =>
      this.client.exec('exec sh', (error, channel) => {
        if (error) return reject(error);
        let said = '';
        channel.on('close', (exit: number) => (exit === 0 ? resolve() : reject(new Error(`exit ${exit}: ${said}`))));
        channel.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
        channel.resume();
        channel.end(script);
      }),
    );
  }

  close(): void {
    this.client.end();
  }
}

const MARK = 'atoll:0198c5a0-0000-7000-8000-000000000000:0198c5a0-0000-7000-8000-';
const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `f${i}`);
const batch = (tool: string, lines: readonly string[]): string =>
  `${tool} <<'END' || exit 1\n${lines.join('\n')}\nEND\n`;

/** Makes, marks and seals bridges as we do, and looks at nothing. */
export function bareCreation(n: number): string {
  const links = names(n).flatMap((name, i) => [
    `link add ${name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set ${name} alias ${MARK}${i.toString().padStart(12, '0')}`,
  ]);
  const seals = names(n).flatMap((name) =>
    ['ingress', 'egress'].map(
      (hook) =>
        `add chain netdev floor ${hook}_${name} { type filter hook ${hook} device "${name}" priority 0; policy drop; }`,
    ),
  );
  const quiet = `for n in ${names(n).join(' ')}; do echo 1 >/proc/sys/net/ipv6/conf/$n/disable_ipv6; done\n`;
  const up = names(n).map((name) => `link set ${name} addrgenmode none mtu 1500 up`);
  return (
    batch('ip -batch -', links) +
    quiet +
    batch('nft -f -', ['add table netdev floor', ...seals]) +
    batch('ip -batch -', up)
  );
}
