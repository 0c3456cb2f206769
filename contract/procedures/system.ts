import { z } from 'zod';
import { ownPath } from '../model/path';
import { Doctor, Scenario, Status, Version } from '../model/system';
import { command, query } from './base';

export const system = {
  version: query.output(Version),
  status: query.output(Status),
  doctor: query.output(Doctor),
  /**
   * Runs the remedy of one of doctor's checks on the engine's computer, as root if required and allowed. The command is doctor's
   * own, `argv` shows it completely; its output is in the job.
   */
  remedy: command({ check: z.string().min(1).max(64) }, { argv: z.array(z.string()) }),
  /**
   * A support bundle as text: versions, doctor, hosts, recent events, log tails, crashes. Secrets are redacted. It is not sent
   * anywhere.
   */
  report: query.output(z.object({ name: z.string(), text: z.string() })),
  /**
   * A link that signs one more browser in, once, within a minute; null if this engine has no browser server. With `page`, the path
   * of a page that redirects to another such link and that only this user can read: for a browser's arguments. Refused for screens:
   * their users can't sign others in.
   */
  link: query
    .input(z.object({ page: z.boolean().default(false) }).default({ page: false }))
    .output(z.object({ link: z.string().nullable(), page: z.string().nullable() })),
  /** Stops the engine after the answer. Labs and VMs keep running. */
  stop: query.output(z.object({ stopping: z.boolean() })),
  /** Writes a verified copy of the database while the engine runs. */
  backup: command({ path: ownPath('backup', 'write') }, { path: z.string(), bytes: z.int() }),
  /**
   * Replaces the database with a backup, keeping the current one beside it, and restarts the engine with it, in the same process.
   * Jobs of the backup end, and hosts except simulated ones are in maintenance until they are activated: with `connect` the active
   * ones are connected, at the addresses in the backup, which the dry run lists. Every connection is closed soon after the answer;
   * reconnecting clients reach the new engine.
   */
  restore: command({ path: ownPath('backup'), connect: z.boolean().default(false) }, { kept: z.string().nullable() }),
};

/** The result of a demo: its first host, and the names of all its objects. */
const made = { host: z.string(), networks: z.array(z.string()), vms: z.array(z.string()) };

/** Which demo. A scenario is always simulated; without one, simulated is `laptop-lab`. */
const which = { simulated: z.boolean().default(false), scenario: z.string().min(1).max(64).optional() };

export const demo = {
  /** The simulated data centers that can be created by name. */
  scenarios: query.output(z.array(Scenario)),
  /**
   * In a lab on this computer: two isolated networks and four tiny VMs, one of them on both; or a simulated data center, named
   * after its scenario. With `outside` (in the lab only) that VM is also on the network *outside*, and `page` is the URL of its web
   * page on this computer. Running it again completes it.
   */
  add: command({ ...which, outside: z.boolean().default(false) }, { ...made, page: z.url().nullable() }),
  /** For a scenario everything in its data center is removed, also what was added later. */
  remove: command(which, { removed: z.array(z.string()) }),
  /** Removes a scenario and creates it again in its initial state, in one job. */
  reset: command({ scenario: z.string().min(1).max(64) }, made),
};
