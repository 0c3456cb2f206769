import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ipv6OfMac, pool6, serverAddress6 } from '../../contract';
import type { VmSpec } from '../../engine/ports/host-driver';
import type { ServicesSpec } from '../../engine/ports/services';
import { applied, go, made, newVnic, tinyVm } from '../conformance/hosts/fixtures';
import { type Bed, blockName } from '../conformance/hosts/kind';
import { labKind } from '../conformance/hosts/lab-kind';
import { eventually } from '../support/eventually';
import { routerAdvert, senderOf } from '../support/frame-sender';
import type { GuestShell } from '../support/guest-shell';
import { netHere } from '../support/net-here';
import { servicesFor } from '../support/services-bed';
import { startedGuest } from '../support/started-guest';

const kind = await labKind();
const missing =
  kind.missingForVms ??
  (process.getuid?.() === 0 ? netHere('dnsmasq') : null) ??
  (process.arch === 'x64' ? null : 'needs guests on x86-64');
const NET6 = 'fd66:1::/64';
const PATIENCE_MS = 60_000;
/** Addresses of another network, so that it shows whose server gave one. */
const OTHER_SERVER = `ip -4 address flush dev eth0
printf 'start 10.99.0.10\\nend 10.99.0.20\\ninterface eth0\\nopt subnet 255.255.255.0\\nopt router 10.99.0.1\\n' >/tmp/udhcpd.conf
: >/tmp/leases; echo 'lease_file /tmp/leases' >>/tmp/udhcpd.conf; ip address add 10.99.0.1/24 dev eth0; udhcpd /tmp/udhcpd.conf`;
/** Asks for an address once, changes nothing, and prints what it would have got. */
const ASK = `printf '#!/bin/sh\\n[ "$1" = bound ] && echo "got $ip from $serverid"\\nexit 0\\n' >/tmp/ask; chmod 755 /tmp/ask; udhcpc -i eth0 -f -n -q -t 4 -T 1 -s /tmp/ask 2>/dev/null || echo no-lease`;

/** Two tiny guests in a lab, of which `rogue` plays DHCP server and router. */
describe.skipIf(missing !== null)(
  blockName('guests on a network with IPv6, and one that plays server', missing),
  () => {
    let bed: Bed;
    let spec: ServicesSpec;
    let web: GuestShell;
    let rogue: GuestShell;
    let settings = 0;

    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
      const [net] = await made(bed);
      const vnics = [newVnic(net!.bridge), newVnic(net!.bridge)];
      const plain = servicesFor(bed.storeId, net!);
      const own = vnics.map(({ mac }) => ipv6OfMac(NET6, mac));
      spec = {
        ...plain,
        ipv6: { address: `${serverAddress6(NET6)}/64`, pool: pool6(NET6) },
        vnics: plain.vnics.map((vnic, i) => ({ ...vnic, mac: vnics[i]!.mac, ipv6: own[i]! })),
        names: plain.names.map((name, i) => ({ ...name, addresses: [...name.addresses, own[i]!] })),
      };
      await serve({});
      const shells: GuestShell[] = [];
      for (const [i, name] of ['web', 'rogue'].entries()) shells.push(await boot(tinyVm(name, [vnics[i]!])));
      [web, rogue] = shells as [GuestShell, GuestShell];
      for (const shell of shells) await shell.booted();
    });
    afterAll(async () => {
      for (const shell of [web, rogue]) shell?.close();
      await bed.dispose();
      await kind.close();
    });

    const boot = (vm: VmSpec): Promise<GuestShell> =>
      startedGuest(bed.host, { ...vm, boot: { kind: 'tiny', addresses: [] } }, go);

    const seen = async () => (await bed.host.observe(go)).services?.[0];

    /** Starts the server with other settings, and waits until all ports are guarded, if they are to be. */
    async function serve(changes: Partial<ServicesSpec>): Promise<void> {
      settings += 1;
      spec = { ...spec, ...changes, settings: `d${settings}` };
      const group = { networkId: spec.networkId, bridge: spec.port };
      await applied(bed.host, { ...group, changes: [{ kind: 'services.start', spec }] });
      expect((await seen())?.guard).toBe(spec.guard ? 'on' : 'off');
    }

    const inWeb = async (command: string): Promise<string> => (await web.run(command)).output;
    const addresses = () => inWeb('ip -o addr show eth0');
    const hasDefault = async (): Promise<boolean> => (await inWeb('ip -6 route')).includes('default');

    /** Sends a router advertisement from rogue, and lets a ping follow it. */
    async function advertise(): Promise<void> {
      await inWeb('ip -6 route del default; true');
      expect((await rogue.run('/tmp/advertise')).exit).toBe(0);
      expect((await web.run(`ping -6 -c 1 -W 5 ${spec.vnics[1]!.ipv6 ?? ''}`)).exit).toBe(0);
    }

    it('get the address of their MAC address, names for it, and no router', async () => {
      const [own, other] = spec.vnics;
      await eventually(
        'the addresses',
        PATIENCE_MS,
        async () => (await addresses()).includes(`${own!.ipv6 ?? '?'}/64`) || undefined,
      );
      await eventually(
        'the lease',
        PATIENCE_MS,
        async () => (await addresses()).includes(`${own!.ipv4 ?? '?'}/24`) || undefined,
      );
      expect(await inWeb('nslookup -type=aaaa db.blue.internal')).toContain(other!.ipv6);
      await eventually(
        'a ping of the other guest',
        PATIENCE_MS,
        async () => (await web.run(`ping -6 -c 1 -W 5 db`)).exit === 0 || undefined,
      );
      expect(await hasDefault()).toBe(false);
    });

    it('believe another server and router, which are reported, as long as the network is not guarded', async () => {
      await serve({ dhcp: false });
      await web.run('killall udhcpc');
      await rogue.run('killall udhcpc');
      for (const line of OTHER_SERVER.split('\n')) expect((await rogue.run(line)).exit).toBe(0);
      // The console shows the typed line too.
      const ifindex = Number(/^\d+\r?$/m.exec((await rogue.run('cat /sys/class/net/eth0/ifindex')).output)?.[0]);
      const program = senderOf(routerAdvert(spec.vnics[1]!.mac), ifindex);
      for (let at = 0; at < program.length; at += 64) {
        const bytes = [...program.subarray(at, at + 64)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`);
        await rogue.run(`printf '%b' '${bytes.join('')}' >>/tmp/advertise`);
      }
      await rogue.run('chmod 755 /tmp/advertise');
      expect(await inWeb(ASK)).toContain('from 10.99.0.1');
      await advertise();
      expect(await hasDefault()).toBe(true);
      const kinds = (await seen())?.rogues.map((one) => `${one.kind} ${one.mac}`).sort();
      expect(kinds).toEqual(['dhcp', 'router'].map((what) => `${what} ${spec.vnics[1]!.mac}`));
    });

    it('hear neither on a guarded network, and each other as before', async () => {
      await serve({ guard: true });
      expect(await inWeb(ASK)).toContain('no-lease');
      await advertise();
      expect(await hasDefault()).toBe(false);
    });

    it('get their addresses from the one server while the other still answers', async () => {
      await serve({ dhcp: true });
      const server = spec.ipv4!.address.replace('/24', '');
      for (const round of [1, 2, 3])
        expect([round, await inWeb(ASK)]).toEqual([
          round,
          expect.stringContaining(`got ${spec.vnics[0]!.ipv4 ?? ''} from ${server}`),
        ]);
      await advertise();
      expect(await hasDefault()).toBe(false);
    });
  },
);
