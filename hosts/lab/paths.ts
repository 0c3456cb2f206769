import { resolve, join } from 'node:path';
import { AppError, note } from '../../contract';

/** The folders and files of one lab, on this computer. The same paths hold inside the lab. */
export interface LabPaths {
  readonly root: string;
  readonly lock: string;
  readonly identity: string;
  readonly init: string;
  readonly log: string;
  /** /run/atoll of the lab. */
  readonly sock: string;
  readonly disks: string;
  /** Who the process is that holds the way out, and what it said. */
  readonly outside: string;
  readonly outsideLog: string;
  /** What was printed on the VMs' serial lines. */
  readonly serialLogs: string;
}

/** A lab hides these behind its own; a home in there would be out of its sight. */
const HIDDEN = [
  '/run',
  '/var/run',
  '/sys',
  '/proc',
  '/dev/pts',
  '/etc/libvirt',
  '/var/lib/libvirt',
  '/var/cache/libvirt',
  '/var/log',
];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const labsDir = (home: string): string => join(resolve(home), 'labs');
export const isLabId = (text: string): boolean => UUID.test(text);

/**
 * Where the lab of a host lives.
 * @throws AppError BAD_INPUT for an id that is no UUID (it becomes a folder's name), NOT_SUPPORTED for a home that a lab can't see
 */
export function labPaths(home: string, id: string): LabPaths {
  if (!isLabId(id)) throw new AppError('BAD_INPUT', `${JSON.stringify(id)} is not the id of a lab`, { field: 'lab' });
  const hidden = HIDDEN.find((path) => `${resolve(home)}/`.startsWith(`${path}/`));
  if (hidden) {
    throw new AppError('NOT_SUPPORTED', `The home ${home} lies under ${hidden}, which a lab replaces by its own`, {
      remedy: note('Choose another folder with --home or ATOLL_HOME.'),
    });
  }
  const root = join(labsDir(home), id);
  return {
    root,
    lock: join(root, 'lock'),
    identity: join(root, 'identity.json'),
    init: join(root, 'init'),
    log: join(root, 'init.log'),
    sock: join(root, 'sock'),
    outside: join(root, 'outside.json'),
    outsideLog: join(root, 'outside.log'),
    disks: join(root, 'disks'),
    serialLogs: join(root, 'log', 'serial'),
  };
}
