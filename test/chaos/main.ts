import { parseArgs } from 'node:util';
import { type ChaosReport, runChaos } from '../support/chaos/chaos';
import { labHere } from '../support/lab-here';
import { builtProgram } from '../support/program';
import { sshHere } from '../support/ssh-hosts';
import { type Record, machineWords, pointsOf, readRecord, recordWords, writeRecord } from './record';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '200' },
    hosts: { type: 'string', default: '30' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
    record: { type: 'string' },
    minutes: { type: 'string' },
  },
});
const points = wholeNumber('--points', values.points);
const hosts = values.hosts === '0' ? 0 : wholeNumber('--hosts', values.hosts);
const minutes = values.minutes === undefined ? null : wholeNumber('--minutes', values.minutes);
const kept = values.record === undefined ? null : readRecord(values.record);
const seed = kept?.seed ?? wholeNumber('--seed', values.seed ?? String(Date.now() % 1_000_000));
process.exitCode = await main();

/** 0: all points held. 1: something was lost or left. 2: not possible here. */
async function main(): Promise<number> {
  const here = await labHere();
  if (here.networks !== null) {
    console.error(`No lab can run here (${here.networks}), so there is nothing to kill in the middle of.`);
    return 2;
  }
  if (here.vms !== null) console.error(`Without VMs (${here.vms}).`);
  const overSsh = (await sshHere()).networks;
  if (overSsh !== null && hosts > 0) console.error(`Without hosts over SSH (${overSsh}).`);
  const sshHosts = overSsh === null ? hosts : 0;
  const program = builtProgram();
  try {
    const record: Record = kept ?? { seed, hosts: sshHosts, machine: machineWords(), parts: [] };
    if (record.hosts !== sshHosts) throw new Error(`${values.record} is of a run with ${record.hosts} hosts`);
    const rest = points - pointsOf(record);
    if (rest <= 0) return ended(record, null);
    console.error(`${rest} of ${points} points, ${sshHosts} hosts over SSH, seed ${seed}`);
    const say = (line: string): void => console.error(line);
    const withVms = here.vms === null;
    const begun = Date.now();
    const { parts } = record;
    const number = parts.length;
    const onPoint = (report: ChaosReport): void => {
      const seconds = Math.round((Date.now() - begun) / 1000);
      parts[number] = { ...report, begunAt: new Date(begun).toISOString(), seconds };
      if (values.record !== undefined) writeRecord(values.record, record);
    };
    // Each part has a seed of its own, or it would begin as the first one did.
    const options = { program, seed: seed + number, points: rest, withVms, sshHosts, say, onPoint };
    const report = await runChaos({ ...options, enough: interrupted(say) });
    onPoint(report);
    return ended(record, report);
  } finally {
    program.remove();
  }
}

/** Prints what there is to know; the exit code says whether anything was lost or left. */
function ended(record: Record, report: ChaosReport | null): number {
  if (values.json) console.log(JSON.stringify(values.record === undefined ? report : record));
  else {
    if (report !== null) tell(report);
    for (const line of recordWords(record)) console.log(line);
    if (values.record !== undefined && pointsOf(record) < points)
      console.log(`${points - pointsOf(record)} points are left: run the same command again`);
  }
  return record.parts.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

/** Ctrl-C, or the end of its minutes, ends the run when its point has ended: hosts with VMs are not to be left behind. */
function interrupted(say: (line: string) => void): AbortSignal {
  const enough = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      say('this point is the last; then everything is removed');
      enough.abort();
    });
  if (minutes !== null) setTimeout(() => enough.abort(), minutes * 60_000).unref();
  return enough.signal;
}

function tell({ points: done, kills, counts, failedJobs, problems }: Awaited<ReturnType<typeof runChaos>>): void {
  const { acknowledged, lost, refused } = counts;
  console.log(
    `${done} points, ${kills} kills; commands: ${acknowledged} acknowledged, ${lost} in flight, ${refused} refused`,
  );
  for (const words of failedJobs) console.log(`job failed: ${words}`);
  for (const words of problems) console.log(`PROBLEM: ${words}`);
  console.log(
    problems.length === 0 ? 'Nothing was lost, nothing was left.' : `Again with: npm run chaos -- --seed ${seed}`,
  );
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${option} takes a whole number above 0, not ${text}`);
}
