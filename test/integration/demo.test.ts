import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, IsolationCheck, Lab, Network, Reach, Vm } from '../../contract';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { AtollCli } from '../support/atoll-cli';
import type { GuestShell } from '../support/guest-shell';
import { labHere } from '../support/lab-here';
import { allProcesses, isAlive, mountsOf, namespaceOf, processesOf, ticksNow } from '../support/processes';
import { builtProgram, type Program } from '../support/program';

const { vms: missing } = await labHere();

/** What a person is promised of `atoll demo`, on the built product: a real lab, real bridges, real guests. */
describe.skipIf(missing !== null)(blockName('the demo', missing), () => {
  let program: Program;
  let atoll: AtollCli;
  let vms: Vm[];
  let guests: Map<string, GuestShell>;

  beforeAll(async () => {
    program = builtProgram();
    atoll = new AtollCli(program);
    await atoll.ok('demo');
    vms = await upVms(atoll);
    guests = await openGuests(atoll, vms);
  });
  afterAll(async () => {
    for (const guest of guests?.values() ?? []) guest.close();
    await atoll?.dispose();
    program?.remove();
  });

  it('has two isolated networks and four running tiny VMs, one of them on both', async () => {
    const networks = await atoll.json<Network[]>('network', 'list');
    expect(networks.map(({ isIsolated }) => isIsolated)).toEqual([true, true]);
    expect(vms.map(({ state, boot }) => [state, boot.kind])).toEqual(Array(4).fill(['up', 'tiny']));
    const onBoth = vms.filter((vm) => networks.every(({ id }) => vm.vnics.some(({ networkId }) => networkId === id)));
    expect(onBoth).toHaveLength(1);
  });

  it('has real pings agree with reach for every ordered pair', async () => {
    const pairs = orderedPairs(vms);
    const answers = await Promise.all(
      pairs.map(async ([from, to]) => ({ from, to, reach: await atoll.json<Reach>('reach', from.name, to.name) })),
    );
    const kinds = new Set(answers.map(({ reach }) => reach.kind));
    expect(kinds).toEqual(new Set(['direct', 'through']));
    // Only with a route does a guest even try the way that is possible.
    for (const { from, to, reach } of answers) {
      if (reach.kind === 'through') await addRoute(guestOf(from), between(reach), to, reach);
    }
    const pinged = await byGuest(answers, async ({ from, to, reach }) => ({
      pair: `${from.name} to ${to.name} (${reach.kind})`,
      answered: await guestOf(from).pings(addressOf(to, lastHop(reach).networkId)),
    }));
    expect(pinged).toEqual(
      answers.map(({ from, to, reach }) => ({
        pair: `${from.name} to ${to.name} (${reach.kind})`,
        answered: reach.kind === 'direct',
      })),
    );
  });

  it('means by "through" that it is possible: once the VM between forwards, pings are answered', async () => {
    const { from, to, reach } = await firstThrough();
    const middle = guestOf(between(reach));
    const target = addressOf(to, lastHop(reach).networkId);
    await middle.run('echo 1 >/proc/sys/net/ipv4/ip_forward');
    expect(await guestOf(from).pings(target)).toBe(true);
    await middle.run('echo 0 >/proc/sys/net/ipv4/ip_forward');
    expect(await guestOf(from).pings(target)).toBe(false);
  });

  it('has a VM whose cable is out hear nobody, and reach says so', async () => {
    const [from, to] = orderedPairs(vms).find(([a, b]) => sharedNetwork(a, b) !== undefined && b.vnics.length === 1)!;
    const nic = to.vnics[0]!.name;
    const address = addressOf(to, sharedNetwork(from, to)!);
    await atoll.ok('vnic', 'link', 'down', to.name, nic);
    expect(await atoll.json<Reach>('reach', from.name, to.name)).toMatchObject({ kind: 'no', hops: [] });
    expect(await guestOf(from).pings(address)).toBe(false);
    await atoll.ok('vnic', 'link', 'up', to.name, nic);
    expect(await atoll.json<Reach>('reach', from.name, to.name)).toMatchObject({ kind: 'direct' });
    expect(await guestOf(from).pings(address)).toBe(true);
  });

  it('is proven isolated by check and live probe, with evidence', async () => {
    const checks = await atoll.json<IsolationCheck[]>('network', 'check', '--all', '--probe');
    expect(checks.map(({ verdict, probe }) => [verdict, probe])).toEqual(Array(2).fill(['isolated', true]));
    for (const { points } of checks) {
      const proven = points.filter(({ ok }) => ok === true).map(({ id }) => id);
      expect(proven).toEqual(expect.arrayContaining(PROVEN));
      for (const point of points) expect(point.evidence, point.id).not.toBe('');
    }
  });

  it('survives a kill -9 of the engine, and the next command finds all of it again', async () => {
    const before = await sights(atoll, guests);
    const lastSeq = (await atoll.json<Event[]>('event', 'list', '--limit', '1')).at(-1)!.seq;
    for (const guest of guests.values()) guest.close();
    const killed = await atoll.killEngine();
    expect(before.processes.filter((pid) => !isAlive(pid))).toEqual([]);

    expect((await upVms(atoll)).map(({ id }) => id)).toEqual(vms.map(({ id }) => id));
    expect(await atoll.enginePid()).not.toBe(killed);
    guests = await openGuests(atoll, vms);
    expect(await sights(atoll, guests)).toEqual(before);
    const [from, to] = orderedPairs(vms).find(([a, b]) => sharedNetwork(a, b) !== undefined)!;
    expect(await guestOf(from).pings(addressOf(to, sharedNetwork(from, to)!))).toBe(true);
    const events = await atoll.json<Event[]>('event', 'list', '--after', String(lastSeq), '--limit', '1000');
    expect(events.filter(({ type }) => /^drift|^network|^vm\./.test(type))).toEqual([]);
  });

  it('leaves nothing when it is removed', async () => {
    const [lab] = await atoll.json<Lab[]>('lab', 'list');
    const namespaces = (['pid', 'net', 'mnt'] as const).map((kind) => namespaceOf(lab!.pid!, kind));
    for (const guest of guests.values()) guest.close();
    await atoll.ok('demo', '--remove', '--yes');
    const removed = ticksNow();
    const left = () => processesOf(atoll.home, namespaces, removed);

    expect(await atoll.json<unknown[]>('vm', 'list')).toEqual([]);
    expect(await atoll.json<unknown[]>('network', 'list')).toEqual([]);
    expect(await atoll.json<unknown[]>('host', 'list')).toEqual([]);
    expect(await atoll.json<unknown[]>('lab', 'list')).toEqual([]);
    expect(existsSync(lab!.path)).toBe(false);
    expect(readdirSync(join(atoll.home, 'labs'))).toEqual([]);
    // The engine has no reason to stay, and stops.
    await eventually(
      () => `nothing to be left; there is ${left().map(({ argv }) => argv.join(' '))}`,
      60_000,
      () => (left().length === 0 ? true : undefined),
    );
    expect(mountsOf(atoll.home)).toEqual([]);
  });

  const guestOf = (vm: Vm): GuestShell => guests.get(vm.id)!;
  const between = (reach: Reach): Vm => vms.find(({ id }) => id === reach.hops[0]?.toVmId)!;

  async function firstThrough(): Promise<{ from: Vm; to: Vm; reach: Reach }> {
    for (const [from, to] of orderedPairs(vms)) {
      const reach = await atoll.json<Reach>('reach', from.name, to.name);
      if (reach.kind === 'through') return { from, to, reach };
    }
    throw new Error('no pair reaches each other only through another');
  }
});

