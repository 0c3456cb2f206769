import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/support/simulate-changes';
import { convergedWithTunnel, stretchedHost, stretchedWorlds } from '../../test/support/stretched-worlds';
import type { World } from '../../test/support/worlds';
import { plan } from './plan';

const RUNS = { numRuns: 400 };
const MOST_ROUNDS = 6;

/** Applies plans until there is nothing to do; the groups of a round in either order. */
function converge({ wanted, observed }: World): World['observed'] {
  let host = observed;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const groups = plan(wanted, host).groups;
    if (groups.length === 0) return host;
    const changes = (all: typeof groups) => all.flatMap((group) => [...group.changes]);
    const forth = simulate(host, changes(groups));
    // Which group is first is the driver's choice. The model refuses an end on an open bridge, or without its tunnel.
    expect(simulate(host, changes([...groups].reverse()))).toEqual(forth);
    host = forth;
  }
  throw new Error(`it has changes after ${MOST_ROUNDS} rounds`);
}

describe('the plan of a host with stretched networks', () => {
  it('is empty in its desired state', () => {
    const wanted = stretchedHost([0, 1, 2], [0, 2], [0, 1, null]);
    expect(plan(wanted, convergedWithTunnel(wanted))).toEqual({ groups: [], problems: [], findings: [], again: false });
  });

  it('leads to exactly the desired tunnel and ends, whatever was done, and adds no end before seal and tunnel', () => {
    fc.assert(
      fc.property(stretchedWorlds(), (world) => {
        const after = converge(world);
        const { ends = [] } = world.wanted.tunnel?.spec ?? {};
        const sound = ends.map((end) => ({ ...end, up: true, faults: [] }));
        expect(after.tunnel?.ends ?? []).toEqual(sound.sort((a, b) => (a.port < b.port ? -1 : 1)));
        expect(after.tunnel?.isRunning ?? false).toBe(ends.length > 0);
        expect(plan(world.wanted, after).findings).toEqual([]);
      }),
      RUNS,
    );
  });

  it('has a finding for every change', () => {
    fc.assert(
      fc.property(stretchedWorlds(), ({ wanted, observed }) => {
        const { groups, findings } = plan(wanted, observed);
        const found = JSON.stringify(findings);
        for (const group of groups) expect(found).toContain(`"${group.bridge}"`);
      }),
      RUNS,
    );
  });
});
