import { z } from 'zod';
import './issue-words';

export const Id = z.uuid();
export type Id = z.infer<typeof Id>;

/** The data center, and the cluster in it, that there are from the beginning. */
export const DEFAULT_PLACE = 'Default';

/** A reference typed by a person: an id, a name, or `data center/name` where a name is used twice. */
export const Ref = z.string().min(1, 'give an id or a name').max(600);

/** An instant, ISO 8601 in UTC with milliseconds. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

const hasControl = (text: string): boolean => /\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u.test(text);

/** A name of any script: 1 to 256 characters (code points), no control characters, no blank at either end (rule O5). */
export const Name = z
  .string()
  .refine((s) => s.length > 0 && s.trim() === s, 'must not be empty, nor begin or end with a blank')
  .refine((s) => [...s].length <= 256, 'must have at most 256 characters')
  .refine((s) => !hasControl(s), 'must have no control characters or line breaks');

/** A network's name: a Name that does not start with `bond` (rule O5, as in oVirt). */
export const NetworkName = Name.refine(
  (s) => !/^bond/i.test(s),
  'must not start with "bond": that is how bonds are named on a host',
);

export const Comment = z
  .string()
  .max(4096)
  .refine((s) => !/[^\P{Cc}\n\t]/u.test(s), 'must have no control characters');

/** What limits a network to some hosts (rule S9): of the letters that oVirt allows in a label. */
export const Label = z.string().regex(/^[A-Za-z0-9_-]{1,50}$/, 'must be 1 to 50 letters, digits, "-" or "_"');
export const Labels = z.array(Label).max(64);

/** A unicast MAC address, stored in lower case with colons. */
export const Mac = z
  .string()
  .regex(/^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/, 'must look like 56:6f:00:00:00:01')
  .refine((s) => (Number.parseInt(s.slice(0, 2), 16) & 1) === 0, 'must be a unicast address (even first byte)')
  .refine((s) => /[1-9a-f]/i.test(s), 'must not be all zeros: no NIC has that address')
  .refine((s) => !/^fe/i.test(s), 'must not begin with fe: libvirt keeps that for the other end of the cable')
  .transform((s) => s.toLowerCase());

/** MTU in bytes; 68 is the least that IPv4 allows, 65521 the most that a bridge and a virtio NIC take. */
export const Mtu = z.int('must be a whole number').min(68, 'must be at least 68').max(65521, 'must be at most 65521');
export const DEFAULT_MTU = 1500;

/** Words for people about what a command would change; made by the same plan that would run. */
export const Preview = z.object({
  summary: z.array(z.string()),
  hosts: z.array(
    z.object({ hostId: Id, host: z.string(), changes: z.array(z.string()), problem: z.string().nullable() }),
  ),
});
export type Preview = z.infer<typeof Preview>;

/** Input that every changing command shares. */
export const commandInput = { dryRun: z.boolean().default(false) };

/** Output that every changing command shares: the job that does the work (null: nothing to do on hosts), or the preview. */
export const commandOutput = { job: Id.nullable(), preview: Preview.nullable() };
