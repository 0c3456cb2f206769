import { describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import type { AtollClient } from '../../app/client';
import { AppError } from '../../contract';
import { runChaos } from '../support/chaos/chaos';
import { Ledger, type Desired } from '../support/chaos/ledger';
import { labHere } from '../support/lab-here';
import { builtProgram } from '../support/program';
import { sshHere } from '../support/ssh-hosts';

const here = await labHere();
const sshHosts = (await sshHere()).networks === null ? 3 : 0;
const asked = process.env['ATOLL_CHAOS_SEED'];
const seed = asked === undefined ? Date.now() % 1_000_000 : Number(asked);

describe.skipIf(here.networks !== null)(blockName('chaos', here.networks), () => {
  it(`survives kill -9 at 6 random points (ATOLL_CHAOS_SEED=${seed})`, { timeout: 600_000 }, async () => {
    const program = builtProgram();
    try {
      const say = (line: string): void => console.log(`chaos ${seed}: ${line}`);
      const report = await runChaos({ program, seed, points: 6, withVms: here.vms === null, sshHosts, say });
      say(JSON.stringify(report));
      expect(report.problems, `ATOLL_CHAOS_SEED=${seed}`).toEqual([]);
      expect(report).toMatchObject({ points: 6 });
      // A run in which nothing was running would prove nothing.
      expect(report.counts.acknowledged).toBeGreaterThan(15);
      expect(report.kills).toBeGreaterThanOrEqual(6);
    } finally {
      program.remove();
    }
  });
});

/** A proof by chaos is worth what its bookkeeping is. */
describe('the ledger of chaos', () => {
  const client = {} as AtollClient;
  const desired: Desired = [['network blue', 'present']];
  const answered = (job: string | null) => () => Promise.resolve({ job });
  const refused = (code: 'ENGINE_GONE' | 'CONFLICT') => () => Promise.reject(new AppError(code, 'no'));
  const there = new Map([['network blue', 'present']]);
  const nothing = new Map<string, string>();
  const jobIs = (state: string | null) => () => Promise.resolve(state);

  it('misses what was acknowledged, and a job that the store does not know', async () => {
    const ledger = new Ledger();
    await ledger.send(client, 'add blue', desired, answered(null));
    expect(await ledger.settle(nothing, jobIs('succeeded'))).toHaveLength(1);
    await ledger.send(client, 'add blue', desired, answered('j'));
    expect(await ledger.settle(there, jobIs(null))).toHaveLength(1);
  });

  it('takes both for possible where the answer was lost or the job failed', async () => {
    for (const facts of [there, nothing]) {
      const ledger = new Ledger();
      expect(await ledger.send(client, 'add blue', desired, refused('ENGINE_GONE'))).toBe(false);
      expect(await ledger.settle(facts, jobIs('succeeded'))).toEqual([]);
      const failed = new Ledger();
      await failed.send(client, 'add blue', desired, answered('j'));
      expect(await failed.settle(facts, jobIs('failed'))).toEqual([]);
    }
  });

  it('lets a refusal change nothing, and a later command have the last word', async () => {
    const ledger = new Ledger();
    await ledger.send(client, 'add blue', desired, answered(null));
    await ledger.send(client, 'remove blue', [['network blue', 'absent']], refused('CONFLICT'));
    expect(await ledger.settle(there, jobIs('succeeded'))).toEqual([]);
    await ledger.send(client, 'remove blue', [['network blue', 'absent']], answered(null));
    expect(await ledger.settle(there, jobIs('succeeded'))).toHaveLength(1);
  });
});
