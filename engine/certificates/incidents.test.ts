import { describe, expect, it } from 'vitest';
import type { Event, IsolationCheck } from '../../contract';
import { incidentAt, incidentsOf } from './incidents';

const HOST = 'h1';
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const text = (words: string) => ({ type: 'text', params: { text: words } }) as const;
const event = (second: number, type: Event['type'], message: string, hostId = HOST): Event => ({
  seq: second + 1,
  at: at(second),
  type,
  severity: 'normal',
  message: text(message),
  by: { user: 'unknown', door: 'unknown' },
  subjects: { networkId: 'n', hostId },
  undo: null,
});
const check = (second: number, verdict: IsolationCheck['verdict'] = 'not_isolated'): IsolationCheck => ({
  id: 'c',
  networkId: 'n',
  hostId: HOST,
  at: at(second),
  probe: false,
  verdict,
  points: [],
  by: 'me',
});

describe('incidentsOf', () => {
  it('joins findings with repairs, newest first, separately for each host', () => {
    const found = incidentsOf([
      event(10, 'drift.detected', 'seal flushed'),
      event(11, 'drift.repaired', 'as wanted again'),
      event(20, 'drift.detected', 'NIC enslaved'),
      event(21, 'drift.detected', 'elsewhere', 'h2'),
      event(22, 'drift.repair_failed', 'no way'),
    ]);
    expect(found).toEqual([
      expect.objectContaining({ hostId: 'h2', words: text('elsewhere'), outcome: 'open', endedAt: null, repair: null }),
      expect.objectContaining({
        words: text('NIC enslaved'),
        outcome: 'failed',
        endedAt: null,
        repair: text('no way'),
      }),
      {
        hostId: HOST,
        foundAt: at(10),
        words: text('seal flushed'),
        outcome: 'repaired',
        endedAt: at(11),
        repair: text('as wanted again'),
      },
    ]);
  });

  it('counts a failed and later successful repair as repaired', () => {
    const [one] = incidentsOf([
      event(3, 'drift.repaired', 'at last'),
      event(1, 'drift.detected', 'deleted'),
      event(2, 'drift.repair_failed', 'not yet'),
    ]);
    expect(one).toMatchObject({ outcome: 'repaired', endedAt: at(3), repair: text('at last') });
  });
});

describe('incidentAt', () => {
  const incidents = incidentsOf([
    event(10, 'drift.detected', 'first'),
    event(12, 'drift.repaired', 'ok'),
    event(500, 'drift.detected', 'second'),
  ]);

  it('is the one that was open during the check, even if it was reported later', () => {
    expect(incidentAt(check(11), incidents)?.words).toEqual(text('first'));
    expect(incidentAt(check(9), incidents)?.words).toEqual(text('first'));
    expect(incidentAt(check(600), incidents)?.words).toEqual(text('second'));
  });

  it('is none for a successful check, or without known incidents', () => {
    expect(incidentAt(check(11, 'isolated'), incidents)).toBeNull();
    expect(incidentAt(check(200), incidents)).toBeNull();
    expect(incidentAt({ ...check(11), hostId: 'h2' }, incidents)).toBeNull();
  });
});
