import { AppError, note } from '../../contract';
import type { Core } from '../context';
import type { NoFile } from '../ports/hosts';
import type { HostRow } from '../ports/store';
import type { BootRequest } from './boot-request';

/** Paths without a file on this computer, with the reason. */
export type AbsentFiles = ReadonlyMap<string, NoFile>;

/** What of a requested VM can name files of a user. */
export interface FileNames {
  readonly boot?: BootRequest | undefined;
  readonly cdroms?: ReadonlyArray<{ readonly path: string | null }> | undefined;
}

interface UserFile {
  readonly field: string;
  readonly what: string;
  readonly path: string;
}

/** The files of a user that a VM boots from or has in its CD drives; `field`: the field of the path. */
function userFiles({ boot, cdroms = [] }: FileNames): UserFile[] {
  const media = cdroms.flatMap(({ path }, i) =>
    path === null ? [] : [{ field: `cdroms.${i}.path`, what: 'CD image', path }],
  );
  return [...bootFiles(boot), ...media];
}

function bootFiles(boot: FileNames['boot']): UserFile[] {
  switch (boot?.kind) {
    case 'disk':
      return [{ field: 'boot.path', what: 'disk', path: boot.path }];
    case 'kernel': {
      const initrd = boot.initrd === null ? [] : [{ field: 'boot.initrd', what: 'initrd', path: boot.initrd }];
      return [{ field: 'boot.kernel', what: 'kernel', path: boot.kernel }, ...initrd];
    }
    case 'tiny':
    case 'image':
    case 'devices':
    case undefined:
      return [];
  }
}

/** Asked before the transaction: the files of this computer are only known outside the database. */
export async function absentFiles({ hosts }: Pick<Core, 'hosts'>, vms: readonly FileNames[]): Promise<AbsentFiles> {
  const paths = [...new Set(vms.flatMap(userFiles).map(({ path }) => path))];
  const seen = await Promise.all(paths.map(async (path) => [path, await hosts.noFile(path)] as const));
  return new Map(seen.flatMap(([path, why]) => (why === null ? [] : [[path, why] as const])));
}

type Places = readonly Pick<HostRow, 'kind'>[];

/**
 * Bad: the disk /no/such.qcow2 for a host that is this computer, or for a cluster that has no other hosts; a folder as a kernel; a CD image of 0 bytes.
 * The files of a host over SSH are checked when the VM is started there.
 */
export function assertBootFilesExist(vm: FileNames, absent: AbsentFiles, hosts: Places): void {
  assertExist(userFiles(vm), absent, hosts);
}

/** Bad: inserting a CD image that does not exist. */
export function assertMediaExist(
  media: ReadonlyArray<Pick<UserFile, 'field' | 'path'>>,
  absent: AbsentFiles,
  hosts: Places,
): void {
  assertExist(
    media.map((each) => ({ ...each, what: 'CD image' })),
    absent,
    hosts,
  );
}

const WHY: Readonly<Record<NoFile, string>> = {
  absent: 'does not exist on this computer',
  other: 'is not a file',
  empty: 'is empty',
};

function assertExist(files: readonly UserFile[], absent: AbsentFiles, hosts: Places): void {
  if (hosts.some(({ kind }) => kind === 'ssh')) return;
  for (const { field, what, path } of files) {
    const why = absent.get(path);
    if (why === undefined) continue;
    const where = hosts.length === 0 ? ' If it is on a host over SSH, add that host first.' : '';
    throw new AppError('BAD_INPUT', `The ${what} ${path} ${WHY[why]}`, {
      field,
      remedy: note(`Enter the path of an existing file.${where}`),
    });
  }
}

/** Bad: exporting over a file that exists. */
export async function assertNewFile({ hosts }: Pick<Core, 'hosts'>, path: string): Promise<void> {
  if ((await hosts.noFile(path)) === 'absent') return;
  throw new AppError('CONFLICT', `${path} exists already, or can't be looked at`, {
    field: 'path',
    remedy: note('Name a file that does not exist yet.'),
  });
}
