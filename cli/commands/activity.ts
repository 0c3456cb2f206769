import type { CommandSpec } from '../spec';
import type { ArgSpec } from '../option-spec';

const JOB: ArgSpec = { name: 'JOB', about: 'its id', complete: 'job' };

export const ACTIVITY_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['map'],
    about: 'the islands on each host, and who is on them',
    options: [
      { name: 'network', type: 'text', value: 'N', about: 'only this network', complete: 'network' },
      { name: 'host', type: 'text', value: 'H', about: 'only this host', complete: 'host' },
    ],
    json: 'AtollMap',
    run: () => import('../run/map').then((m) => m.showMap),
  },
  {
    path: ['reach'],
    about: 'whether one VM reaches another: directly, only through others, or why not',
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
        about: 'only these',
        complete: ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'],
      },
      { name: 'limit', type: 'number', value: 'N', about: 'at most so many (default: 50)' },
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
    about: 'wait for the end of a job; exit 9 when it failed',
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
    about: 'run the work of a failed, cancelled or interrupted job again, as a new job',
    args: [JOB],
    changes: true,
    json: '{ job: string | null, preview: Preview | null }',
    run: () => import('../run/jobs').then((m) => m.jobRetry),
  },
  {
    path: ['event', 'list'],
    about: 'list the events; --follow goes on as they happen',
    options: [
      { name: 'follow', type: 'flag', about: 'go on until Ctrl-C' },
      { name: 'limit', type: 'number', value: 'N', about: 'at most so many of the past (default: 100)' },
      { name: 'after', type: 'number', value: 'SEQ', about: 'only events with a higher number' },
      { name: 'type', type: 'text', value: 'TYPE', about: 'only of this type, for example drift.detected' },
      {
        name: 'severity',
        type: 'text',
        value: 'S',
        about: 'only of this severity',
        complete: ['normal', 'warning', 'error'],
      },
      { name: 'network', type: 'text', value: 'N', about: 'only about this network', complete: 'network' },
      { name: 'host', type: 'text', value: 'H', about: 'only about this host', complete: 'host' },
      { name: 'vm', type: 'text', value: 'VM', about: 'only about this VM', complete: 'vm' },
    ],
    json: 'Event[]; with --follow an Event a line',
    run: () => import('../run/events').then((m) => m.eventList),
  },
  {
    path: ['undo'],
    about: 'undo what was done last, or what an event tells; refused when the world has moved on',
    args: [{ name: 'EVENT', about: 'its number (event list --json, or undo --list)', optional: true }],
    options: [{ name: 'list', type: 'flag', about: 'list what can be undone, and change nothing' }],
    changes: true,
    json: '{ undone: UndoOffer, job: string | null, preview: Preview | null }; with --list UndoOffer[]',
    examples: ['atoll undo --dry-run'],
    run: () => import('../run/undo').then((m) => m.undo),
  },
  {
    path: ['trash', 'list'],
    about: 'list the removed VMs whose disks are kept, and for how long',
    json: 'TrashedVm[]',
    run: () => import('../run/undo').then((m) => m.trashList),
  },
  {
    path: ['trash', 'empty'],
    about: 'delete the disks of removed VMs for good',
    options: [
      { name: 'days', type: 'number', value: 'N', about: 'only what has lain there for N days (default: 0, all)' },
    ],
    changes: true,
    destructive: true,
    json: '{ vms: string[], job: string | null, preview: Preview | null }',
    run: () => import('../run/undo').then((m) => m.trashEmpty),
  },
];
