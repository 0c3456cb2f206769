import {
  type IsolationCheck,
  type IsolationPromise,
  type Measurement,
  type PromiseFinding,
  type VerifiedPromise,
  say,
} from '../../contract';
import type { GuestAnswer, ReachAnswer } from '../ports/reach-probe';
import type { AgentQuestion, Asked, Question } from './questions';
import type { LiveWorld } from './measured-world';

/** The answers of one island, or why there are none. */
export interface IslandAnswer {
  readonly answers: ReadonlyMap<string, GuestAnswer>;
  readonly learned: ReachAnswer['learned'];
  readonly why: string | null;
}

/** Everything that was measured. */
export interface Evidence {
  readonly world: LiveWorld;
  readonly islands: ReadonlyMap<string, IslandAnswer>;
  /** The result of each ping from inside a guest. */
  readonly pings: ReadonlyMap<AgentQuestion, boolean | null>;
  /** Checks with the live probe, by network; a text: why there is none. */
  readonly checks: ReadonlyMap<string, readonly IsolationCheck[] | string>;
  hostName(hostId: string): string;
  networkName(networkId: string): string;
  readonly at: string;
}

type Outcome = Measurement & { /** It breaks the promise. */ readonly breaks: boolean };

/** A promise with its measurements. One that breaks it, or that is missing, changes its state; any that differs is a finding. */
export function judged(promise: IsolationPromise, asked: Asked, evidence: Evidence): VerifiedPromise {
  const outcomes = [
    ...asked.questions.flatMap((question) => ofQuestion(question, evidence)),
    ...asked.agent.flatMap((question) => ofPing(promise, question, evidence)),
    ...ofOnly(asked, evidence),
    ...asked.isolated.flatMap((networkId) => ofChecks(networkId, evidence)),
    ...asked.unasked.map(({ from, to, why }) => missing({ from, to: to === '' ? from : to }, why, evidence)),
  ];
  const broken = outcomes.some(({ breaks }) => breaks);
  const untold = outcomes.some(({ by, measured }) => by === 'probe' && measured === null);
  const findings = outcomes.filter((each) => each.breaks || differs(each) || each.measured === null).map(finding);
  const state = broken ? 'broken' : promise.state === 'kept' && untold ? 'unknown' : promise.state;
  const measurements = outcomes.map(({ breaks: _breaks, ...measurement }) => measurement);
  return { promise, measurements, state, findings: [...promise.findings, ...findings].slice(0, MOST) };
}

const MOST = 32;

const differs = ({ predicted, measured }: Measurement): boolean =>
  predicted !== null && measured !== null && predicted !== measured;

function finding({ from, to, what, port, predicted, measured, detail, breaks }: Outcome): PromiseFinding {
  const how = port === null ? NAMES[what] : `TCP ${port}`;
  const message =
    measured === null
      ? say('promise.not_measured', { from, to, what: how, detail })
      : say('promise.measured', {
          from,
          to,
          what: how,
          predicted: predicted ?? (breaks ? !measured : measured),
          measured,
          detail,
        });
  return { message, path: [], remedy: null };
}

const NAMES: Readonly<Record<Measurement['what'], string>> = { arp: 'ARP', icmp: 'ping', tcp: 'TCP' };

function missing({ from, to }: { from: string; to: string }, detail: string, { at }: Evidence): Outcome {
  const place = { networkId: null, hostId: null, port: null } as const;
  return { from, to, ...place, by: 'probe', what: 'arp', predicted: null, measured: null, detail, at, breaks: false };
}

function ofQuestion(question: Question, evidence: Evidence): Outcome[] {
  const { from, to, island: id, predicted } = question;
  const island = evidence.world.islands.get(id);
  const found = evidence.islands.get(id);
  const place = { networkId: island?.networkId ?? null, hostId: island?.hostId ?? null };
  const base = { from, to, ...place, by: 'probe', port: null, predicted, at: evidence.at } as const;
  const answers = question.keys.flatMap((key) => found?.answers.get(key) ?? []);
  if (!found || found.why !== null || answers.length === 0)
    return [{ ...base, what: 'arp', measured: null, detail: found?.why ?? 'no probe could ask it', breaks: false }];
  return question.kind === 'must'
    ? mustAnswer(question, answers, base)
    : mustNotAnswer(question, answers, evidence, base);
}

