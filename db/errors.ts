import Database from 'better-sqlite3';
import { AppError, type Remedy, note } from '../contract';

/** What was being done, for the words of a refusal: `{ subject: 'network', verb: 'remove' }`. */
export interface Doing {
  readonly subject: string;
  readonly verb: 'insert' | 'update' | 'remove';
}

interface Words {
  readonly message: string;
  readonly remedy: Remedy;
  readonly field?: string;
  readonly rule?: string;
}

const another = (what: string, where: string, field = 'name'): Words => ({
  message: `${where} already has ${what}.`,
  remedy: note(`Choose another ${field}.`),
  field,
});

/** By the columns that SQLite names: `UNIQUE constraint failed: <columns>`. */
const UNIQUE: Record<string, Words> = {
  'data_centers.name': another('a data center of that name', 'Atoll'),
  'clusters.data_center_id, clusters.name': another('a cluster of that name', 'The data center'),
  'hosts.name': another('a host of that name', 'Atoll'),
  'networks.data_center_id, networks.name': { ...another('a network of that name', 'The data center'), rule: 'O5' },
  'networks.data_center_id, networks.bridge': {
    ...another('a network with a bridge of that name', 'The data center'),
    rule: 'O5',
  },
  'vnic_profiles.network_id, vnic_profiles.name': another('a vNIC profile of that name', 'The network'),
  'network_clusters.network_id, network_clusters.cluster_id': {
    message: 'The network is already attached to this cluster.',
    remedy: note('There is nothing to do.'),
    field: 'cluster',
  },
  'network_attachments.network_id, network_attachments.host_id': {
    message: 'The network is already attached to this host.',
    remedy: note('There is nothing to do.'),
    field: 'host',
    rule: 'S2',
  },
  'forwards.protocol, forwards.host_port': {
    message: 'Another forward already has this port of this computer.',
    remedy: note('Choose another port, or 0 for any free one.'),
    field: 'hostPort',
    rule: 'S12',
  },
  'snapshots.data_center_id, snapshots.name': another('a snapshot of that name', 'The data center'),
  'images.name': another('an image of that name', 'Atoll'),
  'vms.data_center_id, vms.name': { ...another('a VM of that name', 'The data center'), rule: 'O5' },
  'vnics.vm_id, vnics.name': another('a vNIC of that name', 'The VM'),
  'vnics.mac': {
    message: 'Another vNIC already has this MAC address.',
    remedy: note('Choose another one, or leave it out to get one from the pool.'),
    field: 'mac',
    rule: 'O5',
  },
};

const between = (what: string, field: string, low: string, high: string): Words => ({
  message: `${what} must be ${low} to ${high}.`,
  remedy: note(`Choose a value from ${low} to ${high}.`),
  field,
});

/** By the CHECK's name. The others are shapes that the contract has already refused: they get general words. */
const CHECKS: Record<string, Words> = {
  networks_isolated_without_vlan: {
    message: 'An isolated network cannot have a VLAN tag.',
    remedy: note('Leave the VLAN out, or make the network a regular one.'),
    field: 'vlan',
    rule: 'S3',
  },
  networks_vlan: between('A VLAN tag', 'vlan', '1', '4094'),
  networks_mtu: between('The MTU', 'mtu', '68', '65521'),
  networks_bridge: { ...between("A bridge's name in bytes", 'bridge', '1', '15'), rule: 'O5' },
  vms_memory: between("A VM's memory in MiB", 'memoryMiB', '32', '4194304'),
  vms_cpus: between("A VM's number of CPUs", 'cpus', '1', '512'),
};

const NEEDS_SPACE = 'Free some space on the disk that holds the home, then try again. Nothing was lost.';
const RESTORE = 'Put a backup in its place (`atoll restore FILE`); the damaged file is left as it is.';
const WRITABLE = 'Make the home and the files in it writable for this user, or choose another home with --home.';

/** SQLite's result codes that mean the file, not the data. A code of the left covers its extended codes. */
const STORE: ReadonlyArray<readonly [code: string, message: string, hint: string]> = [
  ['SQLITE_FULL', 'The disk is full: nothing was written.', NEEDS_SPACE],
  ['SQLITE_READONLY', 'The database is read-only.', WRITABLE],
  ['SQLITE_PERM', 'The database may not be opened.', WRITABLE],
  ['SQLITE_CANTOPEN', 'The database cannot be opened.', WRITABLE],
  ['SQLITE_CORRUPT', 'The database file is damaged.', RESTORE],
  ['SQLITE_NOTADB', 'The database file is not a SQLite database.', RESTORE],
  [
    'SQLITE_BUSY',
    'The database is in use by another process.',
    'Close the other program that has the database open, then try again.',
  ],
  // The file that its processes share could not grow.
  ['SQLITE_IOERR_SHMSIZE', 'The disk is full: nothing was written.', NEEDS_SPACE],
  [
    'SQLITE_IOERR',
    'The disk failed to read or write the database.',
    'Check the disk (its space, its cables, the system log), then try again.',
  ],
];

