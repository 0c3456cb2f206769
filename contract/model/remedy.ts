import { z } from 'zod';

const name = z.string().optional();
const names = z.array(z.string()).optional();
const yes = z.literal(true).optional();

/**
 * All possible remedies, each with the input values that can be known: names or ids, and decisive options. These are procedures of
 * the contract, followed by what only a user at the computer can do.
 */
export const REMEDY_INPUTS = {
  'hosts.list': z.object({}),
  'hosts.show': z.object({ host: name }),
  'hosts.add': z.object({ how: z.object({ kind: z.literal('lab') }).optional() }),
  'hosts.activate': z.object({ host: name }),
  'hosts.maintenance': z.object({ host: name, stopVms: yes }),
  'hosts.sync': z.object({ host: name }),
  'hosts.check': z.object({ host: name }),
  'hosts.unlock': z.object({ host: name }),
  'hosts.update': z.object({ host: name, fingerprint: name, place: name }),
  'hosts.label': z.object({ host: name, add: names }),
  'hosts.setupNetworks': z.object({
    host: name,
    attach: z.array(z.object({ network: name, nic: name })).optional(),
    detach: names,
  }),
  'hosts.import': z.object({ host: name, vms: names, bridges: names, withVms: yes }),
  'hosts.takeOver': z.object({ host: name, dryRun: yes }),
  'hosts.remove': z.object({ host: name, force: yes, keep: yes, forgetVms: yes }),
  'labs.list': z.object({}),
  'labs.remove': z.object({ lab: name }),
  'networks.list': z.object({}),
  'networks.show': z.object({ network: name }),
  'networks.attach': z.object({ network: name, cluster: name }),
  'networks.detach': z.object({ network: name, cluster: name }),
  'networks.placeTogether': z.object({ network: name, host: name, stopVms: yes }),
  'networks.stretch': z.object({ network: name }),
  'networks.check': z.object({ network: name, probe: yes }),
  'outside.enable': z.object({ host: name }),
  'outside.disable': z.object({ host: name }),
  'forwards.list': z.object({ vm: name }),
  'vms.list': z.object({}),
  'vms.show': z.object({ vm: name }),
  'vms.add': z.object({}),
  'vms.start': z.object({ vm: name }),
  'vms.stop': z.object({ vm: name }),
  'vms.shutdown': z.object({ vm: name }),
  'vms.resume': z.object({ vm: name }),
  'vms.move': z.object({ vm: name, host: name, carry: names, leave: names }),
  'vms.placement': z.object({ vm: name, move: yes }),
  'vms.additions': z.object({ vm: name }),
  'vms.remove': z.object({ vm: name }),
  'vms.forget': z.object({ vm: name }),
  'vnics.list': z.object({ vm: name }),
  'vnics.add': z.object({ vm: name, network: name }),
  'vnics.unplug': z.object({ vm: name, vnic: name }),
  'vnics.plug': z.object({ vm: name, vnic: name }),
  'vnics.link': z.object({ vm: name, vnic: name, up: yes }),
  'disks.list': z.object({ vm: name }),
  'disks.resize': z.object({ vm: name, disk: name, sizeBytes: z.int().optional() }),
  'disks.remove': z.object({ vm: name, disk: name }),
  'images.list': z.object({}),
  'images.add': z.object({}),
  'snapshots.list': z.object({ host: name, vm: name }),
  'snapshots.remove': z.object({ snapshot: name }),
  'promises.list': z.object({}),
  'promises.show': z.object({ promise: name }),
  'jobs.list': z.object({}),
  'jobs.show': z.object({ job: name }),
  'jobs.follow': z.object({ job: name }),
  'jobs.retry': z.object({ job: name }),
  'events.list': z.object({}),
  'undo.list': z.object({}),
  'undo.run': z.object({}),
  'trash.empty': z.object({}),
  'backups.list': z.object({}),
  'labfile.export': z.object({}),
  'labfile.apply': z.object({ allowFiles: yes }),
  'folders.allow': z.object({ path: name }),
  'demo.add': z.object({ outside: yes }),
  'system.doctor': z.object({}),
  'system.link': z.object({}),
  'system.stop': z.object({}),
  'system.backup': z.object({}),
  'system.restore': z.object({ path: name }),
  /** The NICs of a host: `hosts.show` returns them, the CLI and the screens show them separately. */
  'hosts.nics': z.object({ host: name }),
  /** Starting the app. */
  'app.start': z.object({}),
} as const satisfies Record<string, z.ZodObject>;

export type RemedyProcedure = keyof typeof REMEDY_INPUTS;
export type RemedyInputs = { readonly [P in RemedyProcedure]: Readonly<z.infer<(typeof REMEDY_INPUTS)[P]>> };

/** What the user can do about an error, as data: a command in the terminal, a button on a screen. Unknown values are left out. */
export type Action = {
  readonly [P in RemedyProcedure]: { readonly procedure: P; readonly input: RemedyInputs[P] };
}[RemedyProcedure];

export const Action = z.discriminatedUnion(
  'procedure',
  Object.entries(REMEDY_INPUTS).map(([procedure, input]) => z.object({ procedure: z.literal(procedure), input })) as [
    z.ZodObject<{ procedure: z.ZodLiteral<string>; input: z.ZodObject }>,
  ],
) as unknown as z.ZodType<Action, Action>;

/** The remedy of an error: a plain sentence, an action, or both. */
export const Remedy = z.object({
  /** English sentences without commands. */
  note: z.string().nullable(),
  action: Action.nullable(),
});
export type Remedy = z.infer<typeof Remedy>;

/** A remedy from the network or from another version: unknown parts are left out. */
export function readRemedy(value: unknown): Remedy | null {
  if (typeof value !== 'object' || value === null) return null;
  const note: unknown = Reflect.get(value, 'note');
  const action = Action.safeParse(Reflect.get(value, 'action'));
  const said = typeof note === 'string' && note !== '' ? note : null;
  return said === null && !action.success ? null : { note: said, action: action.success ? action.data : null };
}
