import type { Event, Subjects } from '../../../contract';

/** One row of the list: an event, all events of one job, or some of a kind in a row. */
export interface EventRow {
  readonly key: string;
  /** What the row says: the job that was requested, else the event itself. */
  readonly head: Event;
  /** The events of the job or kind, newest first; empty: the head stands alone. */
  readonly parts: readonly Event[];
  /** The gravest of them. */
  readonly severity: Event['severity'];
  readonly isPart: boolean;
}

/** When the newest event of a row happened: rows are in this order. */
export const lastAt = ({ head, parts }: EventRow): string => (parts[0] ?? head).at;

/** After its job has ended, a state that the host reports still belongs to it for so long. Milliseconds. */
const AFTER_MS = 3_000;

const GRAVEST: readonly Event['severity'][] = ['error', 'warning', 'normal'];
const gravest = (events: readonly Event[]): Event['severity'] =>
  GRAVEST.find((one) => events.some(({ severity }) => severity === one)) ?? 'normal';

const isOfJob = ({ type }: Event): boolean => type.startsWith('job.');

interface Span {
  readonly queued: Event;
  readonly id: string;
  readonly until: number;
}

/** The jobs whose request is among the events, with the time in which their effects appear. */
function spansOf(events: readonly Event[]): Span[] {
  const ends = new Map(
    events.flatMap(({ type, subjects, at }) =>
      type === 'job.finished' && subjects.jobId !== undefined ? [[subjects.jobId, Date.parse(at)] as const] : [],
    ),
  );
  return events.flatMap((queued) => {
    const id = queued.subjects.jobId;
    if (queued.type !== 'job.queued' || id === undefined) return [];
    return [{ queued, id, until: (ends.get(id) ?? Infinity) + AFTER_MS }];
  });
}

/** Whether an event is an effect of the job: it says so, was written with its request, or is about its VM while it ran. */
function belongsTo({ queued, id, until }: Span, event: Event): boolean {
  if (event.subjects.jobId !== undefined) return event.subjects.jobId === id;
  const at = Date.parse(event.at);
  const { vmId } = queued.subjects;
  return (
    (event.at === queued.at && event.by.user === queued.by.user) ||
    (vmId !== undefined && event.subjects.vmId === vmId && at >= Date.parse(queued.at) && at <= until)
  );
}

/** Folds events (newest first) by the job that caused them. A job with one event is that event. `open`: the keys of unfolded rows. */
export function foldByJob(events: readonly Event[], open: ReadonlySet<string>): EventRow[] {
  const spans = spansOf(events);
  const byVm = new Map<string, Span[]>();
  for (const span of spans) {
    const key = span.queued.subjects.vmId ?? '';
    byVm.set(key, [...(byVm.get(key) ?? []), span]);
  }
  const byId = new Map(spans.map((span) => [span.id, span]));
  const byTime = new Map(spans.map((span) => [span.queued.at, span]));
  const spanOf = (event: Event): Span | undefined =>
    event.subjects.jobId !== undefined
      ? byId.get(event.subjects.jobId)
      : [byTime.get(event.at), ...(byVm.get(event.subjects.vmId ?? '-') ?? [])].find(
          (span) => span !== undefined && belongsTo(span, event),
        );
  const parts = new Map<string, Event[]>();
  for (const event of events) {
    if (isOfJob(event)) continue;
    const span = spanOf(event);
    if (span !== undefined) parts.set(span.id, [...(parts.get(span.id) ?? []), event]);
  }
  const done = new Set<string>();
  return events.flatMap((event): EventRow[] => {
    if (isOfJob(event)) return [];
    const span = spanOf(event);
    const own = span === undefined ? [] : (parts.get(span.id) ?? []);
    if (span === undefined || own.length < 2) return [alone(event)];
    if (done.has(span.id)) return [];
    done.add(span.id);
    const head = { key: `job ${span.id}`, head: span.queued, parts: own, severity: gravest(own), isPart: false };
    return open.has(head.key) ? [head, ...own.map((part) => ({ ...alone(part), isPart: true }))] : [head];
  });
}

/** So many alike in a row are one row. */
const LEAST_RUN = 4;
/** Events of a kind that are further apart are listed one by one. */
const APART_MS = 60_000;

const isAlike = ({ head: one }: EventRow, other: EventRow, before: EventRow): boolean =>
  isSingle(other) &&
  one.type === other.head.type &&
  one.severity === other.head.severity &&
  one.by.user === other.head.by.user &&
  one.by.door === other.head.by.door &&
  Math.abs(Date.parse(before.head.at) - Date.parse(other.head.at)) <= APART_MS;

const isSingle = ({ parts, isPart }: EventRow): boolean => parts.length === 0 && !isPart;

/** Folds rows of one kind by one actor that follow each other closely: twenty VMs that came up are one line. */
export function foldRuns(rows: readonly EventRow[], open: ReadonlySet<string>): EventRow[] {
  const folded: EventRow[] = [];
  for (let start = 0; start < rows.length;) {
    const [first, ...rest] = rows.slice(start);
    if (first === undefined) break;
    const other = isSingle(first) ? rest.findIndex((row, i) => !isAlike(first, row, rest[i - 1] ?? first)) : 0;
    const run = [first, ...(other < 0 ? rest : rest.slice(0, other))];
    start += run.length;
    if (run.length < LEAST_RUN) {
      folded.push(...run);
      continue;
    }
    // By its oldest event, so that it stays open when another is added.
    const key = `run-${run.at(-1)?.key ?? ''}`;
    folded.push({ ...first, key, parts: run.map(({ head }) => head) });
    if (open.has(key)) folded.push(...run.map((row) => ({ ...row, isPart: true })));
  }
  return folded;
}

export const alone = (event: Event): EventRow => ({
  key: String(event.seq),
  head: event,
  parts: [],
  severity: event.severity,
  isPart: false,
});

/** What events are about, for the filter: `vm:ID`. */
export type About = `${'vm' | 'network' | 'host'}:${string}`;

export const isAbout = ({ vmId, networkId, hostId }: Subjects, about: string): boolean =>
  [`vm:${vmId ?? ''}`, `network:${networkId ?? ''}`, `host:${hostId ?? ''}`].includes(about);

export const SINCE = { minutes: 600_000, hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
export type Since = keyof typeof SINCE;
