import { resolve, join } from 'node:path';
import { AppError, note } from '../../contract';

/** The folders and files of one lab, on this computer. The same paths are valid inside the lab. */
export interface LabPaths {
  readonly root: string;
  readonly lock: string;
  /** There while a lab starts: recorded, but not to be entered yet. */
  readonly starting: string;
  readonly identity: string;
  readonly init: string;
  readonly log: string;
  /** /run/atoll of the lab. */
  readonly sock: string;
  readonly disks: string;
  /** The identity of the uplink process, and its output. */
  readonly outside: string;
  readonly outsideLog: string;
  /** The keys of its tunnel to other hosts. */
  readonly tunnel: string;
  /** The logs of the VMs' serial consoles. */
  readonly serialLogs: string;
}

/** A lab mounts over these folders; a home in them would be hidden from it. */
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
 * The folder of a host's lab.
 * @throws AppError BAD_INPUT for an id that is not a UUID (it becomes a folder's name), NOT_SUPPORTED for a home that is hidden
 * inside a lab
 */
export function labPaths(home: string, id: string): LabPaths {
  if (!isLabId(id)) throw new AppError('BAD_INPUT', `${JSON.stringify(id)} is not the id of a lab`, { field: 'lab' });
  const hidden = HIDDEN.find((path) => `${resolve(home)}/`.startsWith(`${path}/`));
  if (hidden) {
    throw new AppError('NOT_SUPPORTED', `The home ${home} is under ${hidden}, which a lab hides`, {
      remedy: note('Choose a home folder outside of it.'),
    });
  }
  const root = join(labsDir(home), id);
  return {
    root,
    lock: join(root, 'lock'),
    starting: join(root, 'starting'),
    identity: join(root, 'identity.json'),
    init: join(root, 'init'),
    log: join(root, 'init.log'),
    sock: join(root, 'sock'),
    outside: join(root, 'outside.json'),
    outsideLog: join(root, 'outside.log'),
    disks: join(root, 'disks'),
    tunnel: join(root, 'tunnel'),
    serialLogs: join(root, 'log', 'serial'),
  };
}
