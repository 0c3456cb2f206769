import { z } from 'zod';
import { IsolationCertificate } from './certificate';
import { Instant } from './common';
import { PromiseBreach, Verification } from './promise';

export const PROMISE_PAGE_FORMAT = 'atoll.promise-page/1';

/** What an auditor gets: promises with their evidence, the times in which they were not kept, and the certificates of the networks. */
export const PromisePageContent = z.object({
  format: z.literal(PROMISE_PAGE_FORMAT),
  issuedAt: Instant,
  issuedBy: z.string(),
  verification: Verification,
  /** Newest first. */
  breaches: z.array(PromiseBreach),
  certificates: z.array(IsolationCertificate),
});
export type PromisePageContent = z.infer<typeof PromisePageContent>;

/** A signature over the canonical JSON (`canonicalJson`) of the content, with a key of the home. */
export const Signature = z.object({
  algorithm: z.literal('ed25519'),
  /** Of the canonical JSON, in hex. */
  sha256: z.string(),
  /** In base64: SubjectPublicKeyInfo in DER (RFC 8410). */
  publicKey: z.string(),
  /** In base64, over the same text. */
  signature: z.string(),
});
export type Signature = z.infer<typeof Signature>;

export const PromisePage = z.object({ content: PromisePageContent, signature: Signature });
export type PromisePage = z.infer<typeof PromisePage>;
