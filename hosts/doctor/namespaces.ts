import { readFile } from 'node:fs/promises';
import type { DoctorCheck } from '../../contract';
import { account } from '../account';
import { CommandError } from '../command-error';
import { isRootless, labNamespaces } from '../lab/namespaces';
import type { Shell } from '../shell';
import { install } from './packages';

const MATTERS = 'Without it a lab needs root: start Atoll as root, or use simulated hosts.';

/** What an ordinary user needs to run a lab: user namespaces, newuidmap, a range of ids, and a working combination of them. */
export async function namespaceChecks(shell: Shell): Promise<DoctorCheck[]> {
  if (!isRootless()) return [await labCheck(shell)];
  return Promise.all([userNamespaces(shell), newuidmap(shell), subordinateIds(), labCheck(shell)]);
}

/** The test: creates namespaces like a lab's for a moment. */
async function labCheck(shell: Shell): Promise<DoctorCheck> {
  const { exit, stderr } = await attempt(shell, labNamespaces(isRootless(), ['mount', '-t', 'tmpfs', 'tmpfs', '/run']));
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return {
    id: 'lab_namespaces',
    title: isRootless() ? 'Lab namespaces, without root' : 'Lab namespaces, as root',
    state: exit === 0 ? 'ok' : 'missing',
    found: exit === 0 ? 'can be created' : last || `exit ${exit}`,
    matters: 'A lab runs in its own namespaces: without them only simulated hosts work here.',
    remedy:
      exit === 0
        ? null
        : {
            words: 'Fix the failed checks above; in a container, allow it to create namespaces',
            command: null,
            root: true,
          },
  };
}

/** The result of a command; a missing or hanging one is a result too. */
async function attempt(shell: Shell, argv: readonly string[]): Promise<{ exit: number | null; stderr: string }> {
  try {
    return await shell.run(argv, { okExits: 'any' });
  } catch (error) {
    if (error instanceof CommandError) return { exit: error.exit, stderr: error.stderr };
    throw error;
  }
}

async function userNamespaces(shell: Shell): Promise<DoctorCheck> {
  const { exit, stderr } = await attempt(shell, ['unshare', '--user', '--map-root-user', 'true']);
  const check = { id: 'user_namespaces', title: 'User namespaces', matters: MATTERS };
  if (exit === 0) return { ...check, state: 'ok', found: 'allowed', remedy: null };
  const forbidden = await whyForbidden();
  return {
    ...check,
    state: 'missing',
    found: forbidden ? `disabled by ${forbidden.key}` : stderr.trim(),
    remedy: forbidden && {
      words: `Set ${forbidden.setting}`,
      command: ['sysctl', '-w', forbidden.setting],
      root: true,
    },
  };
}

/** The three switches of distributions: the kernel's own limit, Debian's old one, and AppArmor's (Ubuntu 24.04 and later). */
const SWITCHES = [
  { key: 'user.max_user_namespaces', isOff: (value: number): boolean => value === 0, on: '28633' },
  { key: 'kernel.unprivileged_userns_clone', isOff: (value: number): boolean => value === 0, on: '1' },
  { key: 'kernel.apparmor_restrict_unprivileged_userns', isOff: (value: number): boolean => value === 1, on: '0' },
];

async function whyForbidden(): Promise<{ key: string; setting: string } | null> {
  for (const { key, isOff, on } of SWITCHES) {
    const value = await read(`/proc/sys/${key.replace('.', '/')}`);
    if (value !== null && isOff(Number(value))) return { key, setting: `${key}=${on}` };
  }
  return null;
}

async function newuidmap(shell: Shell): Promise<DoctorCheck> {
  const { exit, stdout } = await shell.script('command -v newuidmap && command -v newgidmap', [], { okExits: 'any' });
  return {
    id: 'newuidmap',
    title: 'newuidmap and newgidmap',
    state: exit === 0 ? 'ok' : 'missing',
    found: stdout.split('\n')[0] || 'not found',
    matters: MATTERS,
    remedy: exit === 0 ? null : install(['uidmap']),
  };
}

async function subordinateIds(): Promise<DoctorCheck> {
  const { username, uid } = whoIsThis();
  const files = await Promise.all(['/etc/subuid', '/etc/subgid'].map(read));
  const ranges = files.map((text) => rangeOf(text ?? '', username, uid));
  const isFine = ranges.every((count) => count >= 65_536);
  const free = freeRange(files.map((text) => text ?? '').join('\n'));
  return {
    id: 'subids',
    title: 'Subordinate user and group ids',
    state: isFine ? 'ok' : 'missing',
    found: isFine
      ? `${Math.min(...ranges)} ids for ${username}`
      : `no range of 65536 ids for ${username} in /etc/subuid and /etc/subgid`,
    matters: MATTERS,
    remedy: isFine
      ? null
      : {
          words: 'Assign an unused range of subordinate ids to this user',
          command: ['usermod', '--add-subuids', free, '--add-subgids', free, username],
          root: true,
        },
  };
}

/** By number if the user has no account, as in some containers. */
function whoIsThis(): { username: string; uid: number } {
  const { name, uid } = account();
  return { username: name ?? String(uid), uid };
}

/** The number of ids that subuid(5) assigns to a user, listed by name or by number. */
export function rangeOf(text: string, username: string, uid: number): number {
  const lines = text.split('\n').map((line) => line.split(':'));
  return lines
    .filter(([owner]) => owner === username || owner === String(uid))
    .reduce((sum, line) => sum + Number(line[2] ?? 0), 0);
}

/** The first 65536 ids after all assignments in subuid(5) and subgid(5): `first-last`, as usermod(8) takes it. */
export function freeRange(text: string): string {
  const ends = text.split('\n').map((line) => {
    const [, first, count] = line.split(':');
    return Number(first ?? 0) + Number(count ?? 0) || 0;
  });
  const first = Math.max(100_000, ...ends);
  return `${first}-${first + 65_535}`;
}

const read = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
