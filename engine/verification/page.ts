import {
  canonicalJson,
  type IsolationCertificate,
  type PromiseBreach,
  type PromisePage,
  PROMISE_PAGE_FORMAT,
  type Verification,
} from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';

interface Evidence {
  readonly verification: Verification;
  readonly breaches: readonly PromiseBreach[];
  readonly certificates: readonly IsolationCertificate[];
}

/** Puts a page for an auditor together and signs it. */
export async function signedPage(core: Core, evidence: Evidence, by: string): Promise<PromisePage> {
  const { verification, breaches, certificates } = evidence;
  const content = {
    format: PROMISE_PAGE_FORMAT as typeof PROMISE_PAGE_FORMAT,
    issuedAt: instant(core.clock.now()),
    issuedBy: by,
    verification,
    breaches: [...breaches],
    certificates: [...certificates],
  } satisfies PromisePage['content'];
  return { content, signature: await core.signer.sign(canonicalJson(content)) };
}
