import type { ReactNode } from 'react';
import type { Event } from '../../contract';
import { Section } from '../ui/page';
import { EventList } from './event-list';
import { text } from './text';

const LATEST = 8;

/** What happened last with one thing, beside what it is; `all` leads to the rest. */
export function LatestEvents({ events, all }: { events: readonly Event[] | undefined; all: ReactNode }) {
  return (
    <Section title={text.latest} tools={all}>
      <EventList events={events} limit={LATEST} />
    </Section>
  );
}
