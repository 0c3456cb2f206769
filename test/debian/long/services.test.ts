import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../../conformance/hosts/kind';
import { missingForDebianHost } from '../../support/debian-host/image';
import { DebianScene, WAIT_MS } from '../../support/debian-host/scene';
import { eventually } from '../../support/eventually';
import { inGuest } from '../../support/services-bed';

const missing = missingForDebianHost();
/** An address beyond the gateway VM, on a network that only it is on. */
const BEYOND = '198.51.100.7';
/** While this file is there, db and the gateway run. */
const OVER = '/run/scene-is-over';

/** A router: on its other side is `BEYOND`, whose way back leads through it. */
const GATEWAY = `
dhcp
unshare -n sleep 900 & beyond=$!
until [ "$(readlink /proc/$beyond/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link add up0 type veth peer name eth0 netns $beyond
ip address add 198.51.100.1/24 dev up0; ip link set up0 up
nsenter -t $beyond -n sh -c 'ip address add ${BEYOND}/24 dev eth0; ip link set eth0 up; ip route add default via 198.51.100.1'
echo 1 >/proc/sys/net/ipv4/ip_forward
until [ -e ${OVER} ]; do sleep 0.5; done
kill $beyond`;

/** Takes the address and the router that it is given, and tries who is reached. */
const WEB = `
dhcp | tee /tmp/lease-of-web
busybox ping -c 1 -w 5 ${BEYOND} >/dev/null 2>&1 && echo "beyond before a route"
ip route add default via "$(sed -n 's/.* router=\\([0-9.]*\\) .*/\\1/p' /tmp/lease-of-web)"`;
const TO_DB = `until busybox ping -c 1 -w 5 db; do sleep 0.5; done; ask db.blue.internal`;
const TO_BEYOND = `until busybox ping -c 1 -w 5 ${BEYOND}; do sleep 0.5; done; : >${OVER}`;

describe.skipIf(missing !== null)(blockName('addresses and names inside on a Debian host', missing), () => {
  let scene: DebianScene;
  const macs = new Map<string, string>();
  beforeAll(async () => {
    scene = await DebianScene.open({});
  });
  afterAll(() => scene?.dispose());

  const said = async (script: string): Promise<string> => (await scene.machine.shell.script(script, [])).stdout;
  const guest = (vm: string, script: string): Promise<string> =>
    inGuest(scene.machine.shell, 'blue', macs.get(vm) ?? '', script, WAIT_MS);
  const server = async () => (await scene.app.client.networks.leases({ network: 'blue' })).servers[0];
  /** The process of the server, as the host has it recorded. */
  const process = (): Promise<string> => said('cat /run/atoll-root/services/*/*.pid');

  it('are served once VMs are placed there, and certified', async () => {
    const { client } = scene.app;
    await scene.app.done(client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    await scene.app.done(client.networks.updateServices({ network: 'blue' }));
    expect((await server())?.state).toBe('idle');
    // Its image has no libvirt: the guests are namespaces with the MAC addresses of VMs that never start.
    for (const name of ['gw', 'db', 'web'])
      await scene.app.done(
        client.vms.add({ name, host: 'debian', boot: { kind: 'tiny' }, vnics: [{ network: 'blue' }] }),
      );
    await scene.app.done(client.networks.updateServices({ network: 'blue', gateway: 'gw' }));
    for (const vm of ['gw', 'db', 'web']) macs.set(vm, (await client.vms.show({ vm })).vnics[0]?.mac ?? '');
    await eventually('the server', WAIT_MS, async () => (await server())?.state === 'running' || undefined);
    expect(await scene.verdict('blue')).toBe('isolated');
  });

  it('answer after a reboot before the engine is back, and lead out only through the gateway', async () => {
    const reserved = (await scene.app.client.networks.leases({ network: 'blue' })).leases;
    const addressOf = (name: string) => reserved.find(({ vm }) => vm?.name === name)?.address ?? '?';
    await eventually(
      'the boot file to have the gateway',
      WAIT_MS,
      async () => (await said('cat /etc/atoll/*.sh')).includes(`option:router,${addressOf('gw')}\n`) || undefined,
    );
    await scene.app.app.close();
    const bootId = () => said('cat /proc/sys/kernel/random/boot_id');
    const before = await bootId();
    await said('systemctl reboot').catch(() => undefined);
    await eventually('the host to boot', WAIT_MS, async () => {
      await scene.machine.reopen();
      return (await bootId()) !== before || undefined;
    });
    await said(': >>/etc/resolv.conf');
    const ofDb = guest('db', `dhcp; until [ -e ${OVER} ]; do sleep 0.5; done`);
    const alone = await guest('web', `${WEB}; ${TO_DB}; busybox ping -c 1 -w 5 ${BEYOND} || echo "nothing beyond"`);
    expect(alone).toContain(`lease ${addressOf('web')}/24 router=${addressOf('gw')} `);
    expect(alone).toContain(' 1 packets received');
    expect(alone).toContain(`Address: ${addressOf('db')}`);
    expect(alone).toContain('nothing beyond');
    const ofGateway = guest('gw', GATEWAY);
    const through = await guest('web', `${WEB}; ${TO_BEYOND}`);
    expect(through).not.toContain('beyond before a route');
    expect(through).toMatch(/PING 198\.51\.100\.7[^]* 1 packets received/);
    expect(await ofGateway).toContain(`lease ${addressOf('gw')}/24 router= `);
    expect(await ofDb).toContain(`lease ${addressOf('db')}/24`);
  });

  it('are kept by the engine when it is back, and certified again', async () => {
    const before = await process();
    await scene.app.restart();
    await scene.up();
    await eventually('the server', WAIT_MS, async () => (await server())?.state === 'running' || undefined);
    expect(await process()).toBe(before);
    const { leases } = await scene.app.client.networks.leases({ network: 'blue' });
    expect(leases.filter(({ leased }) => leased !== null).map(({ vm }) => vm?.name)).toEqual(['gw', 'db', 'web']);
    expect(await scene.verdict('blue')).toBe('isolated');
  });
});
