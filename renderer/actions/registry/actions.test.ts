import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

vi.mock('../../api/client', () => ({ client: {}, connection: {} }));
vi.mock('../../api/shell', () => ({ shell: null, pickFile: () => Promise.resolve(null) }));
const { ACTIONS } = await import('./actions');
const { asks } = await import('./action');
const { APP_ACTIONS } = await import('./app-actions');

/** Commands that the palette does not offer, with the reason. */
const LEFT_OUT: Record<string, string> = {
  ...of("the engine, its files and its shell are the terminal's", [
    'start',
    'stop',
    'status',
    'version',
    'completion',
    'report',
    'export',
    'apply',
    'link',
    'folder list',
    'folder allow',
    'folder remove',
  ]),
  ...of('the screen of backups, to which the palette leads, has them', [
    'backup verify',
    'backup remove',
    'backup prune',
    'backup rule',
    'restore',
  ]),
  ...of('the Doctor screen lists signed-in browsers', ['session list', 'session end']),
  ...of('the Doctor screen has a card of the oVirt API', ['api enable', 'api show', 'api password', 'api disable']),
  ...of('the dialog that moves a VM shows them', ['vm additions']),
  ...of('the screens write no file of a person', ['disk export']),
  ...of('a terminal waits; a screen shows', ['job wait']),
  ...of('the pages and the table of VMs show them', ['vm stats', 'host stats']),
  ...of('clients of oVirt ask for them; a screen has no use for them', [
    'network profiles',
    'network add-profile',
    'network rename-profile',
    'network remove-profile',
  ]),
  ...of('a note stands on an island: the map has it there', ['network note']),
  ...of('a row of the images screen has it', ['image rename', 'image remove']),
  ...of('the form of a new VM shows it', ['vm seed', 'vm presets']),
  ...of("the VM's page shows it", ['vm definition']),
  ...of('the screen of promises, to which the palette leads, has them', [
    'promise show',
    'promise remove',
    'promise check',
    'verify',
  ]),
  ...of('no screen of its own yet', [
    'promise update',
    'promise groups',
    'promise set-group',
    'promise remove-group',
    'lab stop',
    'lab remove',
    'datacenter list',
    'datacenter show',
    'datacenter add',
    'datacenter update',
    'datacenter remove',
    'cluster list',
    'cluster show',
    'cluster add',
    'cluster update',
    'cluster remove',
  ]),
};
function of(why: string, commands: readonly string[]): Record<string, string> {
  return Object.fromEntries(commands.map((command) => [command, why]));
}

test('offers every CLI command in the palette, except those excluded with a reason', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/cli.md', import.meta.url)), 'utf8');
  const commands = [...page.matchAll(/^### atoll ([a-z-]+(?: [a-z-]+)?)/gm)].map(([, command]) => command ?? '');
  const offered = new Set([
    ...APP_ACTIONS.flatMap(({ command }) => command ?? []),
    ...Object.values(ACTIONS).flatMap((actions) => actions.map(({ command }) => command.join(' '))),
  ]);
  expect(commands.length).toBeGreaterThan(60);
  expect(commands.filter((command) => !offered.has(command) && !(command in LEFT_OUT))).toEqual([]);
  expect(Object.keys(LEFT_OUT).filter((command) => offered.has(command) || !commands.includes(command))).toEqual([]);
  expect([...offered].filter((command) => !commands.includes(command))).toEqual([]);
});

test.each(Object.entries(ACTIONS))('gives every action of a %s a unique name and key', (_, actions) => {
  const ids = actions.map(({ id }) => id);
  const keys = actions.flatMap(({ shortcut }) => shortcut ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { label } of actions as readonly { label: (name: string | null) => string }[]) {
    expect(label(null)).toMatch(/^[A-Z]|^vNICs$/);
    expect(label('web')).toContain('web');
    expect(label(null)).not.toContain('web');
  }
});

test.each(['vm', 'network', 'host'] as const)('marks Edit of a %s as an action that opens a dialog', (kind) => {
  const edit = ACTIONS[kind].find(({ id }) => id === 'update');
  expect(asks(edit as never, { id: 'an-id', name: 'web' })).toBe(true);
  expect(asks(ACTIONS[kind][0] as never, { id: 'an-id', name: 'web' })).toBe(false);
});

test('adds the ellipsis of such actions by rule, never in their labels', () => {
  const labels = Object.values(ACTIONS).flatMap((actions) => actions.map(({ label }) => label(null)));
  expect(labels.filter((label) => label.endsWith('…'))).toEqual([]);
});

test('never starts a two-key shortcut with the key of an object action', () => {
  const first = new Set(APP_ACTIONS.flatMap(({ shortcut }) => (shortcut?.includes(' ') === true ? [shortcut[0]] : [])));
  const keys = Object.values(ACTIONS).flatMap((actions) => actions.flatMap(({ shortcut }) => shortcut ?? []));
  expect(keys.filter((key) => first.has(key))).toEqual([]);
});

test('uses only existing actions for single-action buttons', () => {
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const named = sources.flatMap((source) =>
    [...source.matchAll(/<ActionTool kind="(\w+)" [^>]*?id=(?:"(\w+)"|\{([^}]*)\})/g)].flatMap(
      ([, kind = '', id, either = '']) =>
        (id === undefined ? [...either.matchAll(/'(\w+)'/g)].map(([, one]) => one) : [id]).map((one) => [kind, one]),
    ),
  );
  expect(named.length).toBeGreaterThanOrEqual(5);
  const known = Object.entries(ACTIONS).flatMap(([kind, actions]) => actions.map(({ id }) => `${kind} ${id}`));
  expect(named.map((one) => one.join(' ')).filter((one) => !known.includes(one))).toEqual([]);
});
