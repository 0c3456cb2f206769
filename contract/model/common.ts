import { z } from 'zod';
import './issue-words';

/** Any 128 bits: libvirt's ids, which VMs keep, need not follow a version of RFC 9562. */
export const Id = z.guid();
export type Id = z.infer<typeof Id>;

/** The default data center and its cluster. */
export const DEFAULT_PLACE = 'Default';

/** A reference by the user: an id, a name, or `data center/name` if a name is ambiguous. */
export const Ref = z.string().min(1, 'give an id or a name').max(600);

/** An instant, ISO 8601 in UTC with milliseconds. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

const hasControl = (text: string): boolean => /\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u.test(text);

/**
 * The joiners and selectors that have a visible effect: after a virama of an Indic script, between joining letters of Arabic,
 * within an emoji and after one. Anywhere else they would make two names look alike.
 */
const SEEN =
  /(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]|(?<=[\u0628\u062a-\u062e\u0633-\u063a\u0641-\u0647\u0649\u064a\u067e\u0686\u06a9\u06af\u06be\u06c1\u06cc])\u200c(?=\p{Script=Arabic})|(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3)/gu;

/**
 * The first character that is not seen where it is, or that looks like a plain blank and is none; undefined: there is none. Beside those
 * without a width: marks of annotations, the empty pattern of Braille, and all blanks but that and the ideographic one.
 */
const invisibleIn = (text: string): string | undefined =>
  /\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb\u2800]|[^\P{Zs} \u3000]/u.exec(text.replace(SEEN, ''))?.[0];
const codePoint = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * A stored name: 1 to 256 characters (code points) of any script, no control characters, no space at either end (rule O5). Names
 * from older versions can contain zero-width characters.
 */
export const KeptName = z
  .string()
  .refine((s) => s.length > 0 && s.trim() === s, 'must not be empty, and must not begin or end with a space')
  .refine((s) => [...s].length <= 256, 'must have at most 256 characters')
  .refine((s) => !hasControl(s), 'must have no control characters or line breaks');

/** A new name: a `KeptName` without zero-width characters, because names that look alike are mistaken for each other. */
export const Name = KeptName.refine((s) => invisibleIn(s) === undefined, {
  error: ({ input }) => `must have no invisible characters: it has ${codePoint(invisibleIn(String(input)) ?? '')}`,
});

/** A network's name: a Name that does not start with `bond` (rule O5, as in oVirt). */
export const NetworkName = Name.refine(
  (s) => !/^bond/i.test(s),
  'must not start with "bond": that is how bonds are named on a host',
);

export const Comment = z
  .string()
  .max(4096)
  .refine((s) => !/[^\P{Cc}\n\t]/u.test(s), 'must have no control characters');

/** Limits a network to some hosts (rule S9); the same characters as in an oVirt label. */
export const Label = z.string().regex(/^[A-Za-z0-9_-]{1,50}$/, 'must be 1 to 50 letters, digits, "-" or "_"');
export const Labels = z.array(Label).max(64);

/** A unicast MAC address, stored in lower case with colons. */
export const Mac = z
  .string()
  .regex(/^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/, { error: 'must look like 56:6f:00:00:00:01', abort: true })
  .refine((s) => (Number.parseInt(s.slice(0, 2), 16) & 1) === 0, 'must be a unicast address (even first byte)')
  .refine((s) => /[1-9a-f]/i.test(s), 'must not be all zeros: no NIC has that address')
  .refine((s) => !/^fe/i.test(s), 'must not begin with fe: libvirt keeps that for the other end of the cable')
  .transform((s) => s.toLowerCase());

/** MTU in bytes; IPv4 requires at least 68, and a bridge with a virtio NIC allows at most 65521. */
export const Mtu = z.int('must be a whole number').min(68, 'must be at least 68').max(65521, 'must be at most 65521');
export const DEFAULT_MTU = 1500;

/** The input that every mutating command shares. */
export const commandInput = {
  dryRun: z.boolean().default(false),
  /** Does it though it breaks promises that refuse; the events record it. */
  breakPromises: z.boolean().optional(),
};

/** The SHA-256 of a file. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits');
