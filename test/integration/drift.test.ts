import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../english';
import type { Event, Network, Vm } from '../../contract';
import { eventually } from '../support/eventually';
import { type Meddler, blockName } from '../conformance/hosts/kind';
import { labMeddler } from '../conformance/hosts/lab-meddler';
import type { GuestShell } from '../support/guest-shell';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { sealTable } from '../../hosts/linux/seal';
import type { LabShell } from '../../hosts/shells/lab';

const { vms: missing } = await labHere();

/** What is done by hand inside the lab, and the words by which the event must tell it. */
interface Act {
  readonly does: (outside: Meddler, bridge: string, tap: string, shell: LabShell) => Promise<void>;
  readonly reported: RegExp;
}

const ACTS: Record<string, Act> = {
  'the bridge deleted': { does: (hand, bridge) => hand.deleteBridge(bridge), reported: /missing|gone|not there/i },
  'a NIC enslaved': {
    does: async (hand, bridge) => {
      await hand.addNic('eth9');
      await hand.setMaster('eth9', bridge);
    },
    reported: /eth9/,
  },
  'an address added': { does: (hand, bridge) => hand.addAddress(bridge, '192.0.2.7/24'), reported: /192\.0\.2\.7\/24/ },
  'the seal flushed': { does: (hand) => hand.flushSeal(''), reported: /seal/i },
  'the policy of the seal changed to accept': { does: (hand, bridge) => hand.loosenSeal(bridge), reported: /seal/i },
  'the bridge down': { does: (hand, bridge) => hand.setBridgeUp(bridge, false), reported: /down/ },
  'IPv6 switched on': { does: (hand, bridge) => hand.switchIpv6On(bridge), reported: /IPv6/ },
  'a tap pulled out': { does: (hand, _bridge, tap) => hand.setMaster(tap, null), reported: /vnet|tap|plug/i },
  'the bridge renamed': { does: (hand, bridge) => hand.renameBridge(bridge, 'other9'), reported: /other9/ },
  'the mark removed': { does: (hand, bridge) => hand.setAlias(bridge, ''), reported: /mark/ },
  'link-local frames let into the host': {
    does: async (_hand, bridge, _tap, shell) => {
      await shell.run(['ip', 'link', 'set', 'dev', bridge, 'type', 'bridge', 'group_fwd_mask', '0']);
    },
    reported: /other bridge options/,
  },
  'a tap isolated': {
    does: (hand, _bridge, tap) => hand.setPortOption(tap, 'isolated', 'on'),
    reported: /vnet\d+, a port of \S+, has isolated on instead of isolated off/,
  },
  'a tap set down': {
    does: (hand, _bridge, tap) => hand.setPortUp(tap, false),
    reported: /vnet\d+, a port of \S+, has link down instead of link up/,
  },
  'a tap locked, deaf and silent': {
    does: async (_hand, _bridge, tap, shell) => {
      const words = ['locked', 'on', 'learning', 'off', 'flood', 'off', 'bcast_flood', 'off', 'neigh_suppress', 'on'];
      await shell.run(['ip', 'link', 'set', 'dev', tap, 'type', 'bridge_slave', ...words]);
    },
    reported:
      /locked on, learning off, flood off, bcast flood off, neigh suppress on instead of locked off, learning on/,
  },
  'bridged frames led through the packet filter': {
    does: async (_hand, bridge, _tap, shell) => {
      await shell.run(['ip', 'link', 'set', 'dev', bridge, 'type', 'bridge', 'nf_call_iptables', '1']);
    },
    reported: /other bridge options/,
  },
  'the MTU changed': { does: (hand, bridge) => hand.setMtu(bridge, 1280), reported: /1280/ },
};

