import { setTimeout as sleep } from 'node:timers/promises';
import { Floor } from './floor';
import { type Bench, type Report, compared, interleaved, openBench, ranged, timed } from './kit';
import { Rival, type RivalTimes } from './rival';

const SIZES = [1, 10, 100, 1000] as const;
const MOST = 1000;
/** Small sizes are repeated more often, so that one hiccup does not make the figure. */
const rounds = (n: number): number => (n <= 10 ? 9 : n <= 100 ? 7 : 5);
/** veth pairs beside the bridges when looking is measured: 2,000 ends, as a host with 2,000 vNICs has. */
const PAIRS = 1000;
const LOOKS = 15;
/** libvirt takes a tenth of a second for each, so it makes fewer; what counts is the time for one. */
const RIVALS = 50;
/** After our own changes the watchers report them, and the engine looks once more; that is not the next round's work. */
const SETTLED_MS = 400;

/** Create, observe and remove isolated networks on a lab through the whole engine, beside bare tools and libvirt. */
export async function benchNetworks(report: Report): Promise<void> {
  const bench = await openBench();
  const floor = await Floor.open();
  try {
    await bench.finish((await bench.client.hosts.add({ name: 'lab', how: { kind: 'lab' } })).job);
    for (const n of SIZES) await changing(bench, floor, n, report);
    await looking(bench, floor, report);
  } finally {
    floor.close();
    await bench.close();
  }
}

/** Milliseconds of one half of a round. */
interface Times {
  readonly create: number;
  readonly observe: number;
  readonly remove: number;
  /** libvirt's for one network; null: it took no part. */
  readonly rival?: RivalTimes | null;
}
const WORKS = ['create', 'observe', 'remove'] as const;

/** Each round makes, looks at and removes n networks, by bare tools and through the engine in turn. */
async function changing(bench: Bench, floor: Floor, n: number, report: Report): Promise<void> {
  const rival = n === MOST ? await Rival.open(bench, RIVALS) : null;
  const bare = async (): Promise<Times> => {
    const [creation, observation, removal] = [floor.creation(n), floor.observation(), floor.removal(n)];
    const create = (await timed(creation)).ms;
    const observe = (await timed(observation)).ms;
    return { create, observe, remove: (await timed(removal)).ms };
  };
  const ours = async (): Promise<Times> => {
    const create = await add(bench, n);
    const observe = await sync(bench);
    const remove = await takeAway(bench, n);
    return { create, observe, remove, rival: rival && (await rival.round()) };
  };
  const pairs = await interleaved(rounds(n), bare, ours);
  for (const work of WORKS) {
    const each = pairs.map((pair) => ({ floor: pair.floor[work], ours: pair.ours[work] }));
    report(compared('networks', `${TITLE[work]} ${n}`, each, n === MOST ? AIMS[work] : {}));
  }
  if (rival)
    tellRival(
      pairs.map((pair) => pair.ours),
      report,
    );
}

const TITLE = { create: 'create', observe: 'host sync of', remove: 'remove' };
/** The aim for looking is judged with as many vNICs as there would be (see `looking`). */
const AIMS = { create: { atMost: 1.5 }, observe: {}, remove: { atMost: 1.2 } };

function tellRival(times: readonly Times[], report: Report): void {
  for (const [work, aim] of [
    ['create', { atLeast: 80 }],
    ['remove', {}],
  ] as const) {
    const ratios = times.map((each) => (each.rival?.[work] ?? Number.NaN) / (each[work] / MOST));
    report(ranged('networks', `libvirt's time for one / ours, ${work}`, ratios, aim));
  }
}

/** Looks at 1,000 networks and 2,000 veth ends. The last of all: they are not removed, the namespace goes as a whole. */
async function looking(bench: Bench, floor: Floor, report: Report): Promise<void> {
  await floor.creation(MOST)();
  await add(bench, MOST);
  const [lab] = await bench.client.labs.list();
  await floor.clutter(PAIRS);
  await floor.clutter(PAIRS, lab?.pid ?? 0);
  await sync(bench);
  const bare = floor.observation();
  const pairs = await interleaved(
    LOOKS,
    async () => (await timed(bare)).ms,
    () => sync(bench),
  );
  report(compared('networks', `host sync of ${MOST} and ${2 * PAIRS} veth ends`, pairs, { atMost: 1.5 }));
}

const nameOf = (i: number): string => `n${i}`;

async function add(bench: Bench, n: number): Promise<number> {
  const networks = Array.from({ length: n }, (_, i) => ({ name: nameOf(i), isIsolated: true, clusters: ['Default'] }));
  const { ms } = await timed(async () => bench.finish((await bench.client.networks.addMany({ networks })).job));
  await sleep(SETTLED_MS);
  return ms;
}

async function takeAway(bench: Bench, n: number): Promise<number> {
  const networks = Array.from({ length: n }, (_, i) => nameOf(i));
  const { ms } = await timed(async () => bench.finish((await bench.client.networks.removeMany({ networks })).job));
  await sleep(SETTLED_MS);
  return ms;
}

async function sync(bench: Bench): Promise<number> {
  const { ms } = await timed(async () => bench.finish((await bench.client.hosts.sync({ host: 'lab' })).job));
  await sleep(SETTLED_MS);
  return ms;
}
