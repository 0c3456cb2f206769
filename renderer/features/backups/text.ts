import { catalogue, counted, number } from '../../ui/language';

function every(hours: number): string {
  if (hours === 1) return 'Every hour';
  if (hours % 24 !== 0) return `Every ${counted(hours, { one: 'hour', other: 'hours' })}`;
  return hours === 24 ? 'Every day' : `Every ${counted(hours / 24, { one: 'day', other: 'days' })}`;
}

/** What the screen of backups says. */
export const text = catalogue({
  en: {
    title: 'Backups',
    sub: 'Copies of the store: data centers, networks, hosts and VMs as they are defined, with what happened. The disks of VMs are not in them.',
    make: 'Back up now',
    toFile: 'Back up to a file…',
    toFileTitle: 'Back up to a file',
    toFileMeans: 'A copy at a place of your choice, for another disk or computer. It is verified after writing.',
    fromFile: 'Restore from a file…',
    fromFileTitle: 'Restore from a file',
    path: 'Path on the computer on which Atoll runs',
    rule: 'Rule',
    change: 'Change…',
    ruleTitle: 'When backups are made by themselves',
    ruleMeans: 'What a person made stays until a person removes it. Older automatic backups go by themselves.',
    prune: 'Prune now…',
    pruneTitle: 'Remove what the rule does not keep?',
    pruneMeans: 'The files are deleted for good.',
    all: 'Backups in this home',
    none: 'There is no backup yet',
    noneMeans: 'The first one is made by itself about a minute after the start, or by the button above.',
    verify: 'Verify',
    restore: 'Restore…',
    undo: 'Undo the restore…',
    undoTitle: 'Undo the restore?',
    remove: 'Remove',
    removeMeans: 'The file is deleted for good.',
    kinds: {
      manual: 'made by hand',
      automatic: 'automatic',
      before_restore: 'the store before a restore',
      before_migration: 'the store before an upgrade',
    },
    damaged: 'damaged',
    verified: 'verified',
    whole: (size: string) => `Whole: ${size}.`,
    verifyOf: (name: string) => `Verify ${name}`,
    restoreOf: (name: string) => `Restore ${name}`,
    removeOf: (name: string) => `Remove ${name}`,
    restoreIt: 'Restore',
    restoreTitle: (made: string) => `Restore the backup of ${made}?`,
    removeTitle: (made: string) => `Remove the backup of ${made}?`,
    undoIt: 'Undo',
    restored: 'Restored',
    next: (at: string) => `The next one: ${at}.`,
    soon: 'within some minutes',
    folder: 'In',
    backUp: 'Back up',
    sayWhereTo: 'Say where to.',
    sayWhich: 'Say which file.',
    neverReplaced: 'A file that is there is never replaced.',
    look: 'Look into it',
    save: 'Save',
    automatic: 'Make backups by itself',
    everyHours: 'Every so many hours',
    keepNewest: 'Keep the newest',
    ruleOff: 'No backup is made by itself.',
    ruleOn: (hours: number, keep: number) => `${every(hours)}; the newest ${number(keep)} of those are kept.`,
    restoreMeans: 'The engine starts again on the backup. Labs and VMs that run continue.',
    listing: 'Wait for the list of hosts.',
    connect: 'Connect the hosts of the backup',
    connectMeans:
      'The engine signs in at the addresses listed below. Without this, they are in maintenance until you activate them one by one.',
  },
});