const U32 = 'protocol all u32 match u32 0 0 action mirred egress';
/** What takes frames past the bridge and leaves it as it was: $1 bridge, $2 the tap of web. */
const REDIRECTS: Record<string, { readonly there: string; readonly gone: string; readonly reported: RegExp }> = {
  'a network whose bridge is mirrored by tc': {
    there: `tc qdisc add dev "$1" clsact && tc filter add dev "$1" ingress ${U32} mirror dev aside`,
    gone: 'tc qdisc del dev "$1" clsact',
    reported: /\(a filter of tc\)/,
  },
  'a network with a tap to which tc brings frames': {
    there: `tc qdisc add dev aside clsact && tc filter add dev aside ingress ${U32} redirect dev "$2"`,
    gone: 'tc qdisc del dev aside clsact',
    reported: /a filter of tc on aside/,
  },
  'a network with a tap whose frames nft sends on': {
    there: `nft "add table netdev by_hand; add chain netdev by_hand c { type filter hook ingress device $2 priority -500; }; add rule netdev by_hand c fwd to aside"`,
    gone: 'nft delete table netdev by_hand',
    reported: /nft table by_hand/,
  },
};

/** Every drift of a sealed network by hand inside a real lab, against the whole engine. */
describe.skipIf(missing !== null)(blockName('drift through the whole engine', missing), () => {
  let atoll: LabApp;
  let network: Network;
  let web: Vm;
  let db: Vm;
  let webGuest: GuestShell;
  let hand: Meddler;
  let shell: LabShell;
  let seq: number;

  beforeAll(async () => {
    atoll = await LabApp.open();
    const { host, job } = await atoll.client.hosts.add({ name: 'lab', how: { kind: 'lab' } });
    await atoll.done({ job });
    ({ shell } = atoll.lab(host.id));
    hand = labMeddler(shell, (await atoll.client.system.status()).storeId);
    const added = await atoll.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] });
    await atoll.done(added);
    ({ network } = added);
    await hand.addForeignBridge('br-theirs', 'not atoll');
    await hand.addAddress('br-theirs', '198.51.100.1/24');
    const started = await Promise.all(
      ['web', 'db'].map((name) => atoll.client.vms.add({ name, vnics: [{ network: 'blue' }], start: true })),
    );
    await Promise.all(started.map((answer) => atoll.done(answer)));
    [web, db] = (await Promise.all(['web', 'db'].map((name) => atoll.vmIs(name, 'up')))) as [Vm, Vm];
    const dbGuest = await atoll.console('db');
    webGuest = await atoll.console('web');
    await Promise.all([webGuest.booted(), dbGuest.booted()]);
    dbGuest.close();
  });
  afterAll(async () => {
    webGuest?.close();
    await atoll?.dispose();
  });
  beforeEach(async () => {
    seq = await atoll.lastSeq();
  });

  it('takes nothing that it did itself for drift', async () => {
    const all = await atoll.client.events.list({ limit: 10_000 });
    expect(all.filter(isDrift)).toEqual([]);
  });

  it.each(Object.entries(ACTS))('reports %s, by whom is unknown, and repairs it', async (_name, { does, reported }) => {
    const theirs = await linkText(shell, 'br-theirs');
    await does(hand, network.bridge, await tapOf(shell, web), shell);
    const detected = await atoll.heard('the drift to be reported', seq, ({ type }) => type === 'drift.detected');
    expect(detected).toMatchObject({ by: { door: 'unknown' }, subjects: { networkId: network.id } });
    expect(textOf(detected.message)).toMatch(reported);
    await atoll.heard('the drift to be repaired', seq, ({ type }) => type === 'drift.repaired');

    expect(await settled(atoll)).toMatchObject({ state: 'in_sync', differences: [] });
    const [check] = await atoll.client.networks.check({ network: 'blue' });
    expect(check!.points.filter(({ ok }) => ok === false)).toEqual([]);
    expect(check!.verdict).toBe('isolated');
    expect(await webGuest.pings(addressOf(db))).toBe(true);
    expect(await linkText(shell, 'br-theirs')).toBe(theirs);
    expect((await eventsSince(seq)).filter(({ type }) => type === 'drift.repair_failed')).toEqual([]);
  });

  it('shows the foreign bridge as unmanaged', async () => {
    const { unmanaged } = await atoll.client.hosts.show({ host: 'lab' });
    expect(unmanaged).toMatchObject([{ name: 'br-theirs', ports: [], owner: null }]);
  });

  it.each(Object.entries(REDIRECTS))(
    'says that %s is not isolated, and by what',
    async (_name, { there, gone, reported }) => {
      const tap = await tapOf(shell, web);
      const check = async () => (await atoll.client.networks.check({ network: 'blue' }))[0]!;
      await shell.script(
        `ip link add aside type dummy 2>/dev/null || ip link add aside type veth peer name aside2\n${there}`,
        [network.bridge, tap],
      );
      const { verdict, points } = await check();
      await shell.script(`${gone}\nip link delete aside`, [network.bridge, tap]);
      expect(points.filter(({ ok }) => ok === false)).toMatchObject([{ id: 'hooks' }]);
      expect(points.find(({ id }) => id === 'hooks')?.evidence).toMatch(reported);
      expect(verdict).toBe('not_isolated');
      expect((await check()).verdict).toBe('isolated');
    },
  );

  it('calls no change that was asked for drift', async () => {
    await atoll.done(atoll.client.networks.update({ network: 'blue', mtu: 1400 }));
    await atoll.done(atoll.client.networks.add({ name: 'green', isIsolated: true, clusters: ['Default'] }));
    await atoll.done(atoll.client.vnics.move({ vm: 'db', vnic: db.vnics[0]!.id, network: 'green' }));
    expect(await webGuest.pings(addressOf(db))).toBe(false);
    await atoll.done(atoll.client.vnics.move({ vm: 'db', vnic: db.vnics[0]!.id, network: 'blue' }));
    expect(await webGuest.pings(addressOf(db))).toBe(true);
    await atoll.done(atoll.client.networks.remove({ network: 'green' }));
    await atoll.done(atoll.client.hosts.sync({ host: 'lab' }));
    expect((await eventsSince(seq)).filter(isDrift)).toEqual([]);
  });

  it('is repaired by the next engine when it happened while none ran', async () => {
    webGuest.close();
    await atoll.app.close();
    await hand.flushSeal('');
    await hand.addAddress(network.bridge, '192.0.2.9/24');
    atoll = await LabApp.open(atoll.home.path);
    const detected = await atoll.heard('the drift to be reported', seq, ({ type }) => type === 'drift.detected');
    expect(textOf(detected.message)).toMatch(/192\.0\.2\.9\/24/);
    await atoll.heard('the drift to be repaired', seq, ({ type }) => type === 'drift.repaired');
    expect(await settled(atoll)).toMatchObject({ state: 'in_sync' });
  });

  it('lets an enslaved NIC carry no frame, though no engine runs to take it out', async () => {
    const tap = await tapOf(shell, web);
    const table = sealTable((await atoll.client.system.status()).storeId);
    await atoll.app.close();
    await shell.run(['ip', 'link', 'add', 'eth8', 'up', 'type', 'veth', 'peer', 'name', 'cable8']);
    await shell.run(['ip', 'link', 'set', 'cable8', 'address', STRANGER, 'up']);
    await shell.run(['ip', 'address', 'add', '10.77.0.1/24', 'dev', 'cable8']);
    await shell.run(['ip', 'link', 'set', 'eth8', 'master', network.bridge]);
    const heard = await countFrom(shell, tap, STRANGER);
    const ask = (last: number) => shell.run(['ip', 'neigh', 'add', `10.77.0.${last}`, 'dev', 'cable8', 'use']);
    await ask(2);
    await sleep(1_500);
    expect(await heard()).toBe(0);
    // Without the filter it would: so this test can fail.
    await shell.run(['nft', 'delete', 'table', 'bridge', table]);
    await ask(3);
    await expect.poll(heard).toBeGreaterThan(0);
    await shell.run(['nft', 'delete', 'table', 'netdev', 'test_heard']);

    atoll = await LabApp.open(atoll.home.path);
    await atoll.heard('the drift to be repaired', seq, ({ type }) => type === 'drift.repaired');
    expect(await settled(atoll)).toMatchObject({ state: 'in_sync' });
    // Flushed, the table is not there at all until it is back.
    const filter = async () => (await shell.run(['nft', 'list', 'table', 'bridge', table], { okExits: 'any' })).stdout;
    expect(await filter()).toContain('policy drop');
    // Flushed while the engine runs, it is restored automatically.
    await hand.flushSeal('');
    await eventually('the filter to be back', 10_000, async () =>
      (await filter()).includes('iifkind') ? true : undefined,
    );
    await shell.run(['ip', 'link', 'delete', 'eth8']);
    await settled(atoll);
  });

  it('is not reported by an engine that was restarted over a lab that nobody touched', async () => {
    await atoll.restart();
    await atoll.heard(
      'the host to be up',
      seq,
      ({ type, message }) => type === 'host.state' && / is up/.test(textOf(message)),
    );
    expect(await settled(atoll)).toMatchObject({ state: 'in_sync' });
    const events = (await eventsSince(seq)).filter((event) => isDrift(event) || event.type.startsWith('vm.'));
    expect(events).toEqual([]);
    expect((await atoll.client.vms.list({})).map(({ state }) => state)).toEqual(['up', 'up']);
  });

  it('tells a VM whose QEMU was killed, and starts it again when asked', async () => {
    await hand.killVm(db.id);
    const ended = await atoll.heard('the end of the VM', seq, ({ type }) => type === 'vm.ended_from_outside');
    expect(ended).toMatchObject({ by: { door: 'unknown' }, subjects: { vmId: db.id } });
    expect(await atoll.vmIs('db', 'down')).toMatchObject({
      reason: { type: 'reason.vm.ended', params: { why: 'crashed' } },
    });
    await atoll.done(atoll.client.vms.start({ vm: 'db' }));
    await atoll.vmIs('db', 'up');
    webGuest = await atoll.console('web');
    await eventually('the guests to hear each other', 60_000, async () =>
      (await webGuest.pings(addressOf(db))) ? true : undefined,
    );
    expect((await eventsSince(seq)).filter(isDrift)).toEqual([]);
  });

  const eventsSince = (after: number): Promise<Event[]> => atoll.client.events.list({ after, limit: 10_000 });
});

