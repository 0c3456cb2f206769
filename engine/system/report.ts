import type { Core } from '../context';
import { instant } from '../core/ids';
import { withoutSecrets } from './redact';
import { status } from './status';

const EVENTS = 200;
const JOBS = 50;

/**
 * A support bundle for users to attach: versions, abilities of this computer, state, recent events, the ends of the logs, and
 * crashes. It is created locally, shown to the user, and sent nowhere.
 */
export async function makeReport(core: Core): Promise<{ name: string; text: string }> {
  const { store, hosts, info, clock, secrets } = core;
  const at = instant(clock.now());
  const rows = store.hosts.list();
  const kept = await Promise.all(rows.map(({ id }) => secrets.all(id)));
  const known = kept.flatMap((each) => [each?.password, each?.passphrase].filter((word) => word !== undefined));
  const doctor = await hosts.doctor();
  const parts: ReadonlyArray<readonly [string, unknown]> = [
    ['Status', status(core)],
    ['Doctor', doctor],
    [
      'Hosts',
      rows.map(({ id, name, kind, state, reason, lastSeenAt }) => ({ id, name, kind, state, reason, lastSeenAt })),
    ],
    ['Jobs', store.jobs.recent(JOBS).map(({ payload: _, ...job }) => ({ ...job, steps: store.steps.ofJob(job.id) }))],
    ['Events', store.events.recent({ limit: EVENTS }).map(({ undo: _, ...event }) => event)],
    ...info.logs().map(({ name, text }) => [name, text] as const),
  ];
  const text = [
    `Atoll ${info.version}, Node ${info.node}, database ${store.schemaVersion}, ${at}`,
    'Passwords, keys and tokens were removed. It contains names of hosts, networks and VMs, addresses and paths.',
    ...parts.map(
      ([title, what]) => `\n== ${title}\n${typeof what === 'string' ? what : JSON.stringify(what, null, 1)}`,
    ),
    '',
  ].join('\n');
  return { name: `atoll-report-${at.slice(0, 19).replaceAll(':', '-')}.txt`, text: withoutSecrets(text, known) };
}