type Base = Omit<Outcome, 'what' | 'measured' | 'detail' | 'breaks'>;

/** True if one is, false if one is and none is true. */
const any = (values: ReadonlyArray<boolean | null>): boolean | null =>
  values.includes(true) ? true : values.includes(false) ? false : null;

function mustAnswer({ ports: asked }: Question, answers: readonly GuestAnswer[], base: Base): Outcome[] {
  const arp = any(answers.map((each) => each.arp));
  const frames = any(answers.map((each) => each.frames));
  const ports = new Map<number, boolean | null>();
  for (const { port, open } of answers.flatMap(({ tcp }) => tcp))
    if (asked.includes(port)) ports.set(port, any([ports.get(port) ?? null, open]));
  const ping = any(answers.map((each) => each.ping));
  // A guest may ignore pings: an answer of TCP, either way, also proves that packets pass.
  const passes = ping === true || [...ports.values()].some((open) => open !== null);
  const must = base.predicted !== false;
  const heard: Outcome =
    arp === null
      ? {
          ...base,
          what: 'icmp',
          measured: frames,
          detail:
            frames === true
              ? 'its frames arrive; no IPv4 address is known'
              : 'none of its frames arrives, and no IPv4 address is known',
          breaks: must && frames === false,
        }
      : {
          ...base,
          what: 'arp',
          measured: arp,
          detail: arp
            ? 'answered'
            : frames === true
              ? 'its frames arrive, but it does not answer'
              : 'no answer, and none of its frames arrives',
          breaks: must && !arp,
        };
  const pinged: Outcome[] =
    ping === null
      ? []
      : [
          {
            ...base,
            what: 'icmp',
            measured: ping,
            detail: ping
              ? 'answered'
              : arp === true
                ? 'no answer, though it answers ARP: a firewall of its host or its own drops packets'
                : 'no answer',
            breaks: must && !passes,
          },
        ];
  const tried = [...ports].map(([port, open]): Outcome => ({
    ...base,
    what: 'tcp',
    port,
    measured: ping === null && open === null ? null : open === true,
    detail: open === true ? 'accepts connections' : open === false ? 'refuses connections' : 'no answer',
    breaks: must && (open === false || (open === null && ping !== null)),
  }));
  return [heard, ...pinged, ...tried];
}

function mustNotAnswer(
  question: Question,
  answers: readonly GuestAnswer[],
  { islands }: Evidence,
  base: Base,
): Outcome[] {
  const tcp = answers.flatMap((each) => each.tcp);
  const how: ReadonlyArray<readonly [Measurement['what'], boolean | null, string]> = [
    ['icmp', any(answers.map(({ ping }) => ping)), 'it answers a ping'],
    ['arp', any(answers.map(({ arp }) => arp)), 'it answers ARP'],
    ['icmp', any(answers.map(({ frames }) => frames)), 'its frames arrive'],
    ['tcp', tcp.some(({ open }) => open !== null) ? true : null, 'it answers TCP'],
  ];
  const reached = how.find(([, value]) => value === true);
  if (reached) return [{ ...base, what: reached[0], measured: true, detail: reached[2], breaks: true }];
  const answersAtHome = any(
    question.control.map(({ island, key }) => {
      const at = islands.get(island)?.answers.get(key);
      return at ? any([at.arp, at.ping, at.frames]) : null;
    }),
  );
  const what = answers.some(({ ping }) => ping !== null) ? 'icmp' : 'arp';
  if (question.brief) return [];
  if (answersAtHome === true)
    return [{ ...base, what, measured: false, detail: 'no answer; it answers on its own network', breaks: false }];
  const detail = 'no answer, but it does not answer on its own network either, so its silence proves nothing';
  // Beside the direct question, one through each gateway needs no second report.
  return base.predicted === null ? [] : [{ ...base, what, measured: null, detail, breaks: false }];
}