const FILES: Record<string, readonly [message: string, hint: string]> = {
  EROFS: ['The database is on a read-only file system.', WRITABLE],
  EACCES: ['The database may not be written by this user.', WRITABLE],
  EPERM: ['The database may not be written by this user.', WRITABLE],
  ENOENT: ['The database folder does not exist.', 'Make the folder, or choose another home with --home.'],
  ENOTDIR: ['The database folder is not a folder.', 'Choose another home with --home.'],
  EISDIR: ['The database file is a folder.', 'Choose another home with --home.'],
  ENOSPC: ['The disk is full: nothing was written.', NEEDS_SPACE],
  EDQUOT: ["The user's disk quota is used up: nothing was written.", NEEDS_SPACE],
};

/** Turns what SQLite or the file system threw into the AppError to throw on; any other error is returned unchanged. */
export function translate(error: unknown, doing?: Doing): unknown {
  if (error instanceof Database.SqliteError) return fromSqlite(error, doing);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const words = FILES[error.code];
    if (words) return new AppError('STORE_FAILED', words[0], { remedy: note(words[1]), cause: error });
  }
  return error;
}

/** Runs `fn`, translating what it throws. */
export function translating<T>(fn: () => T, doing?: Doing): T {
  try {
    return fn();
  } catch (error) {
    throw translate(error, doing);
  }
}

function fromSqlite(error: InstanceType<typeof Database.SqliteError>, doing: Doing | undefined): AppError {
  const detail = error.message.slice(error.message.indexOf(': ') + 2);
  const subject = doing?.subject ?? 'entry';
  switch (error.code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
    case 'SQLITE_CONSTRAINT_ROWID':
      return refusal('CONFLICT', UNIQUE[detail] ?? sameId(subject), error);
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
      return refusal('CONFLICT', doing?.verb === 'remove' ? inUse(subject) : dangling(subject), error);
    case 'SQLITE_CONSTRAINT_CHECK':
      return refusal('RULE_BROKEN', CHECKS[detail] ?? badShape(subject, detail), error);
    case 'SQLITE_CONSTRAINT_TRIGGER':
      // ON DELETE RESTRICT is carried out by a trigger of SQLite's own, and says so.
      if (error.message === 'FOREIGN KEY constraint failed') return refusal('CONFLICT', inUse(subject), error);
      return refusal('RULE_BROKEN', fromTrigger(error.message), error);
    case 'SQLITE_CONSTRAINT_NOTNULL':
    case 'SQLITE_CONSTRAINT_DATATYPE':
      return refusal('RULE_BROKEN', badShape(subject, error.message), error);
  }
  const known = STORE.find(([code]) => error.code === code || error.code.startsWith(`${code}_`));
  if (known) return new AppError('STORE_FAILED', known[1], { remedy: note(known[2]), cause: error });
  return new AppError('INTERNAL', `The database refused a statement: ${error.message}`, {
    remedy: note('This is a fault in Atoll: please report it with the log.'),
    cause: error,
  });
}

function refusal(code: 'CONFLICT' | 'RULE_BROKEN', words: Words, cause: Error): AppError {
  const { message, ...options } = words;
  return new AppError(code, message, { ...options, cause });
}

const sameId = (subject: string): Words => ({
  message: `There is already a ${subject} with this identity.`,
  remedy: note('Use the one that exists.'),
});
const inUse = (subject: string): Words => ({
  message: `The ${subject} is still in use.`,
  remedy: note(`Remove what uses the ${subject} first.`),
});
const dangling = (subject: string): Words => ({
  message: `The ${subject} refers to something that does not exist (any more), or to something in another data center.`,
  remedy: note('Look again at what exists, then try again.'),
});
const badShape = (subject: string, detail: string): Words => ({
  message: `The ${subject} has a value that the database does not take (${detail}).`,
  remedy: note('Change that value.'),
});

/** A trigger's message is `RULE: words` (db/migrations). */
function fromTrigger(text: string): Words {
  const [, rule, message] = /^([SO]\d+): (.*)$/s.exec(text) ?? [];
  if (rule === undefined || message === undefined) return badShape('entry', text);
  return { message, remedy: note(`See rule ${rule} in docs/architecture.md.`), rule };
}