const STRANGER = '02:00:00:00:00:08';

/** Counts the frames of one sender that reach a guest, at the host's end of its tap. */
async function countFrom(shell: LabShell, tap: string, mac: string): Promise<() => Promise<number>> {
  const chain = `type filter hook egress device "${tap}" priority 0; ether saddr ${mac} counter;`;
  await shell.run(['nft', '-f', '-'], { stdin: `table netdev test_heard {\nchain c {\n${chain}\n}\n}\n` });
  return async () => {
    const { stdout } = await shell.run(['nft', '-j', 'list', 'table', 'netdev', 'test_heard']);
    return Number(/"packets": ?(\d+)/.exec(stdout)?.[1] ?? Number.NaN);
  };
}

const isDrift = ({ type }: Event): boolean => type.startsWith('drift.');
const addressOf = (vm: Vm): string => vm.vnics[0]!.assignedAddress!;

/** The attachment of the one network, once nothing is running any more. */
async function settled(atoll: LabApp) {
  await atoll.done(atoll.client.hosts.sync({ host: 'lab' }));
  return (await atoll.client.networks.show({ network: 'blue' })).attachments[0];
}

/** Everything that `ip` tells of an interface, but for its running timers. */
const linkText = async (shell: LabShell, name: string): Promise<string> =>
  (await shell.run(['ip', '-d', 'address', 'show', 'dev', name])).stdout.replaceAll(/timer +[\d.]+/g, 'timer');

/** The host's end of a VM's only vNIC, as libvirt names it. */
async function tapOf(shell: LabShell, vm: Vm): Promise<string> {
  const { stdout } = await shell.run(['virsh', '-q', 'domiflist', vm.id]);
  return stdout.trim().split(/\s+/)[0]!;
}
