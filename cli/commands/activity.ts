import type { CommandSpec } from '../spec';
import type { ArgSpec } from '../option-spec';

const JOB: ArgSpec = { name: 'JOB', about: 'id of the job', complete: 'job' };

export const ACTIVITY_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['map'],
    about: 'show the islands on each host and their VMs',
    options: [
      { name: 'network', type: 'text', value: 'N', about: 'only this network', complete: 'network' },
      { name: 'host', type: 'text', value: 'H', about: 'only this host', complete: 'host' },
    ],
    json: 'AtollMap',
    run: () => import('../run/map').then((m) => m.showMap),
  },
  {
    path: ['reach'],
    about: 'show whether one VM can reach another: directly, only through other VMs, or why not',
    args: [
      { name: 'VM1', about: 'id or name', complete: 'vm' },
      { name: 'VM2', about: 'id or name', complete: 'vm' },
    ],
    json: 'Reach',
    run: () => import('../run/map').then((m) => m.reach),
  },
  {
    path: ['job', 'list'],
    about: 'list the jobs, newest first',
    options: [
      {
        name: 'state',
        type: 'text',
        value: 'STATE',
        about: 'filter by state',
        complete: ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'],
      },
      { name: 'limit', type: 'number', value: 'N', about: 'maximum number to list (default: 50)' },
    ],
    json: 'Job[]',
    run: () => import('../run/jobs').then((m) => m.jobList),
  },
  {
    path: ['job', 'show'],
    about: 'show a job and its steps',
    args: [JOB],
    json: 'Job',
    run: () => import('../run/jobs').then((m) => m.jobShow),
  },
  {
    path: ['job', 'wait'],
    about: 'wait until a job has finished; exits with 9 if it failed',
    args: [JOB],
    json: 'Job',
    run: () => import('../run/jobs').then((m) => m.jobWait),
  },
  {
    path: ['job', 'cancel'],
    about: 'cancel a job',
    args: [JOB],
    changes: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/jobs').then((m) => m.jobCancel),
  },
  {
    path: ['job', 'retry'],
    about: 'retry a failed, cancelled or interrupted job, as a new job',
    args: [JOB],
    changes: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/jobs').then((m) => m.jobRetry),
  },
  {
    path: ['event', 'list'],
    about: 'list the events; --follow streams new ones',
    options: [
      { name: 'follow', type: 'flag', about: 'stream new events until Ctrl-C' },
      { name: 'limit', type: 'number', value: 'N', about: 'maximum number of past events (default: 100)' },
      { name: 'after', type: 'number', value: 'SEQ', about: 'only events after this sequence number' },
      { name: 'type', type: 'text', value: 'TYPE', about: 'filter by type, for example drift.detected' },
      {
        name: 'severity',
        type: 'text',
        value: 'S',
        about: 'filter by severity',
        complete: ['normal', 'warning', 'error'],
      },
      { name: 'network', type: 'text', value: 'N', about: 'filter by network', complete: 'network' },
      { name: 'host', type: 'text', value: 'H', about: 'filter by host', complete: 'host' },
      { name: 'vm', type: 'text', value: 'VM', about: 'filter by VM', complete: 'vm' },
    ],
    json: 'Event[]; with --follow one Event per line',
    run: () => import('../run/events').then((m) => m.eventList),
  },
  {
    path: ['undo'],
    about: 'undo the last change, or the change of an event; refused if later changes conflict',
    args: [{ name: 'EVENT', about: 'its sequence number (see event list --json or undo --list)', optional: true }],
    options: [{ name: 'list', type: 'flag', about: 'list what can be undone without changing anything' }],
    changes: true,
    json: '{ undone: UndoOffer, job: string | null, preview: Preview | null }; with --list UndoOffer[]',
    examples: ['atoll undo --dry-run'],
    run: () => import('../run/undo').then((m) => m.undo),
  },
  {
    path: ['trash', 'list'],
    about: 'list removed VMs whose disks are kept, and for how long',
    json: 'TrashedVm[]',
    run: () => import('../run/undo').then((m) => m.trashList),
  },
  {
    path: ['trash', 'empty'],
    about: 'permanently delete the disks of removed VMs',
    options: [
      { name: 'days', type: 'number', value: 'N', about: 'only disks removed at least N days ago (default: 0, all)' },
    ],
    changes: true,
    destructive: true,
    json: '{ vms: string[], job: string | null, preview: Preview | null }',
    run: () => import('../run/undo').then((m) => m.trashEmpty),
  },
];
