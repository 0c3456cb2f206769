import type { CommandSpec } from '../spec';

export const BACKUP_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['backup'],
    about: 'write a verified copy of the store while the engine runs; without FILE into the home',
    args: [
      {
        name: 'FILE',
        about: 'must not exist yet; one named like a verb below is written ./list',
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
    about: 'the backups in the home, newest first, and the rule',
    json: '{ folder: string, rule: BackupRule, nextAt: string | null, restored: { at, message, undoneBy: Backup } | null, backups: Backup[] }',
    run: () => import('../run/backup').then((m) => m.backupList),
  },
  {
    path: ['backup', 'verify'],
    about: 'read a backup whole and say what is in it',
    args: [{ name: 'NAME', about: 'of the list', complete: 'backup' }],
    json: '{ backup: Backup, content: BackupContent }',
    run: () => import('../run/backup').then((m) => m.backupVerify),
  },
  {
    path: ['backup', 'remove'],
    about: 'delete a backup',
    args: [{ name: 'NAME', about: 'of the list', complete: 'backup' }],
    changes: true,
    destructive: true,
    json: '{ removed: string[], job: null, preview: Preview | null }',
    run: () => import('../run/backup').then((m) => m.backupRemove),
  },
  {
    path: ['backup', 'prune'],
    about: 'delete the backups that the rule does not keep; what a person made stays',
    changes: true,
    destructive: true,
    json: '{ removed: string[], job: null, preview: Preview | null }',
    run: () => import('../run/backup').then((m) => m.backupPrune),
  },
  {
    path: ['backup', 'rule'],
    about: 'when backups are made by themselves, and how many of those stay',
    options: [
      { name: 'every', type: 'number', value: 'HOURS', about: 'this often' },
      { name: 'keep', type: 'number', value: 'N', about: 'so many stay' },
      { name: 'off', type: 'flag', about: 'none are made by themselves' },
      { name: 'on', type: 'flag', about: 'they are' },
    ],
    changes: true,
    json: '{ rule: BackupRule, job: null, preview: Preview | null }',
    examples: ['atoll backup rule', 'atoll backup rule --every 12 --keep 20'],
    run: () => import('../run/backup').then((m) => m.backupRule),
  },
  {
    path: ['restore'],
    about:
      'put a backup in the place of the store; the present one is kept beside it, and restoring that one undoes it',
    args: [{ name: 'FILE', about: 'the backup: a file, or the name of one in the home', complete: 'backup' }],
    options: [
      {
        name: 'connect',
        type: 'flag',
        about:
          'connect the hosts that the backup has as active, listed by --dry-run; without it they stay in maintenance until activated',
      },
    ],
    changes: true,
    destructive: true,
    json: '{ kept: string | null, job: null, preview: Preview | null }',
    run: () => import('../run/backup').then((m) => m.restore),
  },
];
