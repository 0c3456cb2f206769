import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core/dist/dynamic/components/ToggleGroup';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Event } from '../../../contract';
import { byWords, SEVERITY_TONE } from '../../actions/event-list';
import { textOf } from '../../../english';
import { SubjectLinks } from '../../actions/subject-links';
import { useHosts, useNetworks, useVms } from '../../actions/use-names';
import { useTableChoice } from '../../actions/use-table-choice';
import { queries } from '../../api/queries';
import { DataTable } from '../../ui/data-table';
import { Nothing, Waiting } from '../../ui/page';
import { dayHeading, momentWords, timeWords } from '../../ui/language';
import { Dot } from '../../ui/state';
import type { Column } from '../../ui/table-model';
import { tableState } from '../../ui/table-state';
import { type About, alone, type EventRow, foldByJob, foldRuns, isAbout, lastAt, SINCE, type Since } from './fold';
import { text } from './text';
import { text as shared } from '../../actions/text';

const columnsOf = (onToggle: (key: string) => void, open: ReadonlySet<string>): Column<EventRow>[] => [
  {
    id: 'at',
    title: text.when,
    width: 14,
    text: ({ head }) => head.seq,
    cell: (row) => (
      <span className={`named${row.isPart ? ' event-part' : ''}`}>
        <Dot tone={SEVERITY_TONE[row.severity]} label={shared.severities[row.severity]} />
        <time dateTime={lastAt(row)} title={momentWords(lastAt(row))}>
          {timeWords(lastAt(row))}
        </time>
      </span>
    ),
  },
  {
    id: 'message',
    title: text.what,
    width: 42,
    text: ({ head }) => textOf(head.message),
    cell: (row) => <Message row={row} isOpen={open.has(row.key)} onToggle={onToggle} />,
  },
  {
    id: 'about',
    title: text.about,
    width: 16,
    cell: ({ head }) => <SubjectLinks subjects={head.subjects} />,
  },
  {
    id: 'by',
    title: text.by,
    width: 15,
    text: ({ head }) => byWords(head.by),
    cell: ({ head }) => byWords(head.by),
  },
  {
    id: 'type',
    title: text.type,
    width: 18,
    text: ({ head }) => head.type,
    cell: ({ head, parts }) =>
      parts.length === 0 || head.type !== 'job.queued' ? (
        <span className="mono">{head.type}</span>
      ) : (
        <Link to="/activity" search={{ tab: 'jobs', job: head.subjects.jobId }}>
          {text.steps}
        </Link>
      ),
  },
];

function Message({
  row: { key, head, parts, severity },
  isOpen,
  onToggle,
}: {
  row: EventRow;
  isOpen: boolean;
  onToggle: (key: string) => void;
}) {
  const message = textOf(head.message);
  // What went wrong is shown in full.
  const isLong = severity !== 'normal';
  if (parts.length === 0)
    return (
      <span title={message} className={isLong ? 'event-long' : ''}>
        {message}
      </span>
    );
  const isJob = head.message.type === 'job.queued';
  const title = head.message.type === 'job.queued' ? textOf(head.message.params.title) : message;
  const count = isJob ? text.countEvents(parts.length) : text.andMore(parts.length - 1);
  return (
    <button type="button" className="event-fold" aria-expanded={isOpen} onClick={() => onToggle(key)} title={title}>
      {isOpen ? '▾' : '▸'} {title} <small className="soft">{count}</small>
    </button>
  );
}

const isSince = (value: string | undefined): value is Since => value !== undefined && value in SINCE;

/**
 * The latest events: by the job that caused them, filtered by severity, object, time and text, all of which are in the URL. A search or
 * a sort order shows each event on its own.
 */
