import type { BackupKind, BackupRule } from '../../../contract';

/** What the screen of backups says. */
export const text = {
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
  restoreMeans: 'The engine starts anew on the backup. Hosts are then made as it says; labs and VMs that run go on.',
} as const;

export const KIND_WORDS: Record<BackupKind, string> = {
  manual: 'made by hand',
  automatic: 'automatic',
  before_restore: 'the store before a restore',
  before_migration: 'the store before an upgrade',
};

export const ruleWords = ({ automatic, everyHours, keep }: BackupRule): string =>
  automatic ? `Every ${hours(everyHours)}; the newest ${keep} of those are kept` : 'No backup is made by itself';

function hours(n: number): string {
  if (n === 1) return 'hour';
  if (n % 24 !== 0) return `${n} hours`;
  return n === 24 ? 'day' : `${n / 24} days`;
}
