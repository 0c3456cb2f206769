import { encrypt } from 'unixcrypt';
import type { z } from 'zod';
import type { BootDraft, Seed, SeedDraft } from '../../contract';

type Draft = z.infer<typeof BootDraft>;
type Image = Extract<Draft, { kind: 'image' }>;

/** The requested boot source of a VM, as it can be stored: without a password. */
export type BootRequest = Exclude<Draft, Image> | ImageRequest;
type ImageRequest = Omit<Image, 'seed' | 'image'> & {
  readonly seed: Seed | null;
  /** Null: a copy of a VM whose disk is a full copy of `copiedFrom`. */
  readonly image: string | null;
  readonly copiedFrom?: string | null;
};

/** Hashes the password (crypt(5), SHA-512). A password replaces a given hash. */
export const bootRequest = (boot: Draft): BootRequest =>
  boot.kind === 'image' ? { ...boot, seed: boot.seed && hashed(boot.seed) } : boot;

const hashed = ({ password, ...seed }: SeedDraft): Seed =>
  password === null ? seed : { ...seed, passwordHash: encrypt(password) };
