import { setTimeout as sleep } from 'node:timers/promises';
import { Floor } from './floor';
import {
  type Bench,
  type Report,
  compared,
  figure,
  interleaved,
  median,
  openBench,
  processorTime,
  ranged,
  timed,
} from './kit';
import { Rival, type RivalTimes } from './rival';

const MOST = 1000;
/**
 * How often each size is made, looked at and removed. Small ones oftener, so that one hiccup does not make the figure. The kernel
 * takes 18 ms to delete a bridge, and holds a lock of the whole machine in the meantime: 1,000 are made three times, and removed twice.
 */
const ROUNDS: ReadonlyArray<readonly [size: number, rounds: number]> = [
  [1, 9],
  [10, 5],
  [100, 3],
  [MOST, 2],
];
/** veth pairs beside the bridges when looking is measured: 2,000 ends, as a host with 2,000 vNICs has. */
const PAIRS = 1000;
const LOOKS = 9;
/** libvirt takes a twentieth of a second for each, so it makes fewer; what counts is the time for one. */
const RIVALS = 20;
/** After our own changes the watchers report them, and the engine looks once more; that is not the next round's work. */
const SETTLED_MS = 400;

/** Create, observe and remove isolated networks on a lab through the whole engine, beside bare tools and libvirt. */
export async function benchNetworks(report: Report): Promise<void> {
  const bench = await openBench();
  const floor = await Floor.open();
  try {
    await bench.finish((await bench.client.hosts.add({ name: 'lab', how: { kind: 'lab' } })).job);
    const rival = await Rival.open(bench, RIVALS);
    const times: Round[] = [];
    for (const [size, rounds] of ROUNDS) {
      const rounded = await changing(bench, floor, size, rounds, size === MOST ? rival : null);
      if (size === MOST) times.push(...rounded);
      else tell(size, rounded, report);
    }
    // Once more, and then it is looked at.
    times.push(await lastRound(bench, floor));
    tell(MOST, times, report);
    await looking(bench, floor, report);
  } finally {
    floor.close();
    await bench.close();
  }
}

/** Milliseconds of one half of a round; what was not done in it is not a number. */
interface Times {
  readonly create: number;
  readonly observe: number;
  readonly remove: number;
  /** The engine's own processor time in creating; of the floor: none. */
  readonly processor: number;
  /** libvirt's for one network; null: it took no part. */
  readonly rival: RivalTimes | null;
}
interface Round {
  readonly floor: Times;
  readonly ours: Times;
}
const WORKS = ['create', 'observe', 'remove'] as const;
const TITLE = { create: 'create', observe: 'host sync of', remove: 'remove' };
/** The aim for looking is judged with as many vNICs as there would be (see `looking`). */
const AIMS = { create: { atMost: 1.8 }, observe: {}, remove: { atMost: 1.2 } };

/** Each round makes, looks at and removes n networks, by bare tools and through the engine in turn. */
function changing(bench: Bench, floor: Floor, n: number, rounds: number, rival: Rival | null): Promise<Round[]> {
  const bare = async (): Promise<Times> => {
    const [creation, observation, removal] = [floor.creation(n), floor.observation(), floor.removal(n)];
    const create = (await timed(creation)).ms;
    const observe = (await timed(observation)).ms;
    return { create, observe, remove: (await timed(removal)).ms, processor: 0, rival: null };
  };
  const ours = async (): Promise<Times> => {
    const { create, processor } = await add(bench, n);
    const observe = await sync(bench);
    const remove = await takeAway(bench, n);
    return { create, processor, observe, remove, rival: rival && (await rival.round()) };
  };
  return interleaved(rounds, bare, ours);
}

/** Made and left. */
async function lastRound(bench: Bench, floor: Floor): Promise<Round> {
  const left = { observe: Number.NaN, remove: Number.NaN, rival: null };
  const bare = { ...left, create: (await timed(floor.creation(MOST))).ms, processor: 0 };
  return { floor: bare, ours: { ...left, ...(await add(bench, MOST)) } };
}

function tell(n: number, rounds: readonly Round[], report: Report): void {
  for (const work of WORKS) {
    const pairs = rounds.map((round) => ({ floor: round.floor[work], ours: round.ours[work] }));
    const done = pairs.filter((pair) => !Number.isNaN(pair.ours));
    report(compared('networks', `${TITLE[work]} ${n}`, done, n === MOST || work === 'create' ? AIMS[work] : {}));
  }
  if (n !== MOST) return;
  const processor = median(rounds.map((round) => round.ours.processor));
  report(figure('networks', `create ${n}, the engine's own processor time`, 'ms', processor));
  for (const [work, aim] of [
    ['create', { atLeast: 80 }],
    ['remove', {}],
  ] as const) {
    const ratios = rounds.flatMap(({ ours }) => (ours.rival ? [ours.rival[work] / (ours[work] / MOST)] : []));
    report(ranged('networks', `libvirt's time for one / ours, ${work}`, ratios, aim));
  }
}

/** Looks at 1,000 networks and 2,000 veth ends. The last of all: the veth ends go with the namespaces. */
async function looking(bench: Bench, floor: Floor, report: Report): Promise<void> {
  const [lab] = await bench.client.labs.list();
  const pid = lab?.pid ?? 0;
  await floor.clutter(PAIRS);
  await floor.clutter(PAIRS, pid);
  await sync(bench);
  const [links, all] = [floor.observation(), Floor.wholeObservation(pid)];
  const whole: number[] = [];
  const processor: number[] = [];
  const pairs = await interleaved(
    LOOKS,
    async () => {
      whole.push((await timed(all)).ms);
      return (await timed(links)).ms;
    },
    async () => {
      let ms = 0;
      processor.push(await processorTime(async () => (ms = await sync(bench))));
      return ms;
    },
  );
  const what = `host sync of ${MOST} and ${2 * PAIRS} veth ends`;
  report(compared('networks', what, pairs));
  const beside = pairs.map(({ ours }, i) => ({ ours, floor: whole[i] ?? Number.NaN }));
  report(compared('networks', `the same beside bare tools that read as much`, beside, { atMost: 1.3 }));
  report(figure('networks', `${what}, the engine's own processor time`, 'ms', median(processor)));
}

const nameOf = (i: number): string => `n${i}`;

async function add(bench: Bench, n: number): Promise<Pick<Times, 'create' | 'processor'>> {
  const networks = Array.from({ length: n }, (_, i) => ({ name: nameOf(i), isIsolated: true, clusters: ['Default'] }));
  let create = 0;
  const processor = await processorTime(async () => {
    create = (await timed(async () => bench.finish((await bench.client.networks.addMany({ networks })).job))).ms;
  });
  await sleep(SETTLED_MS);
  return { create, processor };
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
