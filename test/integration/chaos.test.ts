import { describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { runChaos } from '../support/chaos/chaos';
import { labHere } from '../support/lab-here';
import { builtProgram } from '../support/program';

const here = await labHere();
const asked = process.env['ATOLL_CHAOS_SEED'];
const seed = asked === undefined ? Date.now() % 1_000_000 : Number(asked);

describe.skipIf(here.networks !== null)(blockName('chaos', here.networks), () => {
  it(`survives kill -9 at 10 random points (ATOLL_CHAOS_SEED=${seed})`, { timeout: 600_000 }, async () => {
    const program = builtProgram();
    try {
      const say = (line: string): void => console.log(`chaos ${seed}: ${line}`);
      const report = await runChaos({ program, seed, points: 10, withVms: here.vms === null, say });
      say(JSON.stringify(report));
      expect(report.problems, `ATOLL_CHAOS_SEED=${seed}`).toEqual([]);
      expect(report).toMatchObject({ points: 10 });
      // A run in which nothing was under way would prove nothing.
      expect(report.counts.acknowledged).toBeGreaterThan(50);
      expect(report.kills).toBeGreaterThanOrEqual(10);
    } finally {
      program.remove();
    }
  });
});
