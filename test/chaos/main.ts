import { parseArgs } from 'node:util';
import { runChaos } from '../support/chaos/chaos';
import { labHere } from '../support/lab-here';
import { builtProgram } from '../support/program';
import { sshHere } from '../support/ssh-hosts';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '200' },
    hosts: { type: 'string', default: '30' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const points = wholeNumber('--points', values.points);
const hosts = values.hosts === '0' ? 0 : wholeNumber('--hosts', values.hosts);
const seed = wholeNumber('--seed', values.seed ?? String(Date.now() % 1_000_000));
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
    console.error(`${points} points, ${sshHosts} hosts over SSH, seed ${seed}`);
    const say = (line: string): void => console.error(line);
    const withVms = here.vms === null;
    const report = await runChaos({ program, seed, points, withVms, sshHosts, say, enough: interrupted(say) });
    if (values.json) console.log(JSON.stringify(report));
    else tell(report);
    return report.problems.length === 0 ? 0 : 1;
  } finally {
    program.remove();
  }
}

/** Ctrl-C ends the run when its point has ended: hosts with VMs are not to be left behind. */
function interrupted(say: (line: string) => void): AbortSignal {
  const enough = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      say('this point is the last; then all is taken away');
      enough.abort();
    });
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
