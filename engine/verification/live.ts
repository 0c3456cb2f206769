import type { Actor, IsolationCheck, IsolationPromise, VerifiedPromise } from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import { instant } from '../core/ids';
import { checkNetworks } from '../networks/check-networks';
import { type AskedGuest, type GuestAnswer, MAX_ASKED_GUESTS } from '../ports/reach-probe';
import { type IslandAnswer, judged } from './judge';
import { type AgentQuestion, type Question, Questions, type Resolve } from './questions';
import { type LiveIsland, liveWorld } from './measured-world';

interface Live {
  /** What subjects mean now. */
  readonly resolve: Resolve;
  readonly by: Actor;
}

/**
 * Measures promises, and evaluates them again when the isolation of their networks has been checked: at the islands' ports by temporary
 * probes, and from inside guests whose agent runs commands. Hosts are asked side by side, the islands of a host one after the other.
 * Nothing that fails fails the whole: it is reported with its promise.
 */
export async function verifyLive(
  core: Core,
  evaluate: () => IsolationPromise[],
  { resolve, by }: Live,
  signal: AbortSignal,
): Promise<VerifiedPromise[]> {
  const world = liveWorld(core.store);
  const questions = new Questions(world, resolve);
  const asked = evaluate().map((promise) => [promise, questions.ask(promise)] as const);
  const islands = new Map<string, IslandAnswer>();
  const checks = new Map<string, IsolationCheck[] | string>();
  const pings = new Map<AgentQuestion, boolean | null>();
  const readOnly = asked.flatMap(([, { only }]) => only?.islands ?? []);
  const targets = [...new Set([...questions.ofIsland.keys(), ...readOnly])].flatMap(
    (id) => world.islands.get(id) ?? [],
  );
  const answering = expectedAnswers(asked.flatMap(([, each]) => each.questions));
  await eachHost(targets, async (island) => {
    const guests = [...(questions.ofIsland.get(island.id)?.values() ?? [])];
    const first = await askIsland(core, island, guests, signal);
    // A busy guest, or a lost frame, is no finding.
    const silent = guests.filter(({ key }) => answering.has(`${island.id} ${key}`) && isSilent(first.answers.get(key)));
    const second = silent.length > 0 ? await askIsland(core, island, silent, signal) : null;
    islands.set(island.id, second === null || second.why !== null ? first : merged(first, second));
  });
  await Promise.all(
    [...new Set(asked.flatMap(([, { isolated }]) => isolated))].map(async (networkId) => {
      const check = checkNetworks(core, { network: networkId, probe: true }, by, signal);
      checks.set(networkId, await check.catch(why(signal)));
    }),
  );
  for (const question of asked.flatMap(([, { agent }]) => agent))
    pings.set(question, await ping(core, question, signal));
  const hostName = (id: string): string => core.store.hosts.get(id)?.name ?? id;
  const networkName = (id: string): string => core.store.networks.get(id)?.name ?? id;
  const evidence = { world, islands, pings, checks, hostName, networkName, at: instant(core.clock.now()) };
  const later = new Map(evaluate().map((promise) => [promise.id, promise]));
  return asked.map(([promise, each]) => judged(later.get(promise.id) ?? promise, each, evidence));
}

/** What should answer, by island and key: what promises require, and the guests whose silence elsewhere is to mean something. */
function expectedAnswers(questions: readonly Question[]): ReadonlySet<string> {
  return new Set(
    questions.flatMap(({ kind, island, keys, control, predicted }) => [
      ...(kind === 'must' && predicted !== false ? keys.map((key) => `${island} ${key}`) : []),
      ...control.map((each) => `${each.island} ${each.key}`),
    ]),
  );
}

const isSilent = (answer: GuestAnswer | undefined): boolean =>
  answer !== undefined &&
  (answer.arp === false || answer.ping === false || answer.tcp.some(({ open }) => open === null));

/** Of what was asked twice, each answer that came at least once. */
function merged(first: IslandAnswer, second: IslandAnswer): IslandAnswer {
  const answers = new Map(first.answers);
  for (const [key, now] of second.answers) {
    const was = first.answers.get(key);
    const once = (a: boolean | null | undefined, b: boolean | null): boolean | null =>
      a === true ? true : (b ?? a ?? null);
    answers.set(key, {
      key,
      arp: once(was?.arp, now.arp),
      ping: once(was?.ping, now.ping),
      frames: once(was?.frames, now.frames),
      tcp: now.tcp.map(({ port, open }) => ({
        port,
        open: open ?? was?.tcp.find((each) => each.port === port)?.open ?? null,
      })),
    });
  }
  const learned = new Map([...first.learned, ...second.learned].map((each) => [each.mac, each]));
  return { answers, learned: [...learned.values()], why: null };
}

/** Islands of one host in turn, of different hosts at once. */
async function eachHost(islands: readonly LiveIsland[], work: (island: LiveIsland) => Promise<void>): Promise<void> {
  const hosts = new Map<string, LiveIsland[]>();
  for (const island of islands) hosts.set(island.hostId, [...(hosts.get(island.hostId) ?? []), island]);
  await Promise.all(
    [...hosts.values()].map(async (ofHost) => {
      for (const island of ofHost) await work(island);
    }),
  );
}

async function askIsland(
  core: Core,
  { hostId, bridge, mtu }: LiveIsland,
  guests: readonly AskedGuest[],
  signal: AbortSignal,
): Promise<IslandAnswer> {
  const actor = core.actors.get(hostId);
  const answers: IslandAnswer = { answers: new Map(), learned: [], why: null };
  const found = new Map(answers.answers);
  try {
    let { learned } = answers;
    for (let at = 0; at === 0 || at < guests.length; at += MAX_ASKED_GUESTS) {
      const order = { bridge, mtu, guests: guests.slice(at, at + MAX_ASKED_GUESTS) };
      // Each in a turn of its own: drift must not wait for all of them.
      const answer = await actor.exclusive(signal, (inner) => actor.driver.measure(order, inner));
      if (answer.why !== null) return { ...answers, why: answer.why };
      for (const each of answer.answers) found.set(each.key, each);
      learned = [...learned, ...answer.learned];
    }
    return { answers: found, learned: [...new Map(learned.map((each) => [each.mac, each])).values()], why: null };
  } catch (error) {
    return { ...answers, why: why(signal)(error) };
  }
}

async function ping(core: Core, { from, address }: AgentQuestion, signal: AbortSignal): Promise<boolean | null> {
  if (from.hostId === null) return null;
  return core.actors
    .get(from.hostId)
    .driver.vms.pingFrom(from.id, address, signal)
    .catch((error: unknown) => {
      why(signal)(error);
      return null;
    });
}

/** What an error says; a cancelled verification ends as a whole. */
const why =
  (signal: AbortSignal) =>
  (error: unknown): string => {
    if (signal.aborted) throw error;
    return describeError(error).message;
  };
