import { describe, expect, it, vi } from 'vitest';
import type { Host, Network, Vm } from '../../../contract';

vi.mock('../../api/client', () => ({ client: {}, connection: {} }));
vi.mock('../../api/shell', () => ({ shell: null, pickFile: () => Promise.resolve(null) }));
const { findings, nearFindings } = await import('./findings');
const { indexOf } = await import('./search');

const vm = (name: string, state: Vm['state'] = 'up'): Vm =>
  ({ id: name, name, state, hostId: 'h', boot: { kind: 'tiny' }, disks: [], cdroms: [], vnics: [] }) as unknown as Vm;
const network = (name: string): Network => ({ id: name, name, isIsolated: true, clusters: [] }) as unknown as Network;
const host = (name: string): Host =>
  ({ id: name, name, kind: 'simulated', state: 'up', labels: [] }) as unknown as Host;

const indexWith = (vms: Vm[]) => ({
  vm: indexOf(vms),
  network: indexOf([network('class')]),
  host: indexOf([host('three-1')]),
  cluster: [],
});
const index = indexWith(['pupil1', 'pupil2', 'proxy1', 'web1', 'web2', 'db'].map((name) => vm(name)));
const labels = (typed: string, of = index): string[] => findings(typed, of).map(({ label }) => label);
const first = (typed: string): string | undefined => labels(typed)[0];

describe('findings', () => {
  it.each([
    ['vm console pupil1', 'Console of pupil1'],
    ['pupil1 console', 'Console of pupil1'],
    ['console of pupil1', 'Console of pupil1'],
    ['pause pupil1', 'Suspend pupil1'],
    ['migrate web1', 'Move web1 to another host'],
    ['ssh', 'Add host'],
    ['vm add', 'Create VM'],
    ['dark', 'Switch theme'],
    ['help', 'Keyboard shortcuts'],
    ['ping', 'Reachability'],
  ])('for %j are led by %j', (typed, label) => {
    expect(first(typed)).toBe(label);
  });

  it('find the snapshots of VMs by a part of the noun', () => {
    expect(labels('snap').some((label) => label.startsWith('Take a snapshot of'))).toBe(true);
    expect(labels('snap pupil1')).toContain('Take a snapshot of pupil1');
  });

  it('mean the noun that is typed, if one of its verbs is', () => {
    const commands = (typed: string) => findings(typed, index).map(({ command }) => command);
    expect(new Set(commands('vm remove web1'))).toEqual(new Set(['vm remove']));
    expect(commands('remove web1')).toEqual(expect.arrayContaining(['vm remove', 'vnic remove']));
  });

  it('offer checking and certificates for "isolated", beside the new network', () => {
    expect(labels('isolated')).toEqual(expect.arrayContaining(['Create network', 'Check isolation of class']));
  });

  it('list the actions of an object whose name is typed in full, after its page', () => {
    const found = labels('pupil1');
    expect(found[0]).toBe('pupil1');
    expect(found).toEqual(expect.arrayContaining(['Console of pupil1', 'Shut down pupil1']));
  });

  it('say in one line why an action is possible for none, instead of a list of dead rows', () => {
    const start = findings('start', index).filter(({ command }) => command === 'vm start');
    expect(start).toMatchObject([{ label: 'Start', whyNot: 'All 6 VMs are up.' }]);
    const one = indexWith([vm('a'), vm('b', 'down')]);
    expect(labels('start', one).filter((label) => /^Start/.test(label))).toEqual(['Start b', 'Start b on a host']);
  });

  it('show the reason for the one object that is named, after what is possible', () => {
    const found = findings('start web1', index);
    expect(found.find(({ label }) => label === 'Start web1')?.whyNot).toMatch(/The VM is up/);
    const firstDead = found.findIndex(({ whyNot }) => whyNot !== null);
    expect(found.slice(firstDead).every(({ whyNot }) => whyNot !== null)).toBe(true);
  });

  it('are empty for what is nowhere, with similar names beside', () => {
    expect(findings('pupil11', index)).toEqual([]);
    expect(nearFindings('pupil11', index)[0]?.label).toBe('pupil1');
    expect(nearFindings('qqqq', index)).toEqual([]);
  });
});
