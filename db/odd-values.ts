import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import {
  Actor,
  Boot,
  CheckPoint,
  Difference,
  EventType,
  Guest,
  HostBond,
  HostCapabilities,
  HostNic,
  IsolationPromise,
  Subject,
  Ipv4,
  Ipv6,
  JobStep,
  NetworkServices,
  NetworkStretch,
  Labels,
  Preferences,
  Undoable,
  Vm,
  EventMessage,
  JobTitle,
  StepResult,
  StepTitle,
  HostReason,
  VmReason,
  StretchReason,
  Endpoint,
  WireGuardKey,
} from '../contract';

type Check = readonly [column: string, schema: z.ZodType, is: 'json' | 'plain'];

/** Ids of what there was, some of it gone. */
const Subjects = z.record(z.string(), z.union([z.string().regex(/^[0-9A-Za-z_-]+$/), z.int()]));
const SubjectRow = Subject.omit({ gone: true });
const JobError = z.object({ code: z.string(), message: z.string() });
const KeptVm = Vm.pick({
  ...{ memoryMiB: true, cpus: true, boot: true, cdroms: true, hardware: true, disks: true, vnics: true },
});

/** What the engine reads of these columns without asking again. The SQL of the schema checks the rest. */
const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  hosts: [
    ['reason', HostReason, 'json'],
    ['capabilities', HostCapabilities, 'json'],
    ['labels', Labels, 'json'],
  ],
  host_nics: [
    ['addresses', HostNic.shape.addresses, 'json'],
    ['kind', HostNic.shape.kind, 'plain'],
  ],
  host_bonds: [
    ['nics', HostBond.shape.nics, 'json'],
    ['mode', HostBond.shape.mode, 'plain'],
  ],
  networks: [
    ['services', NetworkServices, 'json'],
    ['stretch', NetworkStretch, 'json'],
  ],
  network_attachments: [
    ['differences', z.array(Difference), 'json'],
    ['ipv4', Ipv4, 'json'],
    ['ipv6', Ipv6, 'json'],
  ],
  tunnels: [
    ['public_key', WireGuardKey, 'plain'],
    ['next_key', WireGuardKey, 'plain'],
  ],
  tunnel_pairs: [
    ['why', StretchReason, 'json'],
    ['low_endpoint', Endpoint, 'plain'],
    ['high_endpoint', Endpoint, 'plain'],
  ],
  promises: [
    ['who', z.array(SubjectRow), 'json'],
    ['to_subjects', z.array(SubjectRow), 'json'],
    ['through', z.array(SubjectRow), 'json'],
    ['ports', IsolationPromise.shape.ports, 'json'],
    ['findings', IsolationPromise.shape.findings, 'json'],
  ],
  promise_groups: [['members', z.array(SubjectRow), 'json']],
  promise_breaches: [['findings', IsolationPromise.shape.findings, 'json']],
  isolation_checks: [['points', z.array(CheckPoint), 'json']],
  vms: [
    ['reason', VmReason, 'json'],
    ['boot', Boot, 'json'],
    ['cdroms', Vm.shape.cdroms, 'json'],
    ['hardware', Vm.shape.hardware, 'json'],
    ['guest', Guest, 'json'],
  ],
  snapshot_vms: [['kept', KeptVm, 'json']],
  jobs: [
    ['title', JobTitle, 'json'],
    ['payload', z.unknown(), 'json'],
    ['error', JobError, 'json'],
    ['actor', Actor, 'json'],
    ['subjects', Subjects, 'json'],
  ],
  job_steps: [
    ['title', StepTitle, 'json'],
    ['message', StepResult, 'json'],
    ['state', JobStep.shape.state, 'plain'],
  ],
  events: [
    ['type', EventType, 'plain'],
    ['message', EventMessage, 'json'],
    ['actor', Actor, 'json'],
    ['subjects', Subjects, 'json'],
    ['undo', Undoable, 'json'],
  ],
};

/**
 * Values that no Atoll has written though the SQL of the schema takes them: JSON of another form, and words outside of a closed list.
 * `sqlite` has the latest version, so that each older form is read as its migrations leave it.
 * @returns at most one line for each column
 */
export function oddValues(sqlite: Database): string[] {
  return [
    ...Object.entries(CHECKS).flatMap(([table, checks]) =>
      checks.flatMap((check) => oddIn(sqlite, table, check) ?? []),
    ),
    ...oddPreferences(sqlite),
  ];
}

function oddIn(sqlite: Database, table: string, [column, schema, is]: Check): string | null {
  const values = sqlite
    .prepare<[], string | number>(`SELECT DISTINCT ${column} FROM ${table} WHERE ${column} IS NOT NULL`)
    .pluck();
  for (const value of values.iterate()) {
    const problem = is === 'json' ? oddJson(schema, value) : problemOf(schema, value);
    if (problem !== null) return `${table}.${column} has a value that Atoll does not write (${problem})`;
  }
  return null;
}

function oddJson(schema: z.ZodType, value: string | number): string | null {
  try {
    return problemOf(schema, JSON.parse(String(value)));
  } catch {
    return 'it is not JSON';
  }
}

function problemOf(schema: z.ZodType, value: unknown): string | null {
  const { error } = schema.safeParse(value);
  const issue = error?.issues[0];
  return issue === undefined ? null : [issue.path.join('.'), issue.message].filter(Boolean).join(': ').slice(0, 200);
}

function oddPreferences(sqlite: Database): string[] {
  const rows = sqlite.prepare<[], { key: string; value: string }>('SELECT key, value FROM preferences').all();
  const odd = rows.find(({ key, value }) => {
    const schema = Object.hasOwn(Preferences.shape, key) ? Preferences.shape[key as keyof Preferences] : undefined;
    return schema === undefined || oddJson(schema, value) !== null;
  });
  return odd === undefined ? [] : [`preferences has a value that Atoll does not write (${odd.key.slice(0, 40)})`];
}
