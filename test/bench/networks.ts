import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Floor } from './floor';
import { type Bench, type Report, figure, median, openBench, timed } from './kit';

const exec = promisify(execFile);
const SIZES = [1, 10, 100, 1000] as const;
/** Small sizes are repeated, so that one hiccup does not make the figure. */
const rounds = (n: number): number => (n <= 10 ? 7 : n <= 100 ? 5 : 3);

/** Create, observe and remove isolated networks on a lab through the whole engine, beside bare tools and libvirt. */
export async function benchNetworks(report: Report): Promise<void> {
  const bench = await openBench();
  const floor = await Floor.open();
  try {
    await bench.finish((await bench.client.hosts.add({ name: 'lab', how: { kind: 'lab' } })).job);
    for (const n of SIZES) await oneSize(bench, floor, n, report);
    await rivalLibvirt(bench, report);
  } finally {
    floor.close();
    await bench.close();
  }
}

async function oneSize(bench: Bench, floor: Floor, n: number, report: Report): Promise<void> {
  const times = { create: [] as number[], observe: [] as number[], remove: [] as number[] };
  const floors = { create: [] as number[], observe: [] as number[], remove: [] as number[] };
  for (let round = 0; round < rounds(n); round += 1) {
    const [creation, observation, removal] = [floor.creation(n), floor.observation(), floor.removal(n)];
    floors.create.push((await timed(creation)).ms);
    floors.observe.push((await timed(observation)).ms);
    floors.remove.push((await timed(removal)).ms);

    const networks = Array.from({ length: n }, (_, i) => ({ name: `n${i}`, isIsolated: true, clusters: ['Default'] }));
    times.create.push(
      (await timed(async () => bench.finish((await bench.client.networks.addMany({ networks })).job))).ms,
    );
    times.observe.push(
      (await timed(async () => bench.finish((await bench.client.hosts.sync({ host: 'lab' })).job))).ms,
    );
    const names = networks.map((network) => network.name);
    times.remove.push(
      (await timed(async () => bench.finish((await bench.client.networks.removeMany({ networks: names })).job))).ms,
    );
  }
  for (const work of ['create', 'observe', 'remove'] as const) {
    const aim = n < 1000 ? {} : { atMost: work === 'remove' ? 1.2 : 1.5 };
    const name = work === 'observe' ? `sync (observe and plan) ${n}` : `${work} ${n}`;
    report(figure('networks', name, 'ms', median(times[work]), { floor: median(floors[work]), ...aim }));
  }
}

/** libvirt at its best: all definitions and starts in one virsh, in the same lab. */
async function rivalLibvirt(bench: Bench, report: Report): Promise<void> {
  const n = 100;
  const [lab] = await bench.client.labs.list();
  if (lab?.pid == null) throw new Error('the lab does not run');
  const uri = `qemu+unix:///system?socket=/proc/${lab.pid}/root/run/libvirt/libvirt-sock`;
  const script = (lines: string[]) =>
    exec('sh', ['-c', 'printf "%s\\n" "$2" | virsh -q -c "$1"', 'virsh', uri, lines.join('\n')], {
      maxBuffer: 1 << 28,
    });
  const folder = `${bench.home}/rival`;
  await exec('mkdir', ['-p', folder]);
  const { writeFile } = await import('node:fs/promises');
  for (let i = 0; i < n; i += 1) {
    await writeFile(`${folder}/${i}.xml`, `<network><name>r${i}</name><bridge name="r${i}"/></network>`);
  }
  const made = await timed(() => script(Array.from({ length: n }, (_, i) => `net-create ${folder}/${i}.xml`)));
  const gone = await timed(() => script(Array.from({ length: n }, (_, i) => `net-destroy r${i}`)));

  const networks = Array.from({ length: n }, (_, i) => ({ name: `a${i}`, isIsolated: true, clusters: ['Default'] }));
  const ours = await timed(async () => bench.finish((await bench.client.networks.addMany({ networks })).job));
  const ourEnd = await timed(async () =>
    bench.finish((await bench.client.networks.removeMany({ networks: networks.map((x) => x.name) })).job),
  );
  report(figure('networks', `libvirt's time / ours, create ${n}`, 'ratio', made.ms / ours.ms, {}));
  report(figure('networks', `libvirt's time / ours, remove ${n}`, 'ratio', gone.ms / ourEnd.ms, {}));

  const many = Array.from({ length: 1000 }, (_, i) => ({ name: `b${i}`, isIsolated: true, clusters: ['Default'] }));
  const thousand = await timed(async () => bench.finish((await bench.client.networks.addMany({ networks: many })).job));
  report(
    figure('networks', "libvirt's time / ours, create, for each of 1000", 'ratio', made.ms / n / (thousand.ms / 1000), {
      atLeast: 80,
    }),
  );
  await bench.finish((await bench.client.networks.removeMany({ networks: many.map((x) => x.name) })).job);
}
