import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../../test/support/map-scene';
import { GROUPINGS } from '../layout/boxes';
import { groupsOf } from '../layout/groups';
import { modelOf } from '../model';
import { type RowOptions, rowsOf } from './rows';

const model = modelOf({ ...sceneOf('h1/blue: web gw', 'h1/green: ci gw', 'h2/blue: far'), alone: [] });
const rank = (): number => 0;
const rows = (options: Partial<RowOptions> = {}, grouping: (typeof GROUPINGS)[number] = 'host') =>
  rowsOf(groupsOf(model, grouping, rank), { isOpen: () => true, left: null, rank, ...options });

describe('rows of the table', () => {
  it('lists hosts, their islands and VMs, each with its position among its siblings', () => {
    expect(rows().map((row) => [row.key.split('/').at(-1), row.level, row.place, row.siblings])).toEqual([
      ['host:h1', 1, 1, 2],
      ['blue@h1', 2, 1, 2],
      ['web', 3, 1, 2],
      ['gw', 3, 2, 2],
      ['green@h1', 2, 2, 2],
      ['ci', 3, 1, 2],
      ['gw', 3, 2, 2],
      ['host:h2', 1, 2, 2],
      ['blue@h2', 2, 1, 1],
      ['far', 3, 1, 1],
    ]);
  });

  it('counts a VM on two islands of a host once', () => {
    expect(rows({ isOpen: () => false }).map((row) => row.vms)).toEqual([3, 1]);
  });

  it('shows only filtered rows, expanded', () => {
    const kept = rows({ isOpen: () => false, left: new Set(['ci']) });
    expect(kept.map((row) => row.of.kind)).toEqual(['panel', 'island', 'vm']);
  });

  it('includes every VM in every grouping', () => {
    for (const grouping of GROUPINGS) {
      const ids = rows({}, grouping).flatMap((row) => (row.of.kind === 'vm' ? [row.of.vmId] : []));
      expect(new Set(ids)).toEqual(new Set(['web', 'gw', 'ci', 'far']));
    }
  });
});
