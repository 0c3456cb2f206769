import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memorySecrets } from '../../app/memory-secrets';
import { plan } from '../../engine/plan/plan';
import { type WantedHost, specFor } from '../../engine/plan/model/wanted';
import type { ChangeGroup } from '../../engine/ports/changes';
import type { ServicesChange, ServicesSpec } from '../../engine/ports/services';
import type { HostDriver, KeepOrder } from '../../engine/ports/host-driver';
import { stepsFromBare } from '../../engine/plan/regular/from-bare';
import { planSetup } from '../../engine/plan/regular/plan-setup';
import { wantedSetup } from '../../engine/plan/model/wanted-setup';
import { keepFile, keepName } from '../../hosts/linux/persistence/restore-file';
import { sealTable } from '../../hosts/linux/seal';
import { serversFolder } from '../../hosts/linux/services/scripts';
import { createHosts } from '../../hosts/registry';
import { SILENT, labHere } from '../support/lab-here';
import { servicesFor } from '../support/services-bed';
import { LocalMachine } from '../support/local-machine';

const missing = process.getuid?.() === 0 ? (await labHere()).networks : 'needs root';
const go = new AbortController().signal;

/** A NIC with a cable; a machine has it again when it starts. */
const NIC = `ip link add eth1 address 02:11:22:33:44:55 type veth peer name cable1 && ip link set cable1 up && ip link set eth1 up`;

