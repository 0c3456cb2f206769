import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { Cluster, Host, Network, Vm } from '../../../contract';
import { type Action, REMEDY_INPUTS } from '../../../contract/model/remedy';
import { argvOf } from '../../../english/remedies';
import { partsOf } from './read-hint';

const plug = vi.fn();
vi.mock('../../api/client', () => ({ client: { vnics: { plug } }, connection: {} }));
const { remedyOf, withoutOptions, wordsOf } = await import('./remedy');

const vm = (id: string, name: string, state: Vm['state'] = 'down') =>
  ({ id, name, state, vnics: [{ id: 'nic', name: 'nic1' }] }) as unknown as Vm;
const world = (...vms: Vm[]) => ({
  vm: vms,
  network: [{ id: 'n1', name: 'blue' } as Network],
  host: [{ id: 'h1', name: 'node1', state: 'up' } as Host],
  cluster: [] as Cluster[],
});

test('a command that names a thing is that deed with the thing', () => {
  expect(remedyOf(['vm', 'start', 'db2'], world(vm('1', 'db2')))).toMatchObject({
    label: 'Start db2',
    whyNot: null,
    effect: { kind: 'run' },
  });
  expect(remedyOf(['vm', 'move', 'db2', '--host', 'node1'], world(vm('1', 'db2')))).toMatchObject({
    label: 'Move db2 to another host',
    effect: { kind: 'go' },
  });
});

test('what is not possible now says why', () => {
  const remedy = remedyOf(['vm', 'start', 'db2'], world(vm('1', 'db2', 'up')));
  expect(remedy?.whyNot).toMatch(/The VM is up/);
});

test('a vNIC that is named is plugged right here', () => {
  const remedy = remedyOf(['vnic', 'plug', 'db2', 'nic1'], world(vm('1', 'db2')));
  expect(remedy).toMatchObject({ label: 'Plug in nic1 of db2', effect: { kind: 'run' } });
  if (remedy?.effect?.kind === 'run') void remedy.effect.call();
  expect(plug).toHaveBeenCalledWith({ vm: '1', vnic: 'nic' });
});

test('a name that two things have, or none, leads to the list', () => {
  const two = world(vm('1', 'db2'), vm('2', 'db2'));
  expect(remedyOf(['vm', 'start', 'db2'], two)).toMatchObject({ label: 'Virtual machines', effect: { kind: 'go' } });
  expect(remedyOf(['host', 'nics', 'HOST'], two)).toMatchObject({ label: 'Hosts' });
});

test('undo is at the foot, and what belongs to a terminal has no remedy', () => {
  expect(remedyOf(['undo', '--list'], world())).toMatchObject({ effect: null });
  expect(remedyOf(['export'], world())).toBeNull();
  expect(remedyOf(['stop'], world())).toBeNull();
});

test('a host that is gone with its VMs is forgotten where that is asked, and only when it can be', () => {
  const argv = ['host', 'remove', 'node1', '--force', '--forget-vms'];
  const host = (state: Host['state']) => ({ ...world(), host: [{ id: 'h1', name: 'node1', state } as Host] });
  expect(remedyOf(argv, host('non_responsive'))).toMatchObject({
    label: 'Forget node1 and its VMs',
    whyNot: null,
    effect: { kind: 'go', to: { search: { do: 'forget' } } },
  });
  expect(remedyOf(argv, host('up'))?.whyNot).toMatch(/The host is up/);
  expect(remedyOf(['host', 'remove', 'node1'], host('maintenance'))).toMatchObject({
    label: 'Remove node1',
    effect: { kind: 'go', to: { search: { do: 'remove' } } },
  });
});

test('where nothing can be clicked, a command is called what the screens call it', () => {
  expect(wordsOf('Start it: atoll vm start db2. Look again.', world(vm('1', 'db2')))).toBe(
    'Start it: Start db2. Look again.',
  );
  expect(wordsOf('"atoll vm start db2" is a name', world(vm('1', 'db2')))).toBe('"atoll vm start db2" is a name');
});

/** Every action of the catalogue leads somewhere on the screens, but for what belongs to a terminal. */
test.each(Object.keys(REMEDY_INPUTS))(
  '%s leaves no person in front of a screen with a command to type',
  (procedure) => {
    // Allowing a folder needs a terminal on purpose: a page must not widen what it may read.
    const TERMINAL = ['apply', 'export', 'start', 'stop', 'link', 'restore', 'image', 'folder'];
    const argv = argvOf({ procedure, input: {} } as Action);
    if (TERMINAL.includes(argv[0] ?? '')) expect(remedyOf(argv, world())).toBeNull();
    else expect(remedyOf(argv, world())).not.toBeNull();
  },
);

test('no hint of the engine leaves an option of the command line on a screen, but for where a home is', () => {
  const notes = sourcesOf('engine')
    .join('\n')
    .matchAll(/note\(\s*['`](.*)['`],?\s*\)/g);
  const hints = [...notes].map(([, hint]) => (hint ?? '').replace(/\$\{[^}]*\}/g, 'x'));
  const words = hints.flatMap((hint) => partsOf(hint).flatMap((part) => (part.kind === 'words' ? [part.words] : [])));
  expect(words.filter((one) => one.includes(' --')).length).toBeGreaterThan(2);
  expect(words.map(withoutOptions).filter((one) => /(^|[ (])--/.test(one.replaceAll('--home', '')))).toEqual([]);
  expect(withoutOptions('Choose another host (--host), or ask for maintenance with --stop-vms.')).toBe(
    'Choose another host, or ask for maintenance with its VMs stopped.',
  );
});

/** The lines of a folder's sources, without comments and tests. */
function sourcesOf(folder: string): string[] {
  const files = readdirSync(new URL(`../../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => readFileSync(new URL(`../../../${folder}/${file}`, import.meta.url), 'utf8').split('\n'))
    .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line));
}
