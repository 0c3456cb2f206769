import { type Actor, AppError, LabFile, type LabFileVm, run, type Params, type PreviewLine, say } from '../../contract';
import { type FoundPath, pathsIn } from '../../contract/model/path';
import { isConfined } from '../core/confine';
import type { AllowedFiles } from '../ports/allowed-files';
import type { HostRow, VmRow } from '../ports/store';
import { type ParsedFile, pathWords } from './parse';

const FEW = 5;

/** The caller's decision about the files that the lab file names. */
interface FileConsent {
  readonly folder?: string | undefined;
  readonly allowFiles: boolean;
}

/**
 * The files of this computer that a lab file names. Its guests read them, and write disks, so whoever wrote the lab file chooses
 * what they get: only files beside it are used without confirmation.
 */
export class LabFiles {
  private constructor(
    private readonly parsed: ParsedFile,
    private readonly folder: string | undefined,
    /** By the index of the VM. */
    private readonly outside: ReadonlyMap<number, readonly FoundPath[]>,
  ) {}

  /** Screens are limited to the allowed folders by `confine` instead. */
  static async of(
    allowed: AllowedFiles,
    actor: Actor,
    parsed: ParsedFile,
    { folder, allowFiles }: FileConsent,
  ): Promise<LabFiles> {
    if (allowFiles || isConfined(actor)) return new LabFiles(parsed, folder, new Map());
    const named = parsed.file.vms.map((vm, i) => [i, filesOf(parsed.file, vm)] as const);
    const paths = named.flatMap(([, files]) => files.map(({ path }) => path));
    const beside = folder === undefined ? new Set<string>() : await allowed.beside(folder, paths);
    const outside = named.map(([i, files]) => [i, files.filter(({ path }) => !beside.has(path))] as const);
    return new LabFiles(parsed, folder, new Map(outside.filter(([, files]) => files.length > 0)));
  }

  /** Whether the VM of this index may be added with the files that it names. */
  mayUse(i: number): boolean {
    return !this.outside.has(i);
  }

  /** Bad: /etc/shadow as the disk of a new VM. `added`: the indexes of the VMs that do not exist yet. */
  assertAllowed(added: readonly number[]): void {
    const refused = added.flatMap((i) =>
      (this.outside.get(i) ?? []).map(({ path, at }) => ({ path, at: ['vms', i, ...at] })),
    );
    const [first, ...others] = refused;
    if (first === undefined) return;
    const line = (at: readonly PropertyKey[]): string => `line ${this.parsed.lineOf(at)}: ${pathWords(at)}: `;
    const why =
      this.folder === undefined ? 'and its own folder is unknown' : `which is not in its own folder, ${this.folder}`;
    const words = [
      `${line(first.at)}The lab file names ${first.path}, ${why}`,
      ...others.slice(0, FEW).map(({ path, at }) => line(at) + path),
      ...(others.length > FEW ? [`and ${others.length - FEW} more`] : []),
    ];
    throw new AppError('FORBIDDEN', words.join('; '), {
      field: pathWords(first.at),
      remedy: run(
        'labfile.apply',
        { allowFiles: true },
        'A guest reads these files and writes its disk. Put copies beside the lab file and name those, or allow the files; a dry run shows what each is used for.',
      ),
    });
  }
}

/** All paths that a VM names, each with its position within the VM. */
function filesOf({ atoll }: LabFile, vm: LabFileVm): FoundPath[] {
  return pathsIn(LabFile, { atoll, vms: [vm] }).map((found) => ({ ...found, at: found.at.slice(2) }));
}

/** For the plan: each file that a new VM gets, and its use. `mayBeOn`: the hosts that it may start on. */
export function fileLines(
  { name: vm, boot, cdroms, hostId }: VmRow,
  mayBeOn: ReadonlyArray<HostRow | undefined>,
): PreviewLine[] {
  const [host] = mayBeOn.filter((each) => each?.kind === 'ssh');
  const certain = host === undefined || hostId === null ? null : host.name;
  const copied = host === undefined ? null : { host: certain };
  const read = (use: Params<'preview.labfile.file'>['use'], path: string): PreviewLine =>
    say('preview.labfile.file', { vm, path, use, copied });
  const media = cdroms.flatMap(({ path }) => (path === null ? [] : [read('cd', path)]));
  switch (boot.kind) {
    case 'disk':
      return [say('preview.labfile.disk', { vm, path: boot.path, host: certain }), ...media];
    case 'kernel':
      return [read('kernel', boot.kernel), ...(boot.initrd === null ? [] : [read('initrd', boot.initrd)]), ...media];
    case 'tiny':
    case 'image':
    case 'devices':
    case 'imported':
      return media;
  }
}
