import type { CommandSpec } from '../spec';

export const BACKUP_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['backup'],
    about: 'back up the database while the engine runs, and verify the copy; without FILE, into the home',
    args: [
      {
        name: 'FILE',
        about: 'a new file; write a name that is also a verb, such as list, as ./list',
        optional: true,
        complete: 'file',
      },
    ],
    changes: true,
    json: '{ path: string, bytes: number, job: null, preview: Preview | null }; without FILE { backup: Backup | null, job: null, preview }',
    run: () => import('../run/backup').then((m) => m.backup),
  },
  {
    path: ['backup', 'list'],
    about: 'list the backups in the home, newest first, and the schedule',
    json: '{ folder: string, rule: BackupRule, nextAt: string | null, restored: { at, message, undoneBy: Backup } | null, backups: Backup[] }',
    run: () => import('../run/backup').then((m) => m.backupList),
  },
  {
    path: ['backup', 'verify'],
    about: 'verify a backup and show its contents',
    args: [{ name: 'NAME', about: 'name of the backup', complete: 'backup' }],
    json: '{ backup: Backup, content: BackupContent }',
    run: () => import('../run/backup').then((m) => m.backupVerify),
  },
  {
    path: ['backup', 'remove'],
    about: 'delete a backup',
    args: [{ name: 'NAME', about: 'name of the backup', complete: 'backup' }],
    changes: true,
    destructive: true,
    json: '{ removed: string[], job: null, preview: Preview | null }',
    run: () => import('../run/backup').then((m) => m.backupRemove),
  },
  {
    path: ['backup', 'prune'],
    about: 'delete the automatic backups that the schedule does not keep; manual ones stay',
    changes: true,
    destructive: true,
    json: '{ removed: string[], job: null, preview: Preview | null }',
    run: () => import('../run/backup').then((m) => m.backupPrune),
  },
  {
    path: ['backup', 'rule'],
    about: 'show or change when Atoll backs up automatically, and how many of those backups it keeps',
    options: [
      { name: 'every', type: 'number', value: 'HOURS', about: 'interval between automatic backups' },
      { name: 'keep', type: 'number', value: 'N', about: 'number of automatic backups to keep' },
      { name: 'off', type: 'flag', about: 'disable automatic backups' },
      { name: 'on', type: 'flag', about: 'enable automatic backups' },
    ],
    changes: true,
    json: '{ rule: BackupRule, job: null, preview: Preview | null }',
    examples: ['atoll backup rule', 'atoll backup rule --every 12 --keep 20'],
    run: () => import('../run/backup').then((m) => m.backupRule),
  },
  {
    path: ['restore'],
    about: 'restore the database from a backup; the current one is kept, and restoring it undoes this',
    args: [{ name: 'FILE', about: 'a backup file, or the name of a backup in the home', complete: 'backup' }],
    options: [
      {
        name: 'connect',
        type: 'flag',
        about:
          'connect the hosts that are active in the backup (--dry-run lists them); otherwise they stay in maintenance until you activate them',
      },
    ],
    changes: true,
    destructive: true,
    json: '{ kept: string | null, job: null, preview: Preview | null }',
    run: () => import('../run/backup').then((m) => m.restore),
  },
];
