import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core/dist/dynamic/components/ToggleGroup';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Event } from '../../../contract';
import { byWords, SEVERITY_TONE } from '../../actions/event-list';
import { queries } from '../../api/queries';
import { DataTable } from '../../ui/data-table';
import { Nothing, Waiting } from '../../ui/page';
import { Dot } from '../../ui/state';
import type { Column } from '../../ui/table-model';
import { tableState } from '../../ui/table-state';
import { text } from './text';

const columns: Column<Event>[] = [
  { id: 'severity', title: '', cell: (event) => <Dot tone={SEVERITY_TONE[event.severity]} label={event.severity} /> },
  {
    id: 'at',
    title: 'When',
    width: 15,
    text: (event) => event.seq,
    cell: (event) => (
      <time dateTime={event.at}>
        {new Date(event.at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' })}
      </time>
    ),
  },
  { id: 'message', title: 'What', width: 40, text: (event) => event.message, cell: (event) => event.message },
  {
    id: 'type',
    title: 'Type',
    width: 15,
    text: (event) => event.type,
    cell: (event) => <span className="mono">{event.type}</span>,
  },
  { id: 'by', title: 'By', text: (event) => byWords(event.by), cell: (event) => byWords(event.by) },
];

/** The latest events, filtered by severity and by words; both are in the address. */
export function EventsTab() {
  const search = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const events = useQuery(queries.events());
  const severity = search.severity ?? 'all';
  const rows = useMemo(
    () => (events.data ?? []).filter((event) => severity === 'all' || event.severity === severity),
    [events.data, severity],
  );
  const change = (part: Partial<typeof search>): void =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  if (events.data === undefined) return <Waiting />;
  const choices = ['all', 'warning', 'error'] as const;
  return (
    <DataTable
      label={text.events}
      columns={columns}
      rows={rows}
      keyOf={(event) => String(event.seq)}
      {...tableState(search, change)}
      noMatch={text.noMatch}
      tools={
        <ToggleGroup aria-label="Severity" isCompact>
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
          action={severity === 'all' ? undefined : <Act onClick={() => change({ severity: undefined })} />}
        >
          {severity === 'all' ? undefined : text.noMatch}
        </Nothing>
      }
    />
  );
}

function Act({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className="pf-v6-c-button pf-m-link" onClick={onClick}>
      {text.all}
    </button>
  );
}
