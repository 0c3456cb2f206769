import { catalogue, counted, number } from '../../ui/language';

function every(hours: number): string {
  if (hours === 1) return 'Every hour';
  if (hours % 24 !== 0) return `Every ${counted(hours, { one: 'hour', other: 'hours' })}`;
  return hours === 24 ? 'Every day' : `Every ${counted(hours / 24, { one: 'day', other: 'days' })}`;
}

/** Texts of the backups screen. */
export const text = catalogue({
  en: {
    title: 'Backups',
    sub: 'Copies of the database: data centers, networks, hosts, VM definitions and events. VM disks are not included.',
    make: 'Back up now',
    toFile: 'Back up to file…',
    toFileTitle: 'Back up to a file',
    toFileMeans: 'Saves a verified copy to a path of your choice, such as another disk.',
    fromFile: 'Restore from file…',
    fromFileTitle: 'Restore from a file',
    path: 'Path on the computer that runs Atoll',
    rule: 'Schedule',
    change: 'Edit…',
    ruleTitle: 'Backup schedule',
    ruleMeans: 'Manual backups stay until you delete them. Older automatic backups are deleted automatically.',
    prune: 'Prune now…',
    pruneTitle: 'Delete backups that the schedule does not keep?',
    pruneMeans: 'The files are permanently deleted.',
    all: 'Stored backups',
    none: 'No backups yet',
    noneMeans: 'Atoll creates the first one about a minute after it starts. "Back up now" creates one immediately.',
    verify: 'Verify',
    restore: 'Restore…',
    undo: 'Undo restore…',
    undoTitle: 'Undo the restore?',
    remove: 'Delete',
    removeMeans: 'The file is permanently deleted.',
    kinds: {
      manual: 'manual',
      automatic: 'automatic',
      before_restore: 'before a restore',
      before_migration: 'before an upgrade',
    },
    damaged: 'damaged',
    verified: 'verified',
    whole: (size: string) => `Verified, ${size}.`,
    verifyOf: (name: string) => `Verify ${name}`,
    restoreOf: (name: string) => `Restore ${name}`,
    removeOf: (name: string) => `Delete ${name}`,
    restoreIt: 'Restore',
    restoreTitle: (made: string) => `Restore the backup of ${made}?`,
    removeTitle: (made: string) => `Delete the backup of ${made}?`,
    undoIt: 'Undo',
    restored: 'Restored',
    next: (at: string) => `Next: ${at}.`,
    soon: 'within a few minutes',
    folder: 'Folder:',
    backUp: 'Back up',
    sayWhereTo: 'Enter a destination.',
    sayWhich: 'Enter a file.',
    neverReplaced: 'An existing file is never overwritten.',
    look: 'Inspect file',
    save: 'Save',
    automatic: 'Back up automatically',
    everyHours: 'Interval (hours)',
    keepNewest: 'Backups to keep',
    ruleOff: 'Automatic backups are off.',
    ruleOn: (hours: number, keep: number) => `${every(hours)}, keeping the newest ${number(keep)}.`,
    restoreMeans: 'The engine restarts with this backup. Running labs and VMs continue.',
    listing: 'Reading the list of hosts…',
    connect: 'Connect the hosts in the backup',
    connectMeans:
      'The engine signs in at the addresses listed below. Without this, hosts stay in maintenance until you activate them one by one.',
  },
});
