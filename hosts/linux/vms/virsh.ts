import { AppError, type Remedy, note, run } from '../../../contract';
import { CommandError } from '../../command-error';
import type { RunOptions, RunResult, Shell } from '../../shell';
import { withXml } from './xml';

/**
 * virsh can't open a socket as /dev/stdin (ENXIO, open(2)), and our stdin is one; it can open a pipe. XML never becomes an
 * argument, which others on the host could read.
 */
const WITH_XML = `cat | virsh -q "$@"`;

/** Remedies for common refusals of libvirt. */
const REMEDIES: ReadonlyArray<readonly [RegExp, Remedy]> = [
  [
    /failed to connect to the hypervisor|Failed to connect socket/i,
    run('hosts.check', {}, 'libvirtd does not answer on this host.'),
  ],
  [
    /No more available PCI slots/i,
    note('The VM has no free PCI slot left. Shut it down and start it again to get more.'),
  ],
  [
    /Cannot get interface MTU|No such device|Unable to add bridge/i,
    run(
      'hosts.sync',
      {},
      'A bridge is missing on this host. Syncing creates those of Atoll; start a network of libvirt with virsh net-start, and create any other bridge on the host.',
    ),
  ],
  [
    /Unable to find .*efi.* firmware|no matching firmware/i,
    run('hosts.check', {}, 'This host has no UEFI firmware that fits. The check names the package.'),
  ],
  [
    /\bswtpm|TPM.* (?:is )?not (?:supported|available)/i,
    run('hosts.check', {}, 'This host has no TPM emulator. The check names the packages.'),
  ],
  [
    /Could not open|No such file or directory|cannot access/i,
    note('A file that the VM boots from is missing or not readable.'),
  ],
  [/cannot set up guest memory|Cannot allocate memory/i, note('This host does not have enough free memory.')],
];

/** Runs one virsh command. Arguments are ids, paths and constants. */
export function virsh(shell: Shell, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return shell.run(['virsh', '-q', ...args], options).catch(explain);
}

/** A word of a command line that virsh itself parses, as an sh would: what is in single quotes is taken as it is. */
export const virshWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs one virsh command that reads XML from /dev/stdin. */
export function virshWithXml(
  shell: Shell,
  args: readonly string[],
  xml: string,
  options: RunOptions = {},
): Promise<RunResult> {
  return shell.script(WITH_XML, args, { ...options, stdin: xml }).catch(explain);
}

/** The definition of a VM (live: as it runs); null if the host has no such VM. */
export async function dumpXml(
  shell: Shell,
  vmId: string,
  which: 'live' | 'inactive',
  signal: AbortSignal,
): Promise<string | null> {
  const args = dumpArgs(vmId, which);
  const known = await asked(shell, args, signal);
  if (known !== undefined) return known;
  return dumped(shell, args, await virsh(shell, args, { signal, okExits: 'any' }));
}

/** --security-info: otherwise secrets that dumpxml omits (a VNC password) would be lost when the XML is defined again. */
const dumpArgs = (vmId: string, which: 'live' | 'inactive'): string[] => [
  ...['dumpxml', vmId, '--security-info'],
  ...(which === 'inactive' ? ['--inactive'] : []),
];

/** The definition that a dumpxml printed; null if the host has no such VM. */
export function dumped(shell: Shell, args: readonly string[], { exit, stdout, stderr }: RunResult): string | null {
  if (exit === 0) return stdout;
  if (/failed to get domain|Domain not found/i.test(stderr)) return null;
  return explain(new CommandError(shell.name, ['virsh', ...args], exit, stderr));
}

/** What a virsh that stays says of a definition; undefined if there is none, or no answer. */
const asked = async (shell: Shell, args: readonly string[], signal: AbortSignal): Promise<string | null | undefined> =>
  answerXml((await shell.virsh?.ask([args.join(' ')], { signal, starts: true }))?.[0]);

