import type { AtollClient } from '../../app/client';
import type { Event, Subjects } from '../../contract';
import { AppError } from '../../contract/app-error';
import { textOf } from '../../english/text-of';
import { note } from '../../contract/remedy';
import type { Input } from '../input';
import type { Output } from '../output';
import { onReaderGone } from '../reader-gone';
import type { Run } from '../spec';
import { localTime } from '../text/units';
import { given } from './shared';

const SEVERITIES = ['normal', 'warning', 'error'] as const;
type Filter = NonNullable<Parameters<AtollClient['events']['list']>[0]>;

function filterOf(input: Input): Filter {
  const asked = input.text('severity');
  const severity = SEVERITIES.find((name) => name === asked);
  if (asked !== undefined && severity === undefined)
    throw new AppError('BAD_INPUT', `Unknown severity ${JSON.stringify(asked)}.`, {
      field: 'severity',
      remedy: note(`Choose one of ${SEVERITIES.join(', ')}.`),
    });
  // The engine validates types; importing their list would load the whole contract.
  const type = input.text('type') as Event['type'] | undefined;
  return given({
    after: input.number('after'),
    limit: input.number('limit'),
    type,
    severity,
    network: input.text('network'),
    host: input.text('host'),
    vm: input.text('vm'),
  });
}

const eventLine = (event: Event): string =>
  `${localTime(event.at)}  ${event.severity === 'normal' ? '' : `${event.severity}: `}${textOf(event.message)}${event.by.door === 'engine' ? '' : ` (${event.by.user}${event.by.door === 'ovirt' ? ', oVirt API' : ''})`}`;

export const eventList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const filter = filterOf(input);
  if (!input.flag('follow')) {
    out.answer(inOrder(await client.events.list(filter)), (events) => {
      for (const event of events) out.line(eventLine(event));
      if (events.length === 0) out.line('No events found.');
    });
    return;
  }
  const stopWatching = onReaderGone(() => process.exit(0));
  await follow(client, filter, out).finally(stopWatching);
};

/** Oldest first, as they are read. */
const inOrder = (events: readonly Event[]): Event[] => [...events].sort((a, b) => a.seq - b.seq);

/** Prints past events, then follows new ones; nothing is lost in between, because following starts at the last number. */
async function follow(client: AtollClient, filter: Filter, out: Output): Promise<void> {
  const wanted = await subjectsOf(client, filter);
  const newest = (await client.events.list({ limit: 1 })).at(-1)?.seq ?? 0;
  const past = inOrder(await client.events.list(filter));
  const show = (event: Event) => out.next(event, () => out.line(eventLine(event)));
  for (const event of past) show(event);
  const from = Math.max(newest, past.at(-1)?.seq ?? 0, filter.after ?? 0);
  for await (const event of await client.events.follow({ after: from })) {
    if (matches(event, filter, wanted)) show(event);
  }
}

/** The ids of the names in the filter. */
async function subjectsOf(client: AtollClient, { network, host, vm }: Filter): Promise<Subjects> {
  return {
    ...(network === undefined ? {} : { networkId: (await client.networks.show({ network })).network.id }),
    ...(host === undefined ? {} : { hostId: (await client.hosts.show({ host })).host.id }),
    ...(vm === undefined ? {} : { vmId: (await client.vms.show({ vm })).id }),
  };
}

function matches(event: Event, { type, severity }: Filter, wanted: Subjects): boolean {
  if (type !== undefined && event.type !== type) return false;
  if (severity !== undefined && event.severity !== severity) return false;
  return (Object.keys(wanted) as Array<keyof Subjects>).every((key) => event.subjects[key] === wanted[key]);
}