/** A guest without an agent that runs commands is no finding: the probe has measured, too. */
function ofPing({ kind }: IsolationPromise, question: AgentQuestion, { pings, at }: Evidence): Outcome[] {
  const measured = pings.get(question) ?? null;
  if (measured === null) return [];
  const { from, to, address, predicted } = question;
  const nic =
    from.nics.find(({ span }) => span !== null && to.nics.some((other) => other.span === span)) ?? from.nics[0];
  const must = kind === 'direct';
  return [
    {
      from: from.name,
      to: to.name,
      networkId: nic?.networkId ?? null,
      hostId: from.hostId,
      by: 'agent',
      what: 'icmp',
      port: null,
      predicted: must || predicted ? predicted : kind === 'never_reach' ? false : null,
      measured,
      at,
      detail: `ping ${address} ${measured ? 'was answered' : 'was not answered'}`,
      breaks: must ? predicted && !measured : kind === 'never_reach' && measured,
    },
  ];
}

/** Who else has sent frames on networks that only some VMs may be on. */
function ofOnly({ only }: Asked, { world, islands, at }: Evidence): Outcome[] {
  if (only === null) return [];
  const names = new Map([...world.vms.values()].flatMap((vm) => vm.nics.map(({ mac }) => [mac, vm] as const)));
  return only.islands.flatMap((id): Outcome[] => {
    const island = world.islands.get(id);
    const found = islands.get(id);
    if (!island) return [];
    const base = {
      networkId: island.networkId,
      hostId: island.hostId,
      by: 'probe',
      what: 'arp',
      port: null,
      at,
    } as const;
    if (!found || found.why !== null)
      return [
        {
          ...base,
          from: 'other VMs',
          to: island.name,
          predicted: false,
          measured: null,
          detail: found?.why ?? 'not asked',
          breaks: false,
        },
      ];
    const others = found.learned.filter(
      ({ mac, port }) => port !== island.nic && !only.vms.includes(names.get(mac)?.id ?? ''),
    );
    if (others.length === 0)
      return [
        {
          ...base,
          from: 'other VMs',
          to: island.name,
          predicted: false,
          measured: false,
          detail: `${found.learned.length} MAC addresses seen`,
          breaks: false,
        },
      ];
    return others.map(({ mac, port }): Outcome => {
      const vm = names.get(mac);
      const predicted = vm?.nics.some(({ span }) => span === island.span) ?? false;
      return {
        ...base,
        from: vm?.name ?? mac,
        to: island.name,
        predicted,
        measured: true,
        detail: `frames of ${mac} were seen at ${port}`,
        breaks: true,
      };
    });
  });
}

/** What the isolation check with the live probe found on each host. */
function ofChecks(networkId: string, { checks, at, hostName, networkName }: Evidence): Outcome[] {
  const found = checks.get(networkId) ?? 'not checked';
  const base = {
    from: networkName(networkId),
    networkId,
    by: 'probe',
    what: 'icmp',
    port: null,
    predicted: false,
  } as const;
  if (typeof found === 'string')
    return [{ ...base, to: 'its hosts', hostId: null, measured: null, detail: found, at, breaks: false }];
  return found.map((check): Outcome => {
    const failed = check.points.filter(({ ok }) => ok === false).map(({ title, evidence }) => `${title}: ${evidence}`);
    const open = check.points.filter(({ ok }) => ok === null).map(({ title, evidence }) => `${title}: ${evidence}`);
    const measured = check.verdict === 'unknown' ? null : check.verdict === 'not_isolated';
    const detail = (measured === null ? open : failed).join('; ').slice(0, 1000);
    const to = hostName(check.hostId);
    return {
      ...base,
      to,
      hostId: check.hostId,
      measured,
      detail: detail === '' ? `${check.points.length} points passed` : detail,
      at: check.at,
      breaks: measured === true,
    };
  });
}
