import { AppError, type DiskFormat, note } from '../../contract';
import type { Core } from '../context';
import type { VmDriver } from '../ports/host-driver';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import type { AbsentFiles } from './boot-files';
import type { BootRequest } from './boot-request';

type Draft = BootRequest | undefined;
type Disk = Extract<NonNullable<Draft>, { kind: 'disk' }>;

/** The formats of files that are to be disks, or why they can't be one, as detected on this computer. */
export type DiskFormats = ReadonlyMap<string, DiskFormat | AppError>;

const keyOf = (path: string, format: DiskFormat | undefined): string => `${format ?? ''}:${path}`;

/** Files that are checked in parallel. */
const AT_ONCE = 8;

/** Asked before the transaction, like `absentFiles`; missing files are skipped. */
export async function diskFormats(
  { hosts }: Pick<Core, 'hosts'>,
  boots: readonly Draft[],
  absent: AbsentFiles,
): Promise<DiskFormats> {
  const named = boots.filter((boot): boot is Disk => boot?.kind === 'disk' && !absent.has(boot.path));
  const disks = [...new Map(named.map((boot) => [keyOf(boot.path, boot.format), boot]))];
  const formats = new Map<string, DiskFormat | AppError>();
  const ask = async ([key, { path, format }]: (typeof disks)[number]): Promise<void> => {
    const answer = await hosts.diskFormat(path, format).catch((error: unknown) => {
      if (error instanceof AppError) return error;
      throw error;
    });
    formats.set(key, answer);
  };
  for (let i = 0; i < disks.length; i += AT_ONCE) await Promise.all(disks.slice(i, i + AT_ONCE).map(ask));
  return formats;
}

type Rows = Pick<Repositories, 'vms' | 'hosts'>;

/**
 * The format that a new VM's disk is stored with; null if only the host can detect it, at the VM's first start. A file that is
 * already a VM's disk is not detected again: that VM's guest may have written a header into it. `hosts`: where the VM may run. Bad:
 * a qcow2 file with a backing file; one as qcow2 that another VM has as raw.
 */
export function diskFormatOf(
  db: Rows,
  { path, format }: Disk,
  hosts: readonly Pick<HostRow, 'id' | 'kind'>[],
  formats: DiskFormats,
): DiskFormat | null {
  const other = db.vms.byDisk(path).find((vm) => seesTheSame(db, vm, hosts));
  const known = other?.boot.kind === 'disk' ? other.boot.format : null;
  if (other && known !== null) {
    if (format === undefined || format === known) return known;
    throw new AppError('CONFLICT', `The disk ${path} is ${known}, as the VM "${other.name}" uses it`, {
      field: 'boot.format',
      remedy: note('Leave the format out.'),
    });
  }
  if (hosts.some(({ kind }) => kind === 'ssh')) return format ?? null;
  const seen = formats.get(keyOf(path, format)) ?? format ?? null;
  if (!(seen instanceof AppError)) return seen;
  // A file that this user may not read can be readable by root, on a host that is this computer.
  if (seen.code === 'FORBIDDEN' && hosts.some(({ kind }) => kind === 'local')) return format ?? null;
  throw seen;
}

/** Whether a path means the same file to an existing VM and to a new one: all hosts but those over SSH see this computer's. */
function seesTheSame(db: Rows, vm: Pick<VmRow, 'hostId'>, hosts: readonly Pick<HostRow, 'id' | 'kind'>[]): boolean {
  const host = vm.hostId === null ? undefined : db.hosts.get(vm.hostId);
  if (host?.kind === 'ssh') return hosts.some(({ id }) => id === host.id);
  return hosts.length === 0 || hosts.some(({ kind }) => kind !== 'ssh');
}

/**
 * Has the host check a VM's disk before it is used, and stores its format if it was not detected yet. Other VMs need no check here.
 */
export async function resolveDiskFormat(
  core: Pick<Core, 'store'>,
  driver: VmDriver,
  vm: VmRow,
  signal: AbortSignal,
): Promise<VmRow> {
  const { boot } = vm;
  if (boot.kind !== 'disk' || boot.format !== null) return vm;
  const format = await driver.diskFormat(vm.id, boot.path, signal);
  return core.store.transaction((tx) => {
    tx.vms.update(vm.id, { boot: { ...boot, format } });
    return { ...vm, boot: { ...boot, format } };
  });
}