describe.skipIf(missing !== null)(`a host that starts again${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const storeId = randomUUID();
  const hostId = randomUUID();
  const home = mkdtempSync(join(tmpdir(), 'atoll-restart-'));
  let machine: LocalMachine;
  let driver: HostDriver;
  let wanted: WantedHost;
  let order: KeepOrder;
  let server: ServicesSpec;
  beforeEach(async () => {
    machine = await LocalMachine.open();
    await machine.shell.script(NIC, []);
    const hosts = createHosts({ home, log: SILENT, secrets: memorySecrets(), enter: () => machine.enter() });
    driver = hosts.driver({ id: hostId, storeId, how: { kind: 'local', via: 'sudo' } });
    await driver.connect(go);
    const spec = (bridge: string, mtu = 1500) => specFor(storeId, hostId, { id: randomUUID(), bridge, mtu });
    const red = {
      ...{ id: randomUUID(), dataCenterId: randomUUID(), name: 'red', comment: '', isIsolated: false, vlan: null },
      ...{ mtu: 1500, bridge: 'red', label: null, guestSubnet: null, services: null, stretch: null, createdAt: '' },
    };
    const address = { kind: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' } as const;
    const attached = [{ network: red, nic: 'eth1', ipv4: address, ipv6: { kind: 'none' } as const }];
    const bridges = [spec('blue'), spec('green', 1200), spec('jumbo', 9000)];
    server = servicesFor(storeId, bridges[0]!);
    wanted = { storeId, bridges, taps: [], setup: wantedSetup(storeId, attached, []), services: [server] };
    const observed = await driver.observe(go);
    await driver.apply(plan(wanted, observed).groups, go);
    await driver.setupNetworks({ steps: planSetup(wanted, observed).steps, confirmSeconds: null }, go);
    await driver.apply([groupOf({ kind: 'services.start', spec: server })], go);
    order = { bridges, setup: stepsFromBare(wanted, await driver.observe(go)) ?? [], services: [server] };
    expect(await driver.keep(order, go)).toBe(true);
  });
  const groupOf = (change: ServicesChange): ChangeGroup => ({
    networkId: null,
    bridge: server.port,
    changes: [change],
  });
  /** The server's process, as the host has it recorded. */
  const serverFile = async (): Promise<string> =>
    (await machine.shell.run(['cat', `${serversFolder(sealTable(storeId))}/${server.port}.pid`], { okExits: 'any' }))
      .stdout;
  const serverNow = async () => (await driver.observe(go)).services?.find(({ port }) => port === server.port);
  afterEach(async () => {
    await driver.close();
    await machine.remove();
    rmSync(home, { recursive: true, force: true });
  });

  const look = () => driver.observe(go);
  const differs = async (): Promise<string[]> => {
    const observed = await look();
    return plan(wanted, observed).findings.map(({ kind, bridge }) => `${kind} ${bridge}`);
  };
  const written = async (): Promise<string> =>
    (await machine.shell.run(['stat', '-c', '%i %Y', keepFile(storeId)])).stdout;
  /** What systemd would run, as the unit on the host has it. */
  async function boot(): Promise<number> {
    await machine.powerOff();
    await machine.powerOn();
    await machine.shell.script(NIC, []);
    return startUnit();
  }
  async function startUnit(): Promise<number> {
    const unit = `/etc/systemd/system/${keepName(storeId)}.service`;
    const { stdout } = await machine.shell.run(['sed', '-n', 's/^ExecStart=//p', unit]);
    return (await machine.shell.run(stdout.trim().split(' '), { okExits: 'any' })).exit;
  }

  it('has all its networks again, sealed and set up, before anybody has reached it', async () => {
    expect(await differs()).toEqual([]);
    expect(await boot()).toBe(0);
    await driver.connect(go);
    expect(await differs()).toEqual([]);
    const { bridge, settings, records } = server;
    expect(await serverNow()).toMatchObject({ bridge, settings, records, isRunning: true, faults: [] });
    const before = await serverFile();
    expect(before).not.toBe('');
    // Again, as when the firewall was reloaded: what is missing is created, what exists stays.
    await machine.shell.run(['nft', 'flush', 'ruleset']);
    expect(await differs()).not.toEqual([]);
    expect(await startUnit()).toBe(0);
    expect(await differs()).toEqual([]);
    expect(await serverFile()).toBe(before);
  });

  it('waits for a NIC whose driver is slower than its unit', async () => {
    await machine.powerOff();
    await machine.powerOn();
    const late = `(sleep 2; ${NIC}) & sh "$1" restore; code=$?; wait; exit $code`;
    await machine.shell.script(late, [keepFile(storeId)]);
    await driver.connect(go);
    expect(await differs()).toEqual([]);
    expect((await look()).bridges.find(({ name }) => name === 'red')?.addresses).toEqual(['192.0.2.10/24']);
  });

  it('leaves an interface of somebody else alone, and makes the others', async () => {
    await machine.powerOff();
    await machine.powerOn();
    await machine.shell.script(`${NIC}; ip link add green type bridge; ip address add 198.51.100.1/24 dev green`, []);
    expect(await startUnit()).toBe(1);
    await driver.connect(go);
    const { bridges } = await look();
    const green = bridges.find(({ name }) => name === 'green');
    expect(green).toMatchObject({ alias: null, addresses: ['198.51.100.1/24'], up: false, ipv6Disabled: false });
    expect(plan(wanted, await look()).problems).toMatchObject([{ kind: 'foreign_interface', bridge: 'green' }]);
    const others = (await differs()).filter((message) => !message.includes('green'));
    expect(others).toEqual([]);
  });

  it('brings nothing up that it cannot seal', async () => {
    await machine.powerOff();
    await machine.powerOn();
    await machine.shell.script(`${NIC}; mount --bind /bin/false "$(command -v nft || echo /usr/sbin/nft)"`, []);
    expect(await startUnit()).toBe(1);
    const { stdout } = await machine.shell.run(['ip', '-br', 'link', 'show', 'type', 'bridge']);
    const up = stdout.split('\n').filter((line) => /[<,]UP[,>]/.test(line));
    expect(up.map((line) => line.split(' ')[0])).toEqual(['red']);
    expect(stdout).toContain('blue');
  });

  it('is not written again when it is as wanted, also by the next engine', async () => {
    const before = await written();
    await look();
    expect(await driver.keep(order, go)).toBe(true);
    await driver.close();
    await driver.connect(go);
    await look();
    expect(await driver.keep(order, go)).toBe(true);
    expect(await written()).toBe(before);
    await driver.keep({ ...order, bridges: order.bridges.slice(1) }, go);
    expect(await written()).not.toBe(before);
  });

  it('can be cleaned by hand, of what is ours and only that', async () => {
    await machine.shell.script('ip link add theirs type bridge; ip link set theirs up', []);
    const { stdout, exit } = await machine.shell.run(['sh', keepFile(storeId), 'clean'], { okExits: 'any' });
    const { bridges } = await look();
    // red carries an address of the host, which would go with it.
    expect([exit, bridges.map(({ name }) => name).sort()]).toEqual([1, ['red', 'theirs']]);
    expect(stdout).toContain('removed blue');
    expect(stdout).toContain(`removed ${server.port}`);
    const processes = await machine.shell.script('cat /proc/[0-9]*/comm', [], { okExits: 'any' });
    expect(processes.stdout.split('\n')).not.toContain('dnsmasq');
    expect((await machine.shell.run(['ls', '/etc/atoll'], { okExits: 'any' })).exit).not.toBe(0);
    expect((await machine.shell.run(['nft', 'list', 'ruleset'])).stdout).not.toContain('atoll_');
  });
});
