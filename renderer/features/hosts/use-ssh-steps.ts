import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DoctorCheck, HostKeyQuestion } from '../../../contract';
import { client } from '../../api/client';
import { type Problem, toProblem } from '../../api/problem';
import { type SshDraft, sshHow, sshSecrets } from './ssh-draft';

/**
 *     form -> key (for each host key on the way that is not known) -> checked -> added
 *       ^-------------------- back, whenever the way is changed
 */
export type SshStep =
  | { readonly kind: 'form' }
  | { readonly kind: 'key'; readonly ask: HostKeyQuestion }
  | { readonly kind: 'checked'; readonly checks: readonly DoctorCheck[] };

export interface SshSteps {
  readonly step: SshStep;
  /** Host keys that the person has confirmed so far. */
  readonly fingerprints: readonly string[];
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** Goes on to the next step; from a key: it is the right one. */
  readonly next: () => Promise<void>;
  readonly back: () => void;
}

/** Leads from an address to a host that was looked at. Nothing is stored on the way. */
export function useSshSteps(draft: SshDraft): SshSteps {
  const [step, setStep] = useState<SshStep>({ kind: 'form' });
  const [fingerprints, setFingerprints] = useState<readonly string[]>([]);
  const walk = useMutation({
    mutationFn: async (confirmed: readonly string[]): Promise<SshStep> => {
      const secrets = sshSecrets(draft);
      const input = { how: sshHow(draft, confirmed), ...(secrets === undefined ? {} : { secrets }) };
      const { ask } = await client.hosts.hostKey(input);
      if (ask !== null) return { kind: 'key', ask };
      return { kind: 'checked', ...(await client.hosts.examine(input)) };
    },
  });
  const next = async (): Promise<void> => {
    const confirmed = step.kind === 'key' ? [...fingerprints, step.ask.fingerprint] : fingerprints;
    setFingerprints(confirmed);
    const found = await walk.mutateAsync(confirmed).catch(() => null);
    // A refused password is mended in the form; the keys stay confirmed.
    setStep(found ?? { kind: 'form' });
  };
  const back = (): void => {
    walk.reset();
    setStep({ kind: 'form' });
  };
  const problem = walk.error === null ? null : toProblem(walk.error);
  return { step, fingerprints, busy: walk.isPending, problem, next, back };
}
