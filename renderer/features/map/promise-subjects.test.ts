import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../contract';
import { sceneOf } from '../../../test/support/map-scene';
import { modelOf } from './model';
import { promiseHighlight } from './promise-subjects';

const model = modelOf(sceneOf('one/blue: web db', 'one/green: ci', 'two/blue: far'));
const subject = (kind: Subject['kind'], id: string, gone = false): Subject => ({ kind, id, name: id, gone });
const highlighted = (who: Subject[], to: Subject[] = []) => {
  const { vms, islands } = promiseHighlight(model, { who, to, through: [] }, []);
  return { vms: [...vms].sort(), islands: [...islands].sort() };
};

describe('the highlight of a promise', () => {
  it('has the VMs and islands of its networks, on all hosts', () => {
    expect(highlighted([subject('network', 'blue')])).toEqual({
      vms: ['db', 'far', 'web'],
      islands: ['blue@one', 'blue@two'],
    });
  });

  it('has a VM with its islands, and a host with all its VMs', () => {
    expect(highlighted([subject('vm', 'ci')])).toEqual({ vms: ['ci'], islands: ['green@one'] });
    expect(highlighted([subject('host', 'one')])).toEqual({
      vms: ['ci', 'db', 'web'],
      islands: ['blue@one', 'green@one'],
    });
  });

  it('leaves out what no longer exists', () => {
    expect(highlighted([subject('vm', 'web', true)], [subject('vm', 'nobody')])).toEqual({ vms: [], islands: [] });
  });
});
