import { z } from 'zod';

/** Whom oVirt clients sign in as. */
export const OVIRT_API_USER = 'admin@internal';

/** The oVirt API of this engine, as others may see it: never its password. */
export const OvirtApi = z.object({
  enabled: z.boolean(),
  /** What clients connect to; null while it is disabled, or can't be opened. */
  url: z.string().nullable(),
  user: z.string(),
  /** The certificate of the authority that signs the API's own; null: none has been made, or the API is served without TLS. */
  caFile: z.string().nullable(),
  port: z.int().nullable(),
  insecureHttp: z.boolean(),
  /** Why it is enabled and not served, as text; null: it is served, or disabled. */
  problem: z.string().nullable(),
});
export type OvirtApi = z.infer<typeof OvirtApi>;

/** Every program on this computer can try passwords: none that is quickly tried out. */
export const OvirtApiPassword = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(256, 'must have at most 256 characters')
  .refine((text) => !/\p{Cc}/u.test(text), 'must have no control characters');
