import { describe, expect, it } from 'vitest';
import type { Event } from '../../../contract';
import { foldByJob, foldRuns, isAbout, lastAt } from './fold';

let seq = 0;
const at = (second: number): string => new Date(Date.UTC(2026, 10, 1) + second * 1000).toISOString();
const event = (
  type: Event['type'],
  second: number,
  subjects: Event['subjects'] = {},
  more: Partial<Event> = {},
): Event => ({
  seq: ++seq,
  at: at(second),
  type,
  severity: 'normal',
  message: { type: 'vm.added', params: { vm: type } },
  by: { user: 'ana', door: 'browser' },
  subjects,
  undo: null,
  ...more,
});
const rows = (events: Event[], open: string[] = []) =>
  foldByJob(
    [...events].sort((a, b) => b.seq - a.seq),
    new Set(open),
  ).map(({ head, parts, isPart }) =>
    isPart ? `  ${head.type}` : parts.length > 0 ? `${head.type} (${parts.length})` : head.type,
  );

const seen = { by: { user: '', door: 'unknown' as const } };
/** As adding and starting one VM reports itself. */
const addition = () => [
  event('vm.added', 0, { vmId: 'a' }),
  event('job.queued', 0, { vmId: 'a', jobId: 'j' }),
  event('vm.state', 1, { vmId: 'a', jobId: 'j' }),
  event('job.finished', 2, { vmId: 'a', jobId: 'j' }),
  event('vm.state', 3, { vmId: 'a' }, seen),
];

describe('foldByJob', () => {
  it('makes one row of what one job caused, also of what the host reports in that time', () => {
    expect(rows(addition())).toEqual(['job.queued (3)']);
  });

  it('is as old as its newest event, which is where it stands in the list', () => {
    const [folded] = foldByJob([...addition()].reverse(), new Set());
    expect(folded && lastAt(folded)).toBe(at(3));
  });

  it('lists them beneath the row once it is open', () => {
    expect(rows(addition(), ['job j'])).toEqual(['job.queued (3)', '  vm.state', '  vm.state', '  vm.added']);
  });

  it('leaves alone what no job caused, and a job with one event', () => {
    const before = addition();
    const events = [
      event('vm.state', 60, { vmId: 'a' }, seen),
      event('network.updated', 70, { networkId: 'n' }),
      event('job.queued', 80, { vmId: 'b', jobId: 'k' }),
      event('vm.removed', 81, { vmId: 'b', jobId: 'k' }),
    ];
    expect(rows([...before, ...events])).toEqual(['vm.removed', 'network.updated', 'vm.state', 'job.queued (3)']);
  });

  it('keeps the jobs of two VMs apart, and shows the gravest event of each', () => {
    const failed = [
      event('job.queued', 0, { vmId: 'b', jobId: 'k' }),
      event('vm.state', 1, { vmId: 'b', jobId: 'k' }),
      event('vm.start_failed', 1, { vmId: 'b', jobId: 'k' }, { severity: 'error' }),
    ];
    const folded = foldByJob([...addition(), ...failed].reverse(), new Set());
    expect(folded.map(({ key, severity }) => [key, severity])).toEqual([
      ['job k', 'error'],
      ['job j', 'normal'],
    ]);
  });
});

describe('isAbout', () => {
  it.each([
    ['vm:a', true],
    ['host:h', true],
    ['vm:h', false],
    ['network:', false],
  ])('%s: %s', (about, is) => {
    expect(isAbout({ vmId: 'a', hostId: 'h', networkId: 'n' }, about)).toBe(is);
  });
});

describe('foldRuns', () => {
  const runs = (events: Event[], open: string[] = []) => {
    const newest = [...events].sort((a, b) => b.seq - a.seq);
    const rows = foldRuns(foldByJob(newest, new Set()), new Set(open));
    return rows.map(({ key, head, parts, isPart }) => [
      isPart ? 'part' : parts.length > 0 ? key : '',
      head.type,
      parts.length,
    ]);
  };
  const ups = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => event('vm.state', from + i, { vmId: `v${i}` }, seen));

  it('makes one row of some of a kind in a row, which opens by the oldest of them', () => {
    const events = [event('vm.removed', 0), ...ups(5, 1), event('network.added', 9)];
    const key = `run-${events[1]!.seq}`;
    expect(runs(events)).toEqual([
      ['', 'network.added', 0],
      [key, 'vm.state', 5],
      ['', 'vm.removed', 0],
    ]);
    expect(runs([...events.slice(0, 6), ...ups(1, 7)], [key])).toEqual([
      [key, 'vm.state', 6],
      ...Array.from({ length: 6 }, () => ['part', 'vm.state', 0]),
      ['', 'vm.removed', 0],
    ]);
  });

  it('leaves alone a few, those far apart, and those of somebody else or of another severity', () => {
    const apart = (list: Event[]) => expect(runs(list).every(([key]) => key === '')).toBe(true);
    apart(ups(3));
    apart([...ups(3), ...ups(3, 100)]);
    apart(ups(6).map((one, i) => ({ ...one, by: { user: `u${i % 2}`, door: 'browser' as const } })));
    apart(ups(6).map((one, i) => ({ ...one, severity: i % 2 === 0 ? ('error' as const) : ('normal' as const) })));
  });
});
