import type { Event, Job, JobStep } from '../../contract';
import { AppError } from '../../contract/app-error';
import { textOf } from '../../english/text-of';
import type { OvirtClient } from '../client';
import { type Ask, type Searched, collection } from '../table';
import { numberIn } from '../wire/doc';
import { notFound, unsupported } from '../wire/fault';
import { type Rep, refTo } from '../wire/rep';
import { codeOf } from './event-codes';
import { ADMIN, clusterRef, dataCenterRef, derivedId, hostRef, vmRef } from './shared';

const MOST_JOBS = 1_000;
const MOST_EVENTS = 10_000;
/** As many as oVirt lists without `max`. */
const USUAL_EVENTS = 100;

const JOB_STATUS: Record<Job['state'], string> = {
  queued: 'started',
  running: 'started',
  succeeded: 'finished',
  failed: 'failed',
  cancelled: 'aborted',
  interrupted: 'unknown',
};
const STEP_STATUS: Record<JobStep['state'], string> = {
  pending: 'unknown',
  running: 'started',
  succeeded: 'finished',
  failed: 'failed',
  skipped: 'finished',
  cancelled: 'aborted',
};

const userRef = (ask: Ask): Rep => refTo(ask.href('users', ADMIN), ADMIN);

async function jobAt(client: OvirtClient, id: string): Promise<Job> {
  try {
    return await client.jobs.show({ job: id });
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') throw notFound('Job');
    throw error;
  }
}

const jobsSearched: Searched<Job> = async () => (job) => ({
  id: job.id,
  description: textOf(job.title),
  status: JOB_STATUS[job.state],
  correlation_id: job.by.correlation,
});

export const JOBS = collection<Job>({
  path: 'jobs',
  tag: 'job',
  tags: 'jobs',
  calls: ['jobs.list'],
  items: ({ client }) => client.jobs.list({ limit: MOST_JOBS }),
  one: ({ client }, id) => jobAt(client, id),
  id: ({ id }) => id,
  show: (ask, job) => ({
    description: textOf(job.title),
    status: JOB_STATUS[job.state],
    auto_cleared: true,
    external: false,
    start_time: job.startedAt ?? job.createdAt,
    last_updated: job.endedAt ?? job.startedAt ?? job.createdAt,
    ...(job.endedAt === null ? {} : { end_time: job.endedAt }),
    owner: userRef(ask),
    ...(job.by.correlation === undefined ? {} : { correlation_id: job.by.correlation }),
  }),
  searched: jobsSearched,
  links: ['steps'],
  add: {
    calls: ['jobs.list'],
    note: 'refused: jobs are those of the engine',
    run: async () => {
      throw unsupported('Adding a job of a client');
    },
  },
  actions: {
    clear: { calls: ['jobs.show'], note: 'nothing to do', run: async () => ({ job: null }) },
  },
  refused: { end: 'Jobs end automatically' },
});

export const STEPS = collection<JobStep & { readonly job: string }>({
  path: 'jobs/{jobs}/steps',
  tag: 'step',
  tags: 'steps',
  calls: ['jobs.show'],
  items: async ({ client, ids }) => {
    const id = ids['jobs'] ?? '';
    const { steps } = await jobAt(client, id);
    return steps.map((step) => ({ ...step, job: id }));
  },
  id: ({ job, index }) => derivedId(job, String(index)),
  show: (ask, step) => ({
    description: textOf(step.title),
    status: STEP_STATUS[step.state],
    type: 'executing',
    number: step.index,
    external: false,
    ...(step.startedAt === null ? {} : { start_time: step.startedAt }),
    ...(step.endedAt === null ? {} : { end_time: step.endedAt }),
    job: refTo(ask.href('jobs', step.job), step.job),
    ...(step.hostId === null ? {} : { execution_host: hostRef(ask, step.hostId) }),
  }),
});

const eventsSearched: Searched<Event> = async ({ world }) => {
  const [hosts, vms, clusters, dataCenters] = await Promise.all([
    world.hosts(),
    world.vms(),
    world.clusters(),
    world.dataCenters(),
  ]);
  return (event) => {
    const { hostId = '', vmId = '', clusterId = '', dataCenterId = '' } = event.subjects;
    const host = hosts.byId.get(hostId)?.name;
    const vm = vms.byId.get(vmId)?.name;
    const cluster = clusters.byId.get(clusterId)?.name;
    const place = dataCenters.byId.get(dataCenterId)?.name;
    return {
      id: event.seq,
      severity: event.severity,
      type: codeOf(event),
      time: event.at,
      message: textOf(event.message),
      correlation_id: event.by.correlation,
      usrname: event.by.user,
      ...{ host, 'hosts.name': host, 'hosts.id': hostId, event_host: host },
      ...{ vm, 'vms.name': vm, 'vms.id': vmId, event_vm: vm },
      ...{ cluster, 'clusters.name': cluster, event_cluster: cluster },
      ...{ datacenter: place, 'datacenters.name': place, event_datacenter: place },
    };
  };
};

export const EVENTS = collection<Event>({
  path: 'events',
  tag: 'event',
  tags: 'events',
  calls: ['events.list'],
  items: ({ client, query }) => {
    const from = numberIn(query, 'from');
    const max = numberIn(query, 'max') ?? USUAL_EVENTS;
    const limit = query.has('search') || from !== null || max < 0 ? MOST_EVENTS : max;
    return client.events.list({
      limit: Math.min(MOST_EVENTS, Math.max(1, limit)),
      ...(from !== null && from >= 0 ? { after: from } : {}),
    });
  },
  one: async ({ client }, id) => {
    const seq = /^\d{1,15}$/.test(id) ? Number(id) : 0;
    const found =
      seq < 1
        ? undefined
        : (await client.events.list({ after: seq - 1, limit: MOST_EVENTS })).find((each) => each.seq === seq);
    if (found === undefined) throw notFound('Event');
    return found;
  },
  id: ({ seq }) => String(seq),
  show: (ask, event) => {
    const { dataCenterId, clusterId, hostId, vmId } = event.subjects;
    return {
      code: codeOf(event),
      severity: event.severity,
      description: `${textOf(event.message)}${event.by.door === 'ovirt' ? ` (${event.by.user}, oVirt API)` : ''}`,
      time: event.at,
      index: event.seq,
      origin: 'oVirt',
      custom_id: -1,
      flood_rate: 0,
      ...(event.by.correlation === undefined ? {} : { correlation_id: event.by.correlation }),
      ...(event.by.door === 'ovirt' ? { user: { ...userRef(ask), name: event.by.user } } : {}),
      ...(dataCenterId === undefined ? {} : { data_center: dataCenterRef(ask, dataCenterId) }),
      ...(clusterId === undefined ? {} : { cluster: clusterRef(ask, clusterId) }),
      ...(hostId === undefined ? {} : { host: hostRef(ask, hostId) }),
      ...(vmId === undefined ? {} : { vm: vmRef(ask, vmId) }),
    };
  },
  searched: eventsSearched,
  note: 'Newest first; `from` is the index of the last one that is known. Without `max`, the last 100',
  add: {
    calls: ['events.list'],
    note: 'refused: events are those of the engine',
    run: async () => {
      throw unsupported('Adding an event of a client');
    },
  },
});
