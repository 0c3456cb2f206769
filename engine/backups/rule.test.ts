import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backup, type BackupKind, DEFAULT_BACKUP_RULE } from '../../contract';
import { beyondRule, newestFirst, nextAt } from './rule';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const HOUR = 3_600_000;
const backup = (hoursAgo: number, kind: BackupKind = 'automatic'): Backup => {
  const at = new Date(NOW - hoursAgo * HOUR).toISOString();
  return { name: `${at}-${kind}`, path: `/b/${at}`, kind, at, bytes: 1 };
};
const rule = { ...DEFAULT_BACKUP_RULE, keep: 3 };
const daily = (n: number, kind?: BackupKind): Backup[] => Array.from({ length: n }, (_, i) => backup(i * 24 + 1, kind));

describe('the next backup', () => {
  it('is due now if there is none, or none recent enough', () => {
    expect(nextAt(rule, [], NOW)).toBe(NOW);
    expect(nextAt(rule, [backup(25)], NOW)).toBe(NOW);
    expect(nextAt(rule, [backup(1, 'before_restore')], NOW)).toBe(NOW);
  });
  it('waits until the latest one is old enough, whoever created it', () => {
    expect(nextAt(rule, [backup(1), backup(30)], NOW)).toBe(NOW + 23 * HOUR);
    expect(nextAt(rule, [backup(2, 'manual')], NOW)).toBe(NOW + 22 * HOUR);
  });
  it('is created after the clock was set back', () => {
    expect(nextAt(rule, [backup(-24 * 365)], NOW)).toBe(NOW);
  });
  it('is never created if the rule is off', () => {
    expect(nextAt({ ...rule, automatic: false }, [], NOW)).toBeNull();
  });
});

describe('backups that the rule does not keep', () => {
  it('are all automatic ones except the newest', () => {
    expect(beyondRule(rule, daily(5), NOW).map(({ at }) => at)).toEqual([backup(73).at, backup(97).at]);
  });
  it('never include manual ones', () => {
    expect(beyondRule(rule, daily(50, 'manual'), NOW)).toEqual([]);
  });
  it('include replaced databases, except three of restores and one of migrations', () => {
    const aside = [...daily(4, 'before_restore'), ...daily(2, 'before_migration')];
    expect(beyondRule(rule, aside, NOW)).toEqual([backup(73, 'before_restore'), backup(25, 'before_migration')]);
  });
  it('start with those that have a timestamp in the future', () => {
    const ahead = [backup(-10), backup(-20), backup(-30)];
    expect(newestFirst([...ahead, backup(0)], NOW)[0]).toEqual(backup(0));
    expect(beyondRule(rule, [...ahead, backup(0)], NOW)).toEqual([backup(-10)]);
  });
  it('never include the newest of a kind, and the rest is within the rule', () => {
    const some = fc.record({
      hours: fc.integer({ min: -1000, max: 1000 }),
      kind: fc.constantFrom<BackupKind>('manual', 'automatic', 'before_restore', 'before_migration'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(some, { selector: ({ hours, kind }) => `${hours}${kind}` }),
        fc.integer({ min: 1, max: 9 }),
        (drawn, keep) => {
          const all = drawn.map(({ hours, kind }) => backup(hours, kind));
          const gone = new Set(beyondRule({ ...rule, keep }, all, NOW));
          const left = all.filter((one) => !gone.has(one));
          expect(left.filter(({ kind }) => kind === 'automatic').length).toBeLessThanOrEqual(keep);
          for (const kind of ['manual', 'automatic', 'before_restore', 'before_migration'] as const) {
            const [newest] = newestFirst(
              all.filter((one) => one.kind === kind),
              NOW,
            );
            if (newest) expect(gone.has(newest)).toBe(false);
          }
          expect(beyondRule({ ...rule, keep }, left, NOW)).toEqual([]);
        },
      ),
    );
  });
});
