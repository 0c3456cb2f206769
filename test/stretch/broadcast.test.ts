import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { netHere } from '../support/net-here';
import { sshHere } from '../support/ssh-hosts';
import { type MeshHost, TunnelMesh } from '../support/tunnel-mesh';

const { networks } = await sshHere();
const missing = networks ?? netHere('wg', 'perl');
const FRAMES = 20;
const GUEST = 'guest';

/** Counts the frames of the test that come in, by sender. A frame that the guest sends does not pass here, unless it comes back. */
const COUNT = `table netdev counted {
  set seen { type ether_addr; size 64; flags dynamic; counter; }
  chain in { type filter hook ingress device "eth0" priority 0; policy accept; ether type 0x88b5 update @seen { ether saddr }; }
}`;

/** Sends $ARGV[1] broadcast frames of an experimental type from the address $ARGV[0]: a packet socket gets nothing of its own. */
const SEND = `
use strict; my ($mac, $count) = @ARGV;
socket(my $out, 17, 3, 0) or die "$!";
open my $file, '<', '/sys/class/net/eth0/ifindex' or die "$!"; my $index = <$file> + 0;
my $to = pack('S n i S C C a8', 17, 0x88b5, $index, 0, 0, 6, "\\xff" x 6);
my $frame = "\\xff" x 6 . pack('H12', $mac =~ s/://gr) . pack('n', 0x88b5) . "atoll" x 10;
for (1 .. $count) { defined send $out, $frame, 0, $to or die "$!"; select undef, undef, undef, 0.01 }
`;

/** A loop between hosts, or a pair that is left out, changes how often a broadcast reaches a guest (rule S11). */
describe.skipIf(missing !== null).each([3, 10])(blockName('broadcasts over %i hosts', missing), (count) => {
  let mesh: TunnelMesh;
  const macOf = ({ number }: MeshHost): string => `02:5a:00:00:00:${number.toString(16).padStart(2, '0')}`;
  const run = (host: MeshHost, ...argv: string[]): Promise<string> => mesh.run(host, GUEST, argv);

  beforeAll(async () => {
    mesh = await TunnelMesh.open(count);
    for (const host of mesh.hosts) {
      await mesh.plug(host, GUEST, `10.120.0.${host.number}`);
      await run(host, 'ip', 'link', 'set', 'eth0', 'address', macOf(host));
      await run(host, 'nft', COUNT);
    }
  }, 600_000);
  afterAll(() => mesh?.remove(), 300_000);

  /** How many frames of each sender a guest has got. */
  const heard = async (host: MeshHost): Promise<Record<string, number>> => {
    const { nftables } = JSON.parse(await run(host, 'nft', '-j', 'list', 'set', 'netdev', 'counted', 'seen')) as {
      nftables: Array<{ set?: { elem?: Array<{ elem: { val: string; counter: { packets: number } } }> } }>;
    };
    const elements = nftables.flatMap(({ set }) => set?.elem ?? []);
    return Object.fromEntries(elements.map(({ elem: { val, counter } }) => [val, counter.packets]));
  };

  const reachEachOnce = async (): Promise<void> => {
    for (const host of mesh.hosts) await run(host, 'nft', 'flush', 'set', 'netdev', 'counted', 'seen');
    await Promise.all(mesh.hosts.map((host) => run(host, 'perl', '-e', SEND, macOf(host), String(FRAMES))));
    const wanted = mesh.hosts.map((host) => ({
      host: host.number,
      heard: Object.fromEntries(mesh.hosts.filter((other) => other !== host).map((other) => [macOf(other), FRAMES])),
    }));
    const all = () => Promise.all(mesh.hosts.map(async (host) => ({ host: host.number, heard: await heard(host) })));
    await vi.waitFor(async () => expect(await all()).toEqual(wanted), { timeout: 10_000, interval: 200 });
    // What goes round in a loop comes again.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await all()).toEqual(wanted);
  };

  it('reach each guest once, directly', async () => {
    await mesh.goDirect();
    await reachEachOnce();
  });

  it('reach each guest once, relayed', async () => {
    await mesh.goRelayed();
    await reachEachOnce();
  });

  it.runIf(count === 3)('arrive again and again if two hosts are joined a second time', async () => {
    const [one, other, third] = mesh.hosts;
    const part = await mesh.join(one!, other!);
    await run(third!, 'perl', '-e', SEND, macOf(third!), '1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await part();
    expect((await heard(one!))[macOf(third!)]).toBeGreaterThan(FRAMES + 1);
  });
});
