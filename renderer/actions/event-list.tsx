import type { Event } from '../../contract';
import { textOf } from '../../english';
import { Waiting } from '../ui/page';
import { Dot } from '../ui/state';
import { Ago } from '../ui/time';
import type { Tone } from '../ui/tone';
import { text } from './text';

export const SEVERITY_TONE: Record<Event['severity'], Tone> = { normal: 'ok', warning: 'warn', error: 'bad' };

/** The actor: a user with name and entry point; the engine; or an outside change. */
export function byWords(by: Event['by']): string {
  switch (by.door) {
    case 'engine':
      return text.who.engine;
    case 'unknown':
      return text.who.unknown;
    case 'cli':
      return text.who.cli(by.user);
    case 'browser':
      return text.who.browser(by.user);
    case 'desktop':
      return text.who.desktop(by.user);
    case 'ovirt':
      return text.who.ovirt(by.user);
  }
}

/** The actor of a check, of which only the user is kept. */
export const checkerName = (user: string): string => (user === ENGINE_USER ? text.who.engine : user);
const ENGINE_USER = 'atoll';

/** Events about one object, latest first; undefined while loading. Job events are left out: Activity shows them. */
export function EventList({ events: all, limit = 30 }: { events: readonly Event[] | undefined; limit?: number }) {
  if (all === undefined) return <Waiting lines={3} />;
  const events = all.filter((event) => !event.type.startsWith('job.'));
  if (events.length === 0) return <p className="soft">{text.nothingHappened}</p>;
  return (
    <ul className="event-list">
      {events.slice(0, limit).map((event) => (
        <li key={event.seq}>
          <Dot tone={SEVERITY_TONE[event.severity]} label={text.severities[event.severity]} />
          <span className="grow">
            {textOf(event.message)}
            <small className="soft block">{byWords(event.by)}</small>
          </span>
          <small className="soft">
            <Ago at={event.at} />
          </small>
        </li>
      ))}
    </ul>
  );
}
