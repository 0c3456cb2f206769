import { z } from 'zod';
import { ownPath } from '../model/path';
import { Doctor, Scenario, Status, Version } from '../model/system';
import { command, query } from './base';

export const system = {
  version: query.output(Version),
  status: query.output(Status),
  doctor: query.output(Doctor),
  /**
   * Runs the remedy of one of doctor's checks on the engine's computer, as root where it must and may. The command is
   * doctor's own, `argv` shows it whole; its output is in the job.
   */
  remedy: command({ check: z.string().min(1).max(64) }, { argv: z.array(z.string()) }),
  /**
   * A text to attach when something is wrong: versions, doctor, hosts, what happened last, the ends of the logs, crashes. Secrets are
   * cut out of it. It is sent nowhere.
   */
  report: query.output(z.object({ name: z.string(), text: z.string() })),
  /**
   * A link that lets one more browser in, once, within a minute; null when this engine has no browser door open. With `page` the path of
   * a page that leads to another such link and that only this user can read: for a browser's arguments. Refused to screens: who is signed
   * in there can't let others in.
   */
  link: query
    .input(z.object({ page: z.boolean().default(false) }).default({ page: false }))
    .output(z.object({ link: z.string().nullable(), page: z.string().nullable() })),
  /** Ends the engine after the answer. Labs and VMs go on. */
  stop: query.output(z.object({ stopping: z.boolean() })),
  /** Writes a verified copy of the store while the engine runs. */
  backup: command({ path: ownPath('backup', 'write') }, { path: z.string(), bytes: z.int() }),
  /**
   * Replaces the store by a backup, keeping the present one beside it, and starts the engine again on it, in the same process. Jobs of
   * the backup end, and hosts other than simulated ones are in maintenance until they are activated: with `connect` the active ones are
   * connected, by the addresses that the backup says and the dry run lists. Every connection is closed soon after the answer; whoever
   * comes again meets the new engine.
   */
  restore: command({ path: ownPath('backup'), connect: z.boolean().default(false) }, { kept: z.string().nullable() }),
};

/** What a demo came to: its first host, and the names of all that it consists of. */
const made = { host: z.string(), networks: z.array(z.string()), vms: z.array(z.string()) };

/** Which demo. A scenario is always simulated; without one, simulated is `laptop-lab`. */
const which = { simulated: z.boolean().default(false), scenario: z.string().min(1).max(64).optional() };

export const demo = {
  /** The simulated data centers that can be made by name. */
  scenarios: query.output(z.array(Scenario)),
  /**
   * On a lab of this computer two isolated networks and four tiny VMs, one of them on both; or a simulated data center of its
   * own, named after its scenario. With `outside` (in the lab only) that one also stands on the network *outside*, and `page`
   * is where this computer's browser finds what it serves. Running it again completes it.
   */
  add: command({ ...which, outside: z.boolean().default(false) }, { ...made, page: z.url().nullable() }),
  /** Of a scenario everything in its data center goes, also what was added to it since. */
  remove: command(which, { removed: z.array(z.string()) }),
  /** Removes a scenario and makes it again, as it was on the first day, in one job. */
  reset: command({ scenario: z.string().min(1).max(64) }, made),
};
