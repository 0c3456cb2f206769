import { describe, expect, it } from 'vitest';
import { type Boot, type ImportedLines, VM_ACTIONS, VmState, vmAllows } from '../../contract';
import { refusal } from '../../test/support/refusals';
import {
  MAX_VNICS,
  assertImageUnused,
  assertImageNameUnique,
  assertNetworkInCluster,
  ruleO5MacIsUnique,
  ruleO5VmNameIsUnique,
  assertDiskHoldsImage,
  assertDefinitionOwned,
  assertVmHasScreen,
  assertVmStateAllows,
  assertVmStaysOnHost,
  assertVnicPlugged,
  assertVnicNameUnique,
  assertVnicsFit,
} from './rules';

const vm = { id: 'v1', name: 'web1', boot: { kind: 'tiny' } as const, hostId: 'h1' };
const boots = [{ kind: 'tiny' }, { kind: 'imported', nics: [] }] satisfies Boot[];
const [a, b] = [
  { id: 'h1', name: 'A' },
  { id: 'h2', name: 'B' },
];

describe('rules of VMs', () => {
  it('refuses by the state table and names the allowed states', () => {
    for (const state of VmState.options) {
      for (const action of VM_ACTIONS) {
        const ask = (): void =>
          assertVmStateAllows({ ...vm, state, boot: boots[Number(action === 'forget')]! }, action);
        if (vmAllows(state, action)) ask();
        else expect(refusal(ask).code).toBe('STATE_ILLEGAL');
      }
    }
    expect(refusal(() => assertVmStateAllows({ ...vm, state: 'up' }, 'start')).remedy?.note).toContain(
      'down, paused or suspended',
    );
    expect(refusal(() => assertVmStateAllows({ ...vm, state: 'up' }, 'makeImage', 'export')).message).toContain(
      "Can't export the VM",
    );
  });

  it('protects what belongs to the owner of an imported VM, and forgets no other VM', () => {
    const [tiny, imported] = boots;
    for (const action of ['move', 'snapshot', 'revert'] as const)
      expect(refusal(() => assertVmStateAllows({ ...vm, state: 'up', boot: imported! }, action)).rule).toBe('IMPORTED');
    for (const action of ['shutdown', 'stop', 'reboot', 'reset', 'suspend', 'console', 'screen', 'forget'] as const)
      assertVmStateAllows({ ...vm, state: 'up', boot: imported! }, action);
    const { remedy } = refusal(() => assertVmStateAllows({ ...vm, state: 'down', boot: tiny! }, 'forget'));
    expect(remedy.action?.procedure).toBe('vms.remove');
    expect(refusal(() => assertDefinitionOwned({ ...vm, boot: imported! })).remedy?.note).toContain('virsh edit');
    assertDefinitionOwned({ ...vm, boot: tiny! });
  });

  it('opens console and screen of an imported VM as far as its definition has them', () => {
    const at = (lines: ImportedLines) => {
      const boot: Boot = { kind: 'imported', nics: [], lines };
      return { ...vm, state: 'up' as const, boot };
    };
    assertVmStateAllows(at({ console: true, screen: 'none' }), 'console');
    expect(refusal(() => assertVmStateAllows(at({ console: false, screen: 'vnc' }), 'console')).message).toContain(
      'no serial port',
    );
    assertVmHasScreen(at({ console: false, screen: 'vnc' }));
    expect(refusal(() => assertVmHasScreen(at({ console: true, screen: 'spice' }))).message).toContain('SPICE');
    expect(refusal(() => assertVmHasScreen(at({ console: true, screen: 'none' }))).message).toContain('no display');
  });

  it('O5: names and MAC addresses are unique', () => {
    expect(refusal(() => ruleO5VmNameIsUnique('web1', [vm])).rule).toBe('O5');
    ruleO5VmNameIsUnique('web1', [vm], 'v1');
    expect(refusal(() => assertVnicNameUnique(vm, 'nic1', [{ id: 'x', name: 'nic1' }])).code).toBe('CONFLICT');
    assertVnicNameUnique(vm, 'nic2', [{ id: 'x', name: 'nic1' }]);
    expect(refusal(() => ruleO5MacIsUnique('56:6f:00:00:00:01', vm)).message).toContain('web1');
    ruleO5MacIsUnique('56:6f:00:00:00:01', undefined);
    expect(refusal(() => assertImageNameUnique('deb', a)).field).toBe('name');
    assertImageNameUnique('deb', undefined);
  });

  it('O2: vNICs are on networks of the cluster', () => {
    const network = { id: 'n1', name: 'blue' };
    expect(refusal(() => assertNetworkInCluster(network, a, [])).remedy.action).toEqual({
      procedure: 'networks.attach',
      input: { network: 'blue', cluster: a.name },
    });
    assertNetworkInCluster(network, a, [{ networkId: 'n1', clusterId: 'h1', required: true }]);
  });

  it('O2: a VM starts where its disks are', () => {
    expect(refusal(() => assertVmStaysOnHost(vm, a, b)).field).toBe('host');
    assertVmStaysOnHost(vm, a, a);
    assertVmStaysOnHost(vm, undefined, b);
    assertVmStaysOnHost(vm, a, undefined);
  });

  it('limits vNICs, and plugs and unplugs once', () => {
    expect(refusal(() => assertVnicsFit(vm, MAX_VNICS + 1)).code).toBe('NO_CAPACITY');
    assertVnicsFit(vm, MAX_VNICS);
    expect(refusal(() => assertVnicPlugged({ name: 'nic1', plugged: true }, false)).code).toBe('STATE_ILLEGAL');
    assertVnicPlugged({ name: 'nic1', plugged: true }, true);
  });

  it('requires a disk that holds its image', () => {
    const image = { name: 'deb', virtualBytes: 2 * 1024 ** 3 };
    expect(refusal(() => assertDiskHoldsImage(image, 1024 ** 3))).toMatchObject({
      code: 'BAD_INPUT',
      field: 'boot.diskBytes',
      message: 'The image "deb" needs 2 GiB; a disk of 1 GiB is too small',
    });
    assertDiskHoldsImage(image, image.virtualBytes);
    assertDiskHoldsImage(image, null);
  });

  it('O3: keeps a base image while disks are overlays of it', () => {
    expect(refusal(() => assertImageUnused(a, [vm])).message).toContain('web1');
    assertImageUnused(a, []);
  });
});
