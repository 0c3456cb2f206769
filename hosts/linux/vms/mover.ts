import { AppError, note } from '../../../contract';
import type {
  MoveChoice,
  VmFile,
  VmMover,
  VmPack,
  VmPart,
  VmReception,
  VmSpec,
} from '../../../engine/ports/host-driver';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { throwIfCancelled } from '../../cancelled';
import { NO_CHOICE, Reception, receptionOf, requireChoice, requireSoundPack } from '../../packs';
import { vmDiskDir } from './folder';
import {
  type PackContext,
  STAT,
  disksIn,
  inspectVm,
  packVm,
  pathsOf,
  readDefinition,
  requireSoundDisks,
  withPaths,
} from './pack';
import { type PartsContext, allowedXml, partsOf } from './parts';
import { PACKED_TPM, TPM_STATE } from './tpm-state';
import { EXIT_NOT_OURS, INTO_INCOMING, notOurs, readAll, writeAll } from './stream';
import { forgetDefinitions, removeSockets } from './kept-definition';
import { dumpXml, virsh } from './virsh';

export interface MoverContext extends PackContext {
  /** Creates the folders that VMs need. */
  prepare(signal: AbortSignal): Promise<void>;
  /** The path on the host of a base image from the engine's computer; copied there first if needed. */
  baseImage(path: string, signal: AbortSignal): Promise<string>;
  /** Defines a VM from the definition that it had on another host. */
  defineFrom(xml: string, spec: VmSpec, signal: AbortSignal): Promise<void>;
  /** Throws CONFLICT for a domain of another store. */
  requireOurs(xml: string, vmId: string): void;
  serialLog(vmId: string): string;
}

const LONG_MS = 600_000;

/** Beside the VMs' own folders, in the same file system, so that complete files are moved by a rename. */
const incomingDir = ({ diskDir }: Pick<PackContext, 'diskDir'>, vmId: string): string => `${diskDir}/.incoming/${vmId}`;

/** Moves VMs to and from a Linux host, through its shell. */
export class LinuxMover implements VmMover {
  /** What `expect` has promised to receive, by VM. */
  private readonly receptions = new Map<string, Reception>();

  constructor(private readonly context: MoverContext) {}

  pack(spec: VmSpec, signal: AbortSignal): Promise<VmPack> {
    return packVm(this.context, spec, signal);
  }

  inspect(spec: VmSpec, signal: AbortSignal): Promise<VmPart[]> {
    return inspectVm(this.context, spec, signal);
  }

  read(_vmId: string, file: VmFile, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return readAll(this.shell, file.path, file.bytes, signal);
  }

  hash(_vmId: string, file: VmFile, signal: AbortSignal): Promise<string> {
    return sha256(this.shell, file.path, signal);
  }

  async expect(spec: VmSpec, pack: VmPack, signal: AbortSignal): Promise<VmReception> {
    requireSoundPack(pack);
    const { diskDir } = this.context;
    await this.context.prepare(signal);
    await this.discard(spec.id, signal);
    const seen = await this.sameFiles(spec, pack, signal);
    const missing = pack.files.filter(({ name }) => !seen.has(name));
    const { exit, stdout } = await this.shell.script(RECEPTION, [diskDir, spec.id], {
      signal,
      okExits: [0, EXIT_NOT_OURS],
    });
    if (exit !== 0) throw notOurs(this.shell, diskDir);
    const roomBytes = roomIn(this.shell, stdout);
    this.receptions.set(spec.id, new Reception(missing, roomBytes));
    return { missing, roomBytes };
  }