/** Points without which `isolated` would be a word only. */
const PROVEN = [
  'mark',
  'name',
  'ports',
  'addresses',
  'ipv6',
  'forwarding',
  'seal_ingress',
  'seal_egress',
  'probe_host_silent',
  'probe_guests_talk',
];

const orderedPairs = (vms: readonly Vm[]): Array<[Vm, Vm]> =>
  vms.flatMap((from) => vms.filter((to) => to !== from).map((to): [Vm, Vm] => [from, to]));

const sharedNetwork = (a: Vm, b: Vm): string | undefined =>
  a.vnics.flatMap(({ networkId }) => networkId ?? []).find((id) => b.vnics.some((vnic) => vnic.networkId === id));

const lastHop = (reach: Reach): Reach['hops'][number] => reach.hops.at(-1)!;

/** The address that Atoll gave a VM on a network, without its prefix length. */
function addressOf(vm: Vm, networkId: string): string {
  const address = vm.vnics.find((vnic) => vnic.networkId === networkId)?.assignedAddress;
  if (!address) throw new Error(`${vm.name} has no address on ${networkId}`);
  return address.split('/')[0]!;
}

/** A route in `from` to the network of `to`, by way of the VM that stands between them. */
async function addRoute(guest: GuestShell, between: Vm, to: Vm, reach: Reach): Promise<void> {
  const subnet = addressOf(to, lastHop(reach).networkId).replace(/\.\d+$/, '.0/24');
  const gateway = addressOf(between, reach.hops[0]!.networkId);
  const { exit, output } = await guest.run(`ip route replace ${subnet} via ${gateway}`);
  if (exit !== 0) throw new Error(`no route in ${guest.vm}: ${output}`);
}

/** Calls `work` for each case; the cases of one guest after another, since it has one shell. Answers in the cases' order. */
async function byGuest<C extends { readonly from: Vm }, R>(
  cases: readonly C[],
  work: (each: C) => Promise<R>,
): Promise<R[]> {
  const lines = new Map<Vm, Promise<unknown>>();
  return Promise.all(
    cases.map((each) => {
      const done = (lines.get(each.from) ?? Promise.resolve()).then(() => work(each));
      lines.set(each.from, done);
      return done;
    }),
  );
}

/** The VMs, once all of them are up. */
function upVms(atoll: AtollCli): Promise<Vm[]> {
  return eventually('all VMs to be up', 30_000, async () => {
    const vms = await atoll.json<Vm[]>('vm', 'list');
    return vms.every(({ state }) => state === 'up') ? vms : undefined;
  });
}

async function openGuests(atoll: AtollCli, vms: readonly Vm[]): Promise<Map<string, GuestShell>> {
  const guests = new Map(vms.map((vm) => [vm.id, atoll.console(vm.name)]));
  await Promise.all([...guests.values()].map((guest) => guest.booted()));
  return guests;
}

/** What must be the same after the engine's death: the lab's processes, and the boot of each guest. */
async function sights(atoll: AtollCli, guests: ReadonlyMap<string, GuestShell>) {
  const [lab] = await atoll.json<Lab[]>('lab', 'list');
  const namespace = namespaceOf(lab!.pid!, 'pid');
  const lasting = /(^|\/)(bash|sleep|virtlogd|libvirtd|qemu[^/]*)$/;
  const boots = await Promise.all(
    [...guests.values()].map(
      async (guest) => (await guest.run('cat /proc/sys/kernel/random/boot_id')).output.match(/[0-9a-f-]{36}/)?.[0],
    ),
  );
  return {
    pid: lab!.pid,
    processes: allProcesses()
      .filter(({ argv, namespaces }) => namespaces.pid === namespace && lasting.test(argv[0] ?? ''))
      .map(({ pid }) => pid)
      .sort((a, b) => a - b),
    boots,
  };
}
