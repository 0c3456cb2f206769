import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core/dist/dynamic/components/ToggleGroup';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Event } from '../../../contract';
import { byWords, SEVERITY_TONE } from '../../actions/event-list';
import { textOf } from '../../../english';
import { SubjectLinks } from '../../actions/subject-links';
import { useTableChoice } from '../../actions/use-table-choice';
import { queries } from '../../api/queries';
import { DataTable } from '../../ui/data-table';
import { Nothing, Waiting } from '../../ui/page';
import { momentWords } from '../../ui/language';
import { Dot } from '../../ui/state';
import type { Column } from '../../ui/table-model';
import { tableState } from '../../ui/table-state';
import { text } from './text';
import { text as shared } from '../../actions/text';

const columns: Column<Event>[] = [
  {
    id: 'at',
    title: text.when,
    width: 20,
    text: (event) => event.seq,
    cell: (event) => (
      <span className="named">
        <Dot tone={SEVERITY_TONE[event.severity]} label={shared.severities[event.severity]} />
        <time dateTime={event.at}>{momentWords(event.at)}</time>
      </span>
    ),
  },
  {
    id: 'message',
    title: text.what,
    width: 31,
    text: (event) => textOf(event.message),
    cell: (event) => <Message event={event} />,
  },
  {
    id: 'about',
    title: text.about,
    width: 14,
    cell: (event) => <SubjectLinks subjects={event.subjects} />,
  },
  { id: 'by', title: text.by, width: 17, text: (event) => byWords(event.by), cell: (event) => byWords(event.by) },
  {
    id: 'type',
    title: text.type,
    width: 18,
    text: (event) => event.type,
    cell: (event) => <span className="mono">{event.type}</span>,
  },
];

function Message({ event }: { event: Event }) {
  const message = textOf(event.message);
  return <span title={message}>{message}</span>;
}

/** The latest events, filtered by severity and text; both are in the URL. Job events are in the other tab. */
export function EventsTab() {
  const search = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const events = useQuery(queries.events());
  const columnChoice = useTableChoice('events');
  const severity = search.severity ?? 'all';
  const rows = useMemo(
    () =>
      (events.data ?? []).filter(
        ({ severity: own, type }) => !type.startsWith('job.') && (severity === 'all' || own === severity),
      ),
    [events.data, severity],
  );
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  if (events.data === undefined) return <Waiting />;
  const choices = ['all', 'warning', 'error'] as const;
  return (
    <DataTable
      label={text.events}
      counted={text.countEvents}
      {...columnChoice}
      columns={columns}
      rows={rows}
      keyOf={(event) => String(event.seq)}
      {...tableState(search, change)}
      noMatch={text.noMatch}
      tools={
        <ToggleGroup aria-label={text.severity} isCompact>
          {choices.map((choice) => (
            <ToggleGroupItem
              key={choice}
              text={text[choice]}
              buttonId={`severity-${choice}`}
              isSelected={severity === choice}
              onChange={() => change({ severity: choice === 'all' ? undefined : choice })}
            />
          ))}
        </ToggleGroup>
      }
      empty={
        <Nothing
          title={text.noEvents}
          action={severity === 'all' ? undefined : <ClearFilter onClick={() => change({ severity: undefined })} />}
        >
          {severity === 'all' ? undefined : text.noMatch}
        </Nothing>
      }
    />
  );
}

function ClearFilter({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className="pf-v6-c-button pf-m-link" onClick={onClick}>
      {text.all}
    </button>
  );
}