  async receive(vmId: string, file: VmFile, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string> {
    const { diskDir } = this.context;
    const bounded = receptionOf(this.receptions, vmId).take(file, content);
    await writeAll(this.shell, { diskDir, vmId, name: file.name }, file.bytes, bounded, signal);
    throwIfCancelled(signal);
    return sha256(this.shell, `${incomingDir(this.context, vmId)}/${file.name}`, signal);
  }

  async land(
    spec: VmSpec,
    pack: VmPack,
    signal: AbortSignal,
    choice: MoveChoice = NO_CHOICE,
  ): Promise<ReadonlyMap<string, string>> {
    requireSoundPack(pack);
    this.receptions.delete(spec.id);
    const folder = vmDiskDir(this.context, spec.id);
    const { xml, externals } = readDefinition(pack);
    const parts: PartsContext = { spec, files: new Set(pack.files.map(({ path }) => path)) };
    if (xml !== null) requireChoice(spec.name, partsOf(xml, parts), choice);
    const seen = await this.sameFiles(spec, pack, signal);
    const came = { ...pack, files: pack.files.filter(({ name }) => !seen.has(name)) };
    const incoming = incomingDir(this.context, spec.id);
    await requireSoundDisks(
      this.shell,
      disksIn(came, spec, ({ name }) => `${incoming}/${name}`),
      signal,
    );
    await this.moveIn(spec.id, folder, signal);
    await this.rebase(spec, folder, signal);
    await this.shell.script(LAND_TPM, [folder, spec.id], { signal });
    const paths = new Map(came.files.map(({ name, path }) => [path, `${folder}/${name}`]));
    for (const { name, path } of externals) if (seen.has(name)) paths.delete(path);
    if (xml !== null)
      await this.context.defineFrom(withPaths(allowedXml(xml, parts, choice), paths), withBoot(spec, paths), signal);
    return paths;
  }

  async discard(vmId: string, signal: AbortSignal): Promise<void> {
    this.receptions.delete(vmId);
    const existing = await dumpXml(this.shell, vmId, 'inactive', signal);
    if (existing !== null) {
      this.context.requireOurs(existing, vmId);
      await this.refuseRunning(vmId, signal);
      await virsh(this.shell, ['undefine', vmId, '--managed-save', '--snapshots-metadata', '--nvram'], { signal });
    }
    await removeSockets(this.shell, vmId, signal);
    await forgetDefinitions(this.shell, this.context, [vmId], signal);
    const folders = [vmDiskDir(this.context, vmId), incomingDir(this.context, vmId), this.context.serialLog(vmId)];
    await this.shell.script(DISCARD, folders, { signal, timeoutMs: LONG_MS });
  }

  private async moveIn(vmId: string, folder: string, signal: AbortSignal): Promise<void> {
    const { diskDir } = this.context;
    const { exit } = await this.shell.script(LAND, [diskDir, vmId, folder], { signal, okExits: [0, EXIT_NOT_OURS] });
    if (exit !== 0) throw notOurs(this.shell, diskDir);
  }

  private get shell(): Shell {
    return this.context.shell;
  }

  /**
   * Names of the pack's files that this host sees as the same file: two labs of one computer. A host could claim that for any file,
   * so it counts only for files that the user named to Atoll and that are files of the engine's computer.
   */
  private async sameFiles(spec: VmSpec, pack: VmPack, signal: AbortSignal): Promise<Set<string>> {
    const named = pathsOf(spec);
    const externals = readDefinition(pack).externals.filter(
      ({ path, identity }) => this.context.broughtDir === null && identity !== '' && named.includes(path),
    );
    if (externals.length === 0) return new Set();
    const { stdout } = await this.shell.script(
      STAT,
      externals.map(({ path }) => path),
      { signal },
    );
    const lines = stdout.split('\n');
    return new Set(externals.flatMap(({ name, identity }, i) => (lines[i]?.startsWith(`${identity} `) ? [name] : [])));
  }

  private async rebase(spec: VmSpec, folder: string, signal: AbortSignal): Promise<void> {
    if (spec.boot.kind !== 'image' || spec.boot.copy === 'full' || spec.boot.base === null) return;
    const base = await this.context.baseImage(spec.boot.base, signal);
    await this.shell.script(REBASE, [`${folder}/disk.qcow2`, base, spec.boot.format], { signal, timeoutMs: LONG_MS });
  }

  /** Someone started by hand what is only a copy by now: removing it is the user's decision. */
  private async refuseRunning(vmId: string, signal: AbortSignal): Promise<void> {
    const { stdout } = await virsh(this.shell, ['domstate', vmId], { signal });
    if (/shut off|crashed/.test(stdout)) return;
    throw new AppError('CONFLICT', `The VM ${vmId} runs on ${this.shell.name}, where only a copy of it should be`, {
      remedy: note(`It was started from outside. Check it there, then end it: virsh destroy ${vmId}.`),
    });
  }
}

/** What the VM boots from, with the paths of this host. */
function withBoot(spec: VmSpec, paths: ReadonlyMap<string, string>): VmSpec {
  const at = (path: string): string => paths.get(path) ?? path;
  const cdroms = (spec.cdroms ?? []).map(({ name, path }) => ({ name, path: path === null ? null : at(path) }));
  const { boot } = spec;
  switch (boot.kind) {
    case 'disk':
      return { ...spec, cdroms, boot: { ...boot, path: at(boot.path) } };
    case 'kernel':
      return {
        ...spec,
        cdroms,
        boot: { ...boot, kernel: at(boot.kernel), initrd: boot.initrd === null ? null : at(boot.initrd) },
      };
    case 'tiny':
    case 'image':
    case 'devices':
    case 'imported':
      return { ...spec, cdroms };
  }
}

/** A limit that is not a number would limit nothing. */
function roomIn({ name }: Shell, stdout: string): number {
  if (/^\d{1,15}$/.test(stdout.trim())) return Number(stdout);
  throw new AppError('HOST_COMMAND_FAILED', `${name} does not report its free space`, {
    rule: 'MOVE_ROOM',
    field: 'host',
    remedy: note('Check the free space on that host, or choose another host.'),
  });
}

/**
 * Creates an empty receiving folder in which nobody else can write. $1: the folder of disks, $2: the VM. Prints the number of free
 * bytes.
 */
const RECEPTION = `
umask 077
mkdir -p -- "$1" && cd -P -- "$1" || exit 1
[ -e .incoming ] || [ -L .incoming ] || mkdir .incoming || exit 1
[ ! -L .incoming ] && [ -O .incoming ] && chmod 700 .incoming || exit ${EXIT_NOT_OURS}
rm -rf -- "./.incoming/$2" && mkdir -- "./.incoming/$2" || exit 1
(${INTO_INCOMING}) || exit
df -B1 --output=avail . | tail -n 1
`;

/**
 * $1: the folder of disks, $2: the VM, $3: the VM's folder, which stays unchanged if nothing was received. QEMU is a separate user
 * on most hosts, and libvirt gives it the files that it may write.
 */
const LAND = `
[ -e "$1/.incoming/$2" ] || exit 0
(${INTO_INCOMING}) || exit
cd -- "$1" || exit 1
# Only what was received is in there: files, each made by us. A link would be checked, and then used, as what it leads to.
[ -z "$(find "./.incoming/$2" -mindepth 1 ! -type f -print -quit)" ] || exit ${EXIT_NOT_OURS}
rmdir -- "./.incoming/$2" 2>/dev/null && { rmdir .incoming 2>/dev/null; exit 0; }
rm -rf -- "$3" && chmod 710 -- "./.incoming/$2" && find "./.incoming/$2" -type f -exec chmod 600 {} + &&
  mv -T -- "./.incoming/$2" "$3" || exit 1
rmdir .incoming 2>/dev/null
exit 0
`;

/** $1: the VM's folder, $2: the VM. What an older VM of this id had here is not its own. */
const LAND_TPM = `${TPM_STATE}
put_tpm "$1/${PACKED_TPM}" "$2" && rm -f -- "$1/${PACKED_TPM}"
`;

/** Rebases an overlay to its base image on this host; -u: the base is the same, at another path. */
const REBASE = `[ -e "$1" ] || exit 0; qemu-img rebase -u -f qcow2 -F "$3" -b "$2" "$1"`;

/** $1: the VM's folder, $2: its receiving folder, $3: its serial log. Nothing is removed through a symbolic link. */
const DISCARD = `rm -rf -- "$1" && { [ -L "\${2%/*}" ] || rm -rf -- "$2"; } && rm -f -- "$3" "$3".[0-9]*; rmdir -- "\${2%/*}" 2>/dev/null; exit 0`;

/** Reads to the end without a timeout (hashing a large disk takes long), but with a signal. */
async function sha256(shell: Shell, path: string, signal: AbortSignal): Promise<string> {
  throwIfCancelled(signal);
  const argv = ['sha256sum', '--', path];
  const pipe = await shell.pipe(argv);
  const onAbort = (): void => pipe.close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    pipe.stdin.end();
    const [said, err] = await Promise.all([wholeText(pipe.stdout), wholeText(pipe.stderr)]);
    const exit = await pipe.ended;
    throwIfCancelled(signal);
    // sha256sum prefixes a line with a backslash if the name has one or a line break (sha256sum(1)).
    const hash = /^\\?([0-9a-f]{64}) /.exec(said)?.[1];
    if (exit === 0 && hash !== undefined) return hash;
    throw new CommandError(shell.name, argv, exit, err);
  } finally {
    signal.removeEventListener('abort', onAbort);
    pipe.close();
  }
}

async function wholeText(from: AsyncIterable<Buffer | string>): Promise<string> {
  let all = '';
  for await (const chunk of from) all = (all + chunk.toString()).slice(0, 8192);
  return all;
}
