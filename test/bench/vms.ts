import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';
import { type Bench, type Report, compared, figure, interleaved, openBench, processorTime, timed } from './kit';

/** How many VMs at once. Without KVM all boot on the same processors: 50 take a quarter of an hour with their floor. */
const SIZES = [1, 10, 30];
/** One VM is over so soon that a round says little; 30 take minutes. */
const roundsOf = (size: number): number => (size === 1 ? 7 : size <= 10 ? 3 : 1);
/** VMs whose statistics are read: each boots first. */
const SEEN = 10;
const SIMULATED = 1_000;
const LOOK_MS = 15_000;
/** As libvirt itself: more at once only wait for it. */
const AT_ONCE = 4;
const AIM = { atMost: 1.3 };

/**
 * Tiny VMs in a lab beside bare virsh with the same definitions in the same lab, and what looking at statistics costs. `sizes`: only those
 * numbers of VMs, without the statistics.
 */
export async function benchVms(report: Report, sizes: readonly number[] | null = null): Promise<void> {
  const bench = await openBench();
  try {
    const { job, host } = await bench.client.hosts.add({ name: 'here', how: { kind: 'lab' } });
    await bench.finish(job);
    const draft = { name: 'blue', isIsolated: true, clusters: ['Default'] };
    await bench.finish((await bench.client.networks.add(draft)).job);
    const shell = new LabShell(new Lab(bench.home, host.id));
    // The tiny guest is built once.
    const { definition } = await atoll(bench, shell, 1);
    for (const size of sizes ?? SIZES) {
      const ours = async (): Promise<Times> => (await atoll(bench, shell, size)).ours;
      const rounds = await interleaved(roundsOf(size), () => bare(shell, definition, size), ours);
      for (const phase of PHASES) {
        const pairs = rounds.map(({ floor, ours }) => ({ floor: floor[phase], ours: ours[phase] }));
        report(compared('vms', `${size} tiny ${size === 1 ? 'VM' : 'VMs'} ${phase}`, pairs, AIM));
      }
    }
    if (sizes === null) await looking(bench, SEEN, report);
  } finally {
    await bench.close();
  }
}

/** Atoll defines a VM when it starts, so creating counts with that. */
const PHASES = ['created and started', 'plugged', 'stopped', 'removed'] as const;
type Phase = (typeof PHASES)[number];
type Times = Record<Phase, number>;

const named = (size: number, name: string): string[] => Array.from({ length: size }, (_, i) => `${name}${i + 1}`);

async function atoll(bench: Bench, shell: LabShell, size: number): Promise<{ ours: Times; definition: string }> {
  const { client } = bench;
  const names = named(size, 'tiny');
  const done = async (answer: Promise<{ job: string | null }>): Promise<unknown> => bench.finish((await answer).job);
  const all = async (act: (vm: string) => Promise<unknown>): Promise<number> =>
    (await timed(() => Promise.all(names.map(act)))).ms;
  const host = 'here';
  const started = await all((name) => done(client.vms.add({ name, host, vnics: [{ network: 'blue' }], start: true })));
  const { id } = await client.vms.show({ vm: names[0] ?? '' });
  const definition = (await shell.run(['virsh', 'dumpxml', id, '--inactive'])).stdout;
  const plugged = await all((each) => done(client.vnics.add({ vm: each, network: 'blue' })));
  const stopped = await all((each) => done(client.vms.stop({ vm: each })));
  const removed = await all((each) => done(client.vms.remove({ vm: each })));
  return { ours: { 'created and started': started, plugged, stopped, removed }, definition };
}

/** $1: the VM's id. The definition is on stdin, for the file $2. */
const BARE: Record<Phase, string> = {
  'created and started': 'cat >"$2" && virsh -q define "$2" && rm -f -- "$2" && virsh -q start "$1"',
  plugged: 'virsh -q attach-interface "$1" bridge blue --model virtio --live --config',
  stopped: 'virsh -q destroy "$1"',
  removed: 'virsh -q undefine "$1"',
};

async function bare(shell: LabShell, definition: string, size: number): Promise<Times> {
  const ids = named(size, '').map(() => randomUUID());
  const times = {} as Times;
  for (const phase of PHASES) {
    const waiting = [...ids];
    const worker = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const stdin = phase === 'created and started' ? ownDefinition(definition, id) : '';
        await shell.script(BARE[phase], [id, `/tmp/${id}.xml`], { stdin, timeoutMs: 300_000 });
      }
    };
    times[phase] = (await timed(() => Promise.all(Array.from({ length: AT_ONCE }, worker)))).ms;
  }
  return times;
}

/** The same VM with its own names, and without Atoll's mark. */
function ownDefinition(xml: string, id: string): string {
  const mac = `52:54:00:${id.slice(0, 2)}:${id.slice(2, 4)}:${id.slice(4, 6)}`;
  const old = /<uuid>(.*?)<\/uuid>/.exec(xml)?.[1] ?? '';
  return xml
    .replace(/<metadata>[\s\S]*?<\/metadata>/, '')
    .replaceAll(old, id)
    .replace(/<name>.*?<\/name>/, `<name>bare-${id}</name>`)
    .replace(/<title>.*?<\/title>/, '')
    .replace(/<mac address='.*?'\/>/, `<mac address='${mac}'/>`);
}

/** Milliseconds of this process per second, while somebody looks at all statistics, beside the same time without. */
async function cost(bench: Bench): Promise<{ idle: number; looking: number; readings: number }> {
  const seconds = LOOK_MS / 1000;
  const idle = (await processorTime(() => sleep(LOOK_MS))) / seconds;
  let readings = 0;
  const looking = await processorTime(async () => {
    const ended = AbortSignal.timeout(LOOK_MS);
    try {
      for await (const _ of await bench.client.statistics.follow({}, { signal: ended })) readings += 1;
    } catch (error) {
      if (!ended.aborted) throw error;
    }
  });
  return { idle, looking: looking / seconds, readings };
}

async function looking(bench: Bench, real: number, report: Report): Promise<void> {
  const { client } = bench;
  const names = named(real, 'seen');
  const add = async (name: string, host: string): Promise<void> =>
    void (await bench.finish((await client.vms.add({ name, host, vnics: [{ network: 'blue' }], start: true })).job));
  await Promise.all(names.map((name) => add(name, 'here')));
  const say = async (what: string): Promise<void> => {
    const { idle, looking: cpu, readings } = await cost(bench);
    report(figure('vms', `statistics of ${what}, per second`, 'ms', cpu, { floor: Math.max(idle, 0.1) }));
    if (readings === 0) throw new Error(`no statistics of ${what}`);
  };
  await say(`${real} real VMs`);
  await Promise.all(names.map(async (vm) => bench.finish((await client.vms.stop({ vm })).job)));
  const how = { kind: 'simulated', memoryMiB: 1_048_576, cpus: 64 } as const;
  await bench.finish((await client.hosts.add({ name: 'sim', how })).job);
  for (let n = 0; n < SIMULATED; n += 50) await Promise.all(named(50, `sim${n}-`).map((name) => add(name, 'sim')));
  await say(`${SIMULATED} simulated VMs`);
}
