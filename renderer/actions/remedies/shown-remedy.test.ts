import { expect, test, vi } from 'vitest';
import { type Cluster, type Host, type Network, run, type Vm } from '../../../contract';
import { type Action, REMEDY_INPUTS, type RemedyInputs, type RemedyProcedure } from '../../../contract/model/remedy';
import type { World } from './shown-remedy';

const plug = vi.fn();
vi.mock('../../api/shell', () => ({ shell: null, pickFile: () => Promise.resolve(null) }));
vi.mock('../../api/client', () => ({ client: { vnics: { plug } }, connection: {} }));
const { shownRemedy } = await import('./shown-remedy');

const vm = (id: string, name: string, state: Vm['state'] = 'down') =>
  ({ id, name, state, vnics: [{ id: 'nic', name: 'nic1' }] }) as unknown as Vm;
const world = (...vms: Vm[]) => ({
  vm: vms,
  network: [{ id: 'n1', name: 'blue', clusters: [] as Network['clusters'] } as Network],
  host: [{ id: 'h1', name: 'node1', state: 'up' } as Host],
  cluster: [] as Cluster[],
});
const shown = <P extends RemedyProcedure>(procedure: P, input: RemedyInputs[P], of: World) =>
  shownRemedy(run(procedure, input).action!, of);

test('an action that names an object is that action of the object', () => {
  expect(shown('vms.start', { vm: 'db2' }, world(vm('1', 'db2')))).toMatchObject({
    label: 'Start db2',
    whyNot: null,
    effect: { kind: 'run' },
  });
  expect(shown('vms.move', { vm: '1', host: 'node1' }, world(vm('1', 'db2')))).toMatchObject({
    label: 'Move db2 to another host',
    effect: { kind: 'go' },
  });
});

test('what is not possible now says why', () => {
  expect(shown('vms.start', { vm: 'db2' }, world(vm('1', 'db2', 'up')))?.whyNot).toMatch(/The VM is up/);
});

test('a vNIC that is named is plugged right here', () => {
  const remedy = shown('vnics.plug', { vm: 'db2', vnic: 'nic1' }, world(vm('1', 'db2')));
  expect(remedy).toMatchObject({ label: 'Plug in nic1 of db2', effect: { kind: 'run' } });
  if (remedy?.effect?.kind === 'run') void remedy.effect.call();
  expect(plug).toHaveBeenCalledWith({ vm: '1', vnic: 'nic' });
});

test('a name that two objects have, or none, leads to the list', () => {
  const two = world(vm('1', 'db2'), vm('2', 'db2'));
  expect(shown('vms.start', { vm: 'db2' }, two)).toMatchObject({
    label: 'Virtual machines',
    effect: { kind: 'go' },
  });
  expect(shown('hosts.nics', {}, two)).toMatchObject({ label: 'Hosts' });
});

test('undo is in the status bar, and what belongs to a terminal has no remedy', () => {
  expect(shown('undo.list', {}, world())).toMatchObject({ effect: null });
  expect(shown('labfile.export', {}, world())).toBeNull();
  expect(shown('system.stop', {}, world())).toBeNull();
});

test('a host that is gone with its VMs is forgotten where that is asked, and only when it can be', () => {
  const gone = { host: 'node1', force: true, forgetVms: true } as const;
  const host = (state: Host['state']) => ({ ...world(), host: [{ id: 'h1', name: 'node1', state } as Host] });
  expect(shown('hosts.remove', gone, host('non_responsive'))).toMatchObject({
    label: 'Forget node1 and its VMs',
    whyNot: null,
    effect: { kind: 'go', to: { search: { do: 'forget' } } },
  });
  expect(shown('hosts.remove', gone, host('up'))?.whyNot).toMatch(/The host is up/);
  expect(shown('hosts.remove', { host: 'node1' }, host('maintenance'))).toMatchObject({
    label: 'Remove node1',
    effect: { kind: 'go', to: { search: { do: 'remove' } } },
  });
});

/** What belongs to a terminal. */
const TERMINAL = new Set<string>([
  ...['labfile.apply', 'labfile.export', 'app.start', 'system.stop', 'system.link', 'system.restore'],
  'folders.allow',
]);

test.each(Object.keys(REMEDY_INPUTS))('%s leaves nobody in front of a screen with a command to type', (procedure) => {
  const remedy = shownRemedy({ procedure, input: {} } as Action, world());
  if (TERMINAL.has(procedure)) expect(remedy).toBeNull();
  else expect(remedy).not.toBeNull();
});

test.each(Object.keys(REMEDY_INPUTS))('%s is an action of the object that it names', (procedure) => {
  const named = { vm: 'db2', network: 'blue', host: 'node1', vnic: 'nic1' };
  const input = Object.fromEntries(
    Object.entries(named).filter(([key]) => key in REMEDY_INPUTS[procedure as RemedyProcedure].shape),
  );
  const remedy = shownRemedy({ procedure, input } as Action, world(vm('1', 'db2')));
  const lists = ['Virtual machines', 'Hosts', 'Networks'];
  if (Object.keys(input).length > 0) expect(lists).not.toContain(remedy?.label);
});
