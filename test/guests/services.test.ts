import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeGroup } from '../../engine/ports/changes';
import type { VmSpec } from '../../engine/ports/host-driver';
import type { ServicesSpec } from '../../engine/ports/services';
import { applied, go, made, newVnic, tinyVm, watched } from '../conformance/hosts/fixtures';
import { type Bed, blockName } from '../conformance/hosts/kind';
import { labKind } from '../conformance/hosts/lab-kind';
import { eventually } from '../support/eventually';
import type { GuestShell } from '../support/guest-shell';
import { netHere } from '../support/net-here';
import { servicesFor } from '../support/services-bed';
import { startedGuest } from '../support/started-guest';

const kind = await labKind();
const missing = kind.missingForVms ?? (process.getuid?.() === 0 ? netHere('dnsmasq') : null);

/** Real guests in a lab: without an address of their own they ask for one. */
describe.skipIf(missing !== null)(blockName('guests on a network with addresses and names inside', missing), () => {
  let bed: Bed;
  let spec: ServicesSpec;
  let watch: Awaited<ReturnType<typeof watched>>;
  const vms: VmSpec[] = [];
  const shells: GuestShell[] = [];
  const start = (): ChangeGroup => ({
    networkId: spec.networkId,
    bridge: spec.port,
    changes: [{ kind: 'services.start', spec }],
  });
  beforeAll(async () => {
    bed = await kind.open();
    await bed.host.connect(go);
    const [net] = await made(bed);
    const vnics = [newVnic(net!.bridge), newVnic(net!.bridge)];
    const plain = servicesFor(bed.storeId, net!);
    spec = { ...plain, vnics: plain.vnics.map((vnic, i) => ({ ...vnic, mac: vnics[i]!.mac })) };
    await applied(bed.host, start());
    watch = await watched(bed.host);
    await bed.host.observe(go);
    for (const [i, name] of ['web', 'db'].entries()) {
      const vm: VmSpec = { ...tinyVm(name, [vnics[i]!]), boot: { kind: 'tiny', addresses: [] } };
      vms.push(vm);
      shells.push(await startedGuest(bed.host, vm, go));
    }
    for (const shell of shells) await shell.booted();
  }, 240_000);
  afterAll(async () => {
    watch?.stop();
    for (const shell of shells) shell.close();
    await bed.dispose();
    await kind.close();
  });
  const leased = async (): Promise<string[]> =>
    ((await bed.host.observe(go)).services?.[0]?.leases ?? []).map(({ mac, address }) => `${mac ?? ''} ${address}`);

  it('get their reserved addresses, and find each other by name', async () => {
    const [web] = shells;
    await eventually('a notice', 60_000, () => watch.notices.find(({ detail }) => detail === 'a guest got a lease'));
    const wanted = spec.vnics.map(({ mac, ipv4 }) => `${mac} ${ipv4 ?? ''}`);
    await eventually('both leases', 60_000, async () => (await leased()).length === 2 || undefined);
    expect((await leased()).sort()).toEqual(wanted.sort());
    await eventually(
      'the address',
      20_000,
      async () =>
        (await web!.run('ip -4 -o addr show eth0')).output.includes(`${spec.vnics[0]!.ipv4 ?? '?'}/24`) || undefined,
    );
    expect((await web!.run('ping -c 1 -W 5 db')).exit).toBe(0);
    expect((await web!.run('ping -c 1 -W 5 db.blue.internal')).exit).toBe(0);
    expect((await web!.run(`nslookup ${spec.vnics[1]!.ipv4 ?? ''}`)).output).toContain('db.blue.internal');
    expect((await web!.run('nslookup example.org')).output).toContain('REFUSED');
    expect((await web!.run('ip route')).output).not.toContain('default');
  }, 120_000);

  it('keep their addresses when the server is killed and started again', async () => {
    const [web] = shells;
    await bed.outside.killServer(spec.port);
    await applied(bed.host, start());
    const renewed = 'killall -USR1 udhcpc; sleep 1; ping -c 1 -W 5 db';
    expect((await web!.run(renewed)).exit).toBe(0);
    await eventually('the lease', 20_000, async () => (await leased()).length > 0 || undefined);
    expect(await leased()).toContain(`${spec.vnics[0]!.mac} ${spec.vnics[0]!.ipv4 ?? ''}`);
  }, 60_000);
});