/**
 * The definition in the answer of a virsh that stays; null if the host has no such VM. Undefined if it is neither: a virsh of its own has to
 * say what there is.
 */
export function answerXml(answer: string | undefined): string | null | undefined {
  const text = answer?.trim() ?? '';
  if (text.startsWith('<domain') && text.endsWith('</domain>')) return `${text}\n`;
  return isNoDomain(text) ? null : undefined;
}

/** Whether all that virsh printed is that there is no such VM. */
export const isNoDomain = (text: string): boolean =>
  text.split('\n').every((line) => /^error: (?:failed to get domain|Domain not found)/i.test(line));

/** The ids that a list of a virsh that stays consists of; null if it printed anything else, such as that it lost libvirt. */
export function answerIds(answer: string | undefined): string[] | null {
  const lines = answer?.split('\n').filter((line) => line !== '');
  return lines?.every((line) => UUID.test(line)) ? lines : null;
}
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * $1: a folder that is created if it is missing, or nothing, $2: a file, $3...: the arguments of virsh, unless it was asked already. The
 * first line says whether the file exists.
 */
const WITH_FILES = `
[ -z "$1" ] || mkdir -p -- "$1" || exit
if [ -e "$2" ]; then echo yes; else echo no; fi
shift 2
[ $# = 0 ] || exec virsh -q "$@"
`;

/** The inactive definition of a VM, and whether a file exists, in one round trip; creates `folder`, if any, where it is missing. */
export async function definitionAndFile(
  shell: Shell,
  vmId: string,
  { folder, file }: { readonly folder: string | null; readonly file: string },
  signal: AbortSignal,
): Promise<{ readonly xml: string | null; readonly exists: boolean }> {
  const args = dumpArgs(vmId, 'inactive');
  const known = await asked(shell, args, signal);
  const ask = known === undefined ? args : [];
  const result = await shell
    .script(WITH_FILES, [folder ?? '', file, ...ask], { signal, okExits: 'any' })
    .catch(explain);
  const end = result.stdout.indexOf('\n');
  if (end < 0) return explain(new CommandError(shell.name, ['mkdir', '-p', folder ?? ''], result.exit, result.stderr));
  const xml = known === undefined ? dumped(shell, args, { ...result, stdout: result.stdout.slice(end + 1) }) : known;
  return { xml, exists: result.stdout.slice(0, end) === 'yes' };
}

/**
 * The definition of a VM as it runs.
 * @returns null for one that does not run
 * @throws AppError NOT_FOUND if the host has no such VM
 */
export async function liveXml(shell: Shell, vmId: string, signal: AbortSignal): Promise<string | null> {
  const xml = await dumpXml(shell, vmId, 'live', signal);
  if (xml === null) throw noSuchVm(vmId, shell);
  // libvirt numbers the VMs that run.
  return withXml(xml, ({ root }) => root.attr('id') !== null) ? xml : null;
}

/** The exit codes of a shell and of nsenter if a program can't be executed or does not exist. */
const NOT_THERE: readonly (number | null)[] = [126, 127];

/** Adds a hint to libvirt's message if there is one. */
export function explain(error: unknown): never {
  if (!(error instanceof CommandError)) throw error;
  if (NOT_THERE.includes(error.exit)) {
    throw new AppError('NOT_SUPPORTED', `libvirt is missing on ${error.host}: VMs cannot run there`, {
      remedy: run('hosts.check', {}, 'The check names the missing package. Networks work without it.'),
      cause: error,
    });
  }
  const remedy = REMEDIES.find(([pattern]) => pattern.test(error.stderr))?.[1];
  throw remedy ? new CommandError(error.host, error.argv, error.exit, error.stderr, remedy) : error;
}

export function noSuchVm(vmId: string, shell: Shell): AppError {
  return new AppError('NOT_FOUND', `The VM ${vmId} is not defined on ${shell.name}`, {
    remedy: note('It may have been removed from outside; starting it defines it again.'),
  });
}
