import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { LabApp } from './lab-app';
import { SshHosts } from './ssh-hosts';

/** A host for a scene of services, and a web server beyond the uplink of its VMs. */
export interface ServicesPlace {
  readonly app: LabApp;
  /** The name of the host. */
  readonly host: string;
  /** Whether the uplink is enabled on the host's page; else the network `outside` is set up. */
  readonly isUplinkOffered: boolean;
  /** A page on the internet side. */
  readonly url: string;
  /** What makes the guest of the gateway VM a router, beside forwarding: its address on the uplink. */
  readonly gatewaySetUp: string;
  /** How many requests the page had. */
  visits(): number;
  dispose(): Promise<void>;
}

/** An address of this computer that is not its loopback: behind the uplink of a lab it is on the internet side. */
export const outerAddress = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** A web server at the address $1, which prints its port and then a line for each request. */
const PAGE = `
const server = require("node:http").createServer((_, answer) => { console.log("visit"); answer.end("the internet side\\n"); });
server.listen(0, process.argv[1], () => console.log(server.address().port));`;

/** A web server of its own process, in the network of the process `pid`. */
class Internet {
  visits = 0;

  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  static async open(address: string, pid: number): Promise<Internet> {
    const argv = ['-t', String(pid), '-n', '--', process.execPath, '-e', PAGE, address];
    const child = spawn('nsenter', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const [port] = (await once(lines, 'line')) as [string];
    const internet = new Internet(`http://${address}:${port}/`, child);
    lines.on('line', () => (internet.visits += 1));
    return internet;
  }

  close(): void {
    this.process.kill('SIGKILL');
  }
}

/** A lab, whose uplink is a NAT of this computer. It answers for no foreign address: the gateway answers ARP for its guests. */
export async function labPlace(): Promise<ServicesPlace> {
  const app = await LabApp.open();
  await app.done(app.client.hosts.add({ name: 'lab', how: { kind: 'lab' } }));
  const internet = await Internet.open(outerAddress ?? '127.0.0.1', process.pid);
  return {
    app,
    ...{ host: 'lab', isUplinkOffered: true, url: internet.url, gatewaySetUp: ':' },
    visits: () => internet.visits,
    async dispose() {
      internet.close();
      await app.dispose();
    },
  };
}

/** Where the other side of an SSH host's second NIC is, and the gateway VM on it. */
const BEYOND = { address: '10.88.0.1', gateway: '10.88.0.200' };

/** A host over SSH in a namespace. Its second NIC leads to the internet side, which sends answers for blue's addresses to the gateway VM. */
export async function sshPlace(): Promise<ServicesPlace> {
  const [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
  const machine = await net.add();
  await net.patch(machine);
  const text = `address add ${BEYOND.address}/24 dev patch0\nroute add 10.1.0.0/24 via ${BEYOND.gateway}\n`;
  await net.underlay.shell.run(['ip', '-batch', '-'], { stdin: text });
  const internet = await Internet.open(BEYOND.address, net.underlay.pid);
  await app.done(app.client.hosts.add({ name: 'node1', how: machine.how() }));
  await app.done(app.client.networks.add({ name: 'outside', clusters: ['Default'] }));
  await app.done(app.client.hosts.setupNetworks({ host: 'node1', attach: [{ network: 'outside', nic: 'patch0' }] }));
  return {
    app,
    ...{ host: 'node1', isUplinkOffered: false, url: internet.url },
    gatewaySetUp: `ip address add ${BEYOND.gateway}/24 dev eth1`,
    visits: () => internet.visits,
    async dispose() {
      internet.close();
      await app.dispose();
      await net.remove();
    },
  };
}
