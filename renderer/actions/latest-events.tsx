import type { ReactNode } from 'react';
import type { Event } from '../../contract';
import { Section } from '../ui/page';
import { EventList } from './event-list';
import { text } from './text';

const LATEST = 8;

/** The recent events of an object, beside its facts; `all` links to the rest. */
export function LatestEvents({ events, all }: { events: readonly Event[] | undefined; all: ReactNode }) {
  return (
    <Section title={text.latest} tools={all}>
      <EventList events={events} limit={LATEST} />
    </Section>
  );
}
