import type { Event, EventType } from '../../../../contract';
import { byWords, SEVERITY_TONE } from '../../../actions/event-list';
import { textOf } from '../../../../english';
import { Dot } from '../../../ui/state';
import { Ago } from '../../../ui/time';
import { type Changed, linesOf, type Line, type Period, PERIODS } from '../changes';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';
import { text as shared } from '../../../actions/text';
import { number } from '../../../ui/language';

/** The changes in the chosen period, and whether the map shows only these. */
export interface Changes {
  /** Null until the engine has answered. */
  readonly list: { readonly events: readonly Event[]; readonly more: boolean } | null;
  readonly changed: Changed;
  readonly period: Period;
  readonly shown: boolean;
  readonly onPeriod: (period: Period) => void;
  readonly onShow: (show: boolean) => void;
}

interface Props {
  readonly model: Model;
  readonly changes: Changes;
  readonly onSelect: (selected: Selection) => void;
}

/** The changes on the map, by default since yesterday. Many changes of one kind are one expandable line. */
export function ChangesPart({ model, changes, onSelect }: Props) {
  const { list, period, shown, onPeriod, onShow } = changes;
  const lines = linesOf(list?.events ?? []);
  return (
    <section aria-label={text.changed}>
      <div className="changes-head">
        <h5>{text.changed}</h5>
        <select
          aria-label={text.changed}
          value={period}
          onChange={(event) => onPeriod(PERIODS.find((one) => one === event.target.value) ?? 'day')}
        >
          {PERIODS.map((one) => (
            <option key={one} value={one}>
              {text.periods[one].toLowerCase()}
            </option>
          ))}
        </select>
        {lines.length === 0 ? null : (
          <button type="button" className="changes-show" aria-pressed={shown} onClick={() => onShow(!shown)}>
            {shown ? text.showAll : text.showChanged}
          </button>
        )}
      </div>
      {list !== null && lines.length === 0 ? <p className="soft">{text.changedNothing}</p> : null}
      <ul className="event-list">
        {lines.map((line) => (
          <LineItem key={line.key} line={line} model={model} onSelect={onSelect} />
        ))}
      </ul>
      {list?.more === true ? <p className="soft">{text.changedMore}</p> : null}
    </section>
  );
}

function LineItem({ line, model, onSelect }: Omit<Props, 'changes'> & { line: Line }) {
  const [latest] = line.events;
  if (latest === undefined) return null;
  const words = countText(line.type, line.events.length);
  return (
    <li>
      <Dot tone={SEVERITY_TONE[latest.severity]} label={shared.severities[latest.severity]} />
      <span className="grow">
        {line.events.length === 1 ? (
          <EventText event={latest} model={model} onSelect={onSelect} />
        ) : (
          <details>
            <summary>{words}</summary>
            {line.events.slice(0, LISTED).map((event) => (
              <span className="block" key={event.seq}>
                <EventText event={event} model={model} onSelect={onSelect} />
              </span>
            ))}
            {line.events.length > LISTED ? <span className="soft">… {line.events.length - LISTED}</span> : null}
          </details>
        )}
        <small className="soft block">{byWords(latest.by)}</small>
      </span>
      <small className="soft">
        <Ago at={latest.at} />
      </small>
    </li>
  );
}

const LISTED = 50;

/** The text of an event; it links to its object if that still exists. */
function EventText({ event, model, onSelect }: Omit<Props, 'changes'> & { event: Event }) {
  const object = objectOf(event, model);
  if (object === null) return <>{textOf(event.message)}</>;
  return (
    <button type="button" className="event-text" onClick={() => onSelect(object)}>
      {textOf(event.message)}
    </button>
  );
}

function objectOf({ subjects: { vmId, networkId, hostId } }: Event, model: Model): Selection | null {
  if (vmId !== undefined && model.vms.has(vmId)) return { kind: 'vm', id: vmId };
  if (networkId !== undefined && model.networks.has(networkId)) return { kind: 'network', id: networkId };
  return hostId !== undefined && model.hosts.has(hostId) ? { kind: 'host', id: hostId } : null;
}

/** The number of events of a type as text; a type without a text shows its name. */
function countText(type: EventType, n: number): string {
  const counts: Partial<Record<EventType, (n: number) => string>> = text.many;
  return counts[type]?.(n) ?? `${number(n)} × ${type.replace('.', ' ')}`;
}
