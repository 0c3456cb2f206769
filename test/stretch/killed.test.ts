import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EngineConnection, connectEngine } from '../../app/client';
import { homeAt } from '../../app/home';
import { blockName } from '../conformance/hosts/kind';
import { AppClient } from '../support/app-client';
import { Random } from '../support/chaos/random';
import { netHere } from '../support/net-here';
import { type Program, builtProgram } from '../support/program';
import { SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';

const exec = promisify(execFile);

const { networks } = await sshHere();
const missing = networks ?? netHere('wg', 'perl');
const KILLS = 50;
const NAMES = ['host1', 'host2', 'host3'] as const;
const NETWORKS = ['blue', 'red'] as const;
const SETTLED = { timeout: 90_000, interval: 250 };

/** The engine that the command line starts in the background. */
class KilledApp extends AppClient {
  private connection: EngineConnection | null = null;

  constructor(
    private readonly program: Program,
    private readonly folder: string,
  ) {
    super();
  }

  get client(): EngineConnection['client'] {
    if (!this.connection) throw new Error('no engine runs');
    return this.connection.client;
  }

  async start(): Promise<void> {
    await exec(process.execPath, [this.program.cli, '--home', this.folder, 'host', 'list']);
    this.connection = await connectEngine(homeAt(this.folder));
  }

  async kill(): Promise<void> {
    const { connection } = this;
    if (!connection) return;
    process.kill(connection.info.pid, 'SIGKILL');
    await connection.closed;
    this.connection = null;
  }

  async stop(): Promise<void> {
    const { connection } = this;
    if (!connection) return;
    await connection.client.system.stop();
    await connection.closed;
  }
}

/** What a host has of tunnels: each end with how many hosts it floods to, and how many peers WireGuard knows. */
const TUNNELS = `
for path in /sys/class/net/att*; do
  [ -e "$path" ] || continue
  end=\${path##*/}; echo "$end $(bridge fdb show dev "$end" | grep -c '^00:00:00:00:00:00 ')"
done
for ns in $(ls /run/netns 2>/dev/null | grep '^atoll-'); do
  echo "peers $(ip netns exec "$ns" wg show "atw\${ns#atoll-}" peers | wc -l)"
done
`;

/** Kills while tunnels are made, changed and removed: hosts then have the old state or the new one, and nothing else (rule S11). */
describe.skipIf(missing !== null)(blockName('tunnels of an engine that is killed', missing), () => {
  let app: KilledApp;
  let net: SshHosts;
  let program: Program;
  const folder = mkdtempSync(join(tmpdir(), 'atoll-killed-'));
  const machines: SshTestHost[] = [];

  beforeAll(async () => {
    program = builtProgram();
    net = await SshHosts.open();
    app = new KilledApp(program, folder);
    await app.start();
    for (const name of NETWORKS)
      await app.done(app.client.networks.add({ name, isIsolated: true, clusters: ['Default'] }));
    for (const name of NAMES) {
      const machine = await net.add();
      machines.push(machine);
      await app.done(app.client.hosts.add({ name, how: machine.how() }));
    }
  }, 600_000);
  afterAll(async () => {
    await app?.stop();
    await net?.remove();
    program?.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);

  const tunnelsOf = async (machine: SshTestHost): Promise<string[]> =>
    (await machine.shell.script(TUNNELS, [])).stdout.split('\n').filter(Boolean).sort();

  /** What the hosts are to have, by what the store says now. */
  const wanted = async (): Promise<string[][]> => {
    const stretches = (await app.client.networks.list({})).flatMap(({ stretch }) => stretch ?? []);
    const hosts = await app.client.hosts.list({});
    return NAMES.map((name) => {
      const { id = '' } = hosts.find((host) => host.name === name) ?? {};
      const own = stretches.filter((stretch) => stretch.hosts.includes(id));
      const ends = own.map(({ vni, hosts: all }) => `att${vni.toString(16).padStart(6, '0')} ${all.length - 1}`);
      const others = new Set(own.flatMap((stretch) => stretch.hosts)).size - 1;
      return [...ends, ...(own.length > 0 ? [`peers ${others}`] : [])].sort();
    });
  };
  const settled = (): Promise<void> =>
    vi.waitFor(async () => {
      expect(await Promise.all(machines.map(tunnelsOf))).toEqual(await wanted());
      for (const network of NETWORKS) {
        const pairs = (await app.client.networks.tunnels({ network }))?.pairs ?? [];
        expect(pairs.map(({ state }) => state)).toEqual(pairs.map(() => 'connected'));
      }
    }, SETTLED);

  const commandOf = (random: Random): Promise<unknown> => {
    const { client } = app;
    const network = random.pick(NETWORKS);
    const host = random.pick(NAMES);
    const all = [...NAMES];
    return random.pick([
      () => client.networks.stretch({ network, hosts: all }),
      () => client.networks.stretch({ network, hosts: all.filter((name) => name !== host) }),
      () => client.networks.stretch({ network, hosts: all, way: random.pick(['auto', 'relay'] as const) }),
      () => client.networks.unstretch({ network, host }),
      () => client.networks.unstretch({ network }),
      () => client.hosts.rotateKey({ host }),
    ])();
  };

  it(`are as the store says after each of ${KILLS} kills, and connected`, async () => {
    const random = new Random(15);
    let changes = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const before = JSON.stringify(await wanted());
      commandOf(random).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, random.int(0, 900)));
      await app.kill();
      await app.start();
      await settled();
      if (JSON.stringify(await wanted()) !== before) changes += 1;
    }
    // Otherwise nothing was interrupted.
    expect(changes).toBeGreaterThan(KILLS / 5);
  }, 1_800_000);

  it('leave nothing on the hosts once they are removed', async () => {
    for (const network of NETWORKS) {
      await app.ended(app.client.networks.unstretch({ network }).catch(() => ({ job: null })));
      await app.done(app.client.networks.remove({ network }));
    }
    const LEFT = `ls -A /run/netns 2>/dev/null; ls -A /run/atoll-root/tunnel 2>/dev/null; ip -br link | grep -E '^(att|atw|blue|red)'; ps -eo args | grep -E '^(wireguard-go|perl -e)'; true`;
    await vi.waitFor(async () => {
      for (const { shell } of machines) expect((await shell.script(LEFT, [])).stdout).toBe('');
    }, SETTLED);
  });
});
