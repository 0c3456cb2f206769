import { describe, expect, it } from 'vitest';
import { refusal } from '../../test/support/refusals';
import {
  assertNotAttachedToHosts,
  assertAttached,
  assertNotAttachedTwice,
  ruleO3DetachedIsUnused,
  ruleO3ManagementIsNotIsolated,
  ruleO3RemovedIsUnused,
  ruleO5NetworkNameIsUnique,
  ruleS1IsolatedIsFixed,
  ruleS3IsolatedHasNoNic,
  ruleS3IsolatedHasNoVlan,
  ruleS3NicIsOfHosts,
  ruleS4IsolatedIsRequired,
  assertSameDataCenter,
} from './rules';
import { listed } from '../core/listed';

const isolated = { id: 'n1', name: 'blue', isIsolated: true, vlan: null, nic: null, dataCenterId: 'd1' };
const regular = { ...isolated, isIsolated: false };
const cluster = { id: 'c1', name: 'Default', dataCenterId: 'd1' };
const member = { networkId: 'n1', clusterId: 'c1', required: true };
const vms = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `v${i}`, name: `vm${i}` }));

describe('rules of networks', () => {
  it('S1: isolation is chosen once', () => {
    expect(refusal(() => ruleS1IsolatedIsFixed(isolated, false))).toMatchObject({
      code: 'RULE_BROKEN',
      rule: 'S1',
      field: 'isIsolated',
    });
    expect(refusal(() => ruleS1IsolatedIsFixed(regular, true)).rule).toBe('S1');
    ruleS1IsolatedIsFixed(isolated, true);
    ruleS1IsolatedIsFixed(isolated, undefined);
  });

  it('S3: an isolated network has no VLAN', () => {
    expect(refusal(() => ruleS3IsolatedHasNoVlan({ isIsolated: true, vlan: 7 }))).toMatchObject({
      rule: 'S3',
      field: 'vlan',
    });
    ruleS3IsolatedHasNoVlan({ isIsolated: false, vlan: 7 });
  });

  it('S3: an isolated network has no NIC, and a regular one gets it on each host', () => {
    expect(refusal(() => ruleS3IsolatedHasNoNic({ isIsolated: true, nic: 'eth1' }))).toMatchObject({
      rule: 'S3',
      field: 'nic',
    });
    expect(refusal(() => ruleS3NicIsOfHosts({ isIsolated: false, nic: 'eth1' })).code).toBe('BAD_INPUT');
    ruleS3IsolatedHasNoNic(isolated);
    ruleS3NicIsOfHosts(regular);
  });

  it('O4: a regular network stays on a host until it is detached there', () => {
    expect(refusal(() => assertNotAttachedToHosts(regular, vms(1)))).toMatchObject({ rule: 'O4', field: 'network' });
    assertNotAttachedToHosts(regular, []);
  });

  it('O3: a management network is not isolated', () => {
    expect(refusal(() => ruleO3ManagementIsNotIsolated({ name: 'OvirtMgmt', isIsolated: true })).rule).toBe('O3');
    ruleO3ManagementIsNotIsolated({ name: 'ovirtmgmt', isIsolated: false });
  });

  it('S4: an isolated network is always required', () => {
    expect(refusal(() => ruleS4IsolatedIsRequired(isolated, false))).toMatchObject({ rule: 'S4', field: 'required' });
    ruleS4IsolatedIsRequired(isolated, true);
    ruleS4IsolatedIsRequired(isolated, undefined);
    ruleS4IsolatedIsRequired(regular, false);
  });

  it('O5: names are unique', () => {
    expect(refusal(() => ruleO5NetworkNameIsUnique('blue', [isolated]))).toMatchObject({
      code: 'CONFLICT',
      field: 'name',
    });
    ruleO5NetworkNameIsUnique('blue', [isolated], 'n1');
    ruleO5NetworkNameIsUnique('Blue', [isolated]);
  });

  it('attaches within a data center, once', () => {
    expect(refusal(() => assertSameDataCenter(isolated, { name: 'other', dataCenterId: 'd2' })).field).toBe('cluster');
    assertSameDataCenter(isolated, cluster);
    expect(refusal(() => assertNotAttachedTwice(isolated, cluster, [member])).code).toBe('CONFLICT');
    assertNotAttachedTwice(isolated, cluster, []);
    expect(refusal(() => assertAttached(isolated, cluster, [])).code).toBe('CONFLICT');
    assertAttached(isolated, cluster, [member]);
  });

  it('O3: a used network is neither detached nor removed, and the refusal names the VMs', () => {
    expect(refusal(() => ruleO3DetachedIsUnused(isolated, cluster, vms(1))).message).toContain('"vm0"');
    expect(refusal(() => ruleO3RemovedIsUnused(isolated, vms(7))).message).toContain('"vm4" and 2 more');
    ruleO3DetachedIsUnused(isolated, cluster, []);
    ruleO3RemovedIsUnused(isolated, []);
    expect(listed(vms(5))).not.toContain('more');
  });
});
