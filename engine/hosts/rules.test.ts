import { note, run } from '../../contract/remedy';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../test/support/refusals';
import {
  assertForgottenVmsKept,
  assertHostStateAllows,
  assertKeepAllowed,
  ruleO1MaintenanceHasNoRunningVms,
  ruleO3RemovedHostHoldsNoVms,
  ruleO5HostNameIsUnique,
  assertOneLocalHost,
} from './rules';

const host = { id: 'h1', name: 'lab1' };

describe('rules of hosts', () => {
  it('O5: names are unique', () => {
    expect(refusal(() => ruleO5HostNameIsUnique('lab1', [host])).code).toBe('CONFLICT');
    ruleO5HostNameIsUnique('lab1', [host], 'h1');
  });

  it('O1: states allow what the table says', () => {
    expect(refusal(() => assertHostStateAllows({ ...host, state: 'up' }, 'remove'))).toMatchObject({
      code: 'STATE_ILLEGAL',
      field: 'host',
      remedy: run('hosts.maintenance', { host: host.name }),
    });
    expect(refusal(() => assertHostStateAllows({ ...host, state: 'non_operational' }, 'runVms')).message).toContain(
      'non-operational',
    );
    assertHostStateAllows({ ...host, state: 'maintenance' }, 'remove');
  });

  it('O1: maintenance requires that no VM runs, and names those that do', () => {
    const vms = [
      { name: 'web1', state: 'up' as const },
      { name: 'db1', state: 'down' as const },
    ];
    const { message, rule } = refusal(() => ruleO1MaintenanceHasNoRunningVms(host, vms));
    expect({ rule, web: message.includes('web1'), db: message.includes('db1') }).toEqual({
      rule: 'O1',
      web: true,
      db: false,
    });
    ruleO1MaintenanceHasNoRunningVms(host, vms.slice(1));
  });

  it('O3: a host with disks of VMs is not removed', () => {
    const far = { ...host, kind: 'ssh' as const };
    expect(refusal(() => ruleO3RemovedHostHoldsNoVms(far, [{ name: 'db1' }])).message).toContain('db1');
    ruleO3RemovedHostHoldsNoVms(far, []);
  });

  it('O3: offers to remove a host with its VMs as an action, if possible', () => {
    const remedy = (kind: 'ssh' | 'lab' | 'simulated') =>
      refusal(() => ruleO3RemovedHostHoldsNoVms({ ...host, kind }, [{ name: 'db1' }])).remedy;
    expect(remedy('ssh').action).toEqual({
      procedure: 'hosts.remove',
      input: { host: 'lab1', force: true, forgetVms: true },
    });
    expect(remedy('lab').action).toEqual({ procedure: 'labs.remove', input: { lab: 'lab1' } });
    expect(remedy('simulated')).toEqual(note('Remove these VMs first.'));
  });

  it('VMs are forgotten only if everything else is left too', () => {
    const none = { forgetVms: false, force: false, keep: false };
    expect(refusal(() => assertForgottenVmsKept({ ...none, forgetVms: true })).field).toBe('forgetVms');
    assertForgottenVmsKept(none);
    for (const how of ['force', 'keep'] as const) assertForgottenVmsKept({ ...none, forgetVms: true, [how]: true });
  });

  it('S2: this computer is a host only once; labs on it, and other kinds, can be many', () => {
    const here = { name: 'here', kind: 'local' as const };
    expect(refusal(() => assertOneLocalHost('local', [here]))).toMatchObject({ code: 'CONFLICT', field: 'how' });
    assertOneLocalHost('local', [{ name: 'lab1', kind: 'lab' }]);
    for (const kind of ['lab', 'ssh', 'simulated'] as const) assertOneLocalHost(kind, [here]);
  });

  it('objects are left only on a host that continues to exist', () => {
    for (const kind of ['lab', 'simulated'] as const) {
      expect(refusal(() => assertKeepAllowed({ ...host, kind }, true)).field).toBe('keep');
      assertKeepAllowed({ ...host, kind }, false);
    }
    for (const kind of ['local', 'ssh'] as const) assertKeepAllowed({ ...host, kind }, true);
  });
});