export function EventsTab() {
  const search = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const events = useQuery(queries.events());
  const columnChoice = useTableChoice('events');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const severity = search.severity ?? 'all';
  const { about, since } = search;
  const isFlat = (search.q ?? '') !== '' || search.sort !== undefined;
  const rows = useMemo(() => {
    const after = isSince(since) ? Date.now() - SINCE[since] : 0;
    const shown = (events.data ?? []).filter(
      ({ subjects, at }) => (about === undefined || isAbout(subjects, about)) && Date.parse(at) >= after,
    );
    const all = isFlat
      ? shown.filter(({ type }) => !type.startsWith('job.')).map(alone)
      : foldRuns(foldByJob(shown, open), open);
    return all.filter((row) => severity === 'all' || row.severity === severity);
  }, [events.data, severity, about, since, open, isFlat]);
  const columns = useMemo(
    () =>
      columnsOf(
        (key) =>
          setOpen((old) => {
            const next = new Set(old);
            if (!next.delete(key)) next.add(key);
            return next;
          }),
        open,
      ),
    [open],
  );
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  if (events.data === undefined) return <Waiting />;
  const isFiltered = severity !== 'all' || about !== undefined || since !== undefined;
  return (
    <DataTable
      label={text.events}
      counted={text.countEvents}
      {...columnChoice}
      columns={columns}
      rows={rows}
      groupOf={
        search.sort === undefined || search.sort === 'at' ? ({ head }) => dayHeading(head.at, new Date()) : undefined
      }
      keyOf={({ key, isPart }) => (isPart ? `part-${key}` : key)}
      {...tableState(search, change)}
      noMatch={text.noMatch}
      tools={<EventTools severity={severity} about={about} since={since} events={events.data} onChange={change} />}
      empty={
        <Nothing
          title={text.noEvents}
          action={
            isFiltered ? (
              <ClearFilter onClick={() => change({ severity: undefined, about: undefined, since: undefined })} />
            ) : undefined
          }
        >
          {isFiltered ? text.noMatch : undefined}
        </Nothing>
      }
    />
  );
}

interface EventToolsProps {
  readonly severity: string;
  readonly about: string | undefined;
  readonly since: string | undefined;
  readonly events: readonly Event[];
  readonly onChange: (part: {
    severity?: string | undefined;
    about?: string | undefined;
    since?: string | undefined;
  }) => void;
}

function EventTools({ severity, about, since, events, onChange }: EventToolsProps) {
  const objects = useObjects(events);
  return (
    <>
      <ToggleGroup aria-label={text.severity} isCompact>
        {(['all', 'warning', 'error'] as const).map((choice) => (
          <ToggleGroupItem
            key={choice}
            text={text[choice]}
            buttonId={`severity-${choice}`}
            isSelected={severity === choice}
            onChange={() => onChange({ severity: choice === 'all' ? undefined : choice })}
          />
        ))}
      </ToggleGroup>
      <select
        className="event-choice"
        aria-label={text.about}
        value={about ?? ''}
        onChange={({ target }) => onChange({ about: target.value === '' ? undefined : target.value })}
      >
        <option value="">{text.allObjects}</option>
        {objects.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        className="event-choice"
        aria-label={text.when}
        value={since ?? ''}
        onChange={({ target }) => onChange({ since: target.value === '' ? undefined : target.value })}
      >
        <option value="">{text.anyTime}</option>
        {(Object.keys(SINCE) as Since[]).map((one) => (
          <option key={one} value={one}>
            {text.since[one]}
          </option>
        ))}
      </select>
    </>
  );
}

/** The objects that the events are about, by name. */
function useObjects(events: readonly Event[]): readonly { readonly id: About; readonly name: string }[] {
  const [vms, networks, hosts] = [useVms(), useNetworks(), useHosts()];
  return useMemo(() => {
    const found = new Map<About, string>();
    for (const { vmId, networkId, hostId } of events.map(({ subjects }) => subjects)) {
      const [vm, network, host] = [vms.get(vmId ?? ''), networks.get(networkId ?? ''), hosts.get(hostId ?? '')];
      if (vm !== undefined) found.set(`vm:${vm.id}`, vm.name);
      if (network !== undefined) found.set(`network:${network.id}`, network.name);
      if (host !== undefined) found.set(`host:${host.id}`, host.name);
    }
    return [...found].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
  }, [events, vms, networks, hosts]);
}

function ClearFilter({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className="pf-v6-c-button pf-m-link" onClick={onClick}>
      {text.all}
    </button>
  );
}
