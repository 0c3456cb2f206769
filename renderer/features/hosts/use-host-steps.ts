import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../api/client';
import { type Problem, toProblem } from '../../api/problem';
import type { ConfirmedKey, DoctorCheck, HostKeyQuestion, HostSecrets, LocalHow, SshHow } from '../../../contract';

/**
 *     form -> key (for each host key on the way that is not known) -> checked -> added
 *       ^-------------------- back, whenever the way is changed
 */
export type HostStep =
  | { readonly kind: 'form' }
  | { readonly kind: 'key'; readonly ask: HostKeyQuestion }
  | { readonly kind: 'checked'; readonly checks: readonly DoctorCheck[] };

export interface HostSteps {
  readonly step: HostStep;
  /** The host keys that the user has confirmed. */
  readonly fingerprints: readonly ConfirmedKey[];
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** Continues to the next step; on a key step this confirms the key. */
  readonly next: () => Promise<void>;
  readonly back: () => void;
}

/** A host that can be inspected before it is added, with the confirmed host keys. */
export interface HostWay {
  how(confirmed: readonly ConfirmedKey[]): SshHow | LocalHow;
  readonly secrets: HostSecrets | undefined;
}

/** Leads from the connection details to an inspected host. Nothing is stored until then. */
export function useHostSteps(way: HostWay): HostSteps {
  const [step, setStep] = useState<HostStep>({ kind: 'form' });
  const [fingerprints, setFingerprints] = useState<readonly ConfirmedKey[]>([]);
  const walk = useMutation({
    mutationFn: async (confirmed: readonly ConfirmedKey[]): Promise<HostStep> => {
      const how = way.how(confirmed);
      const secrets = way.secrets === undefined ? {} : { secrets: way.secrets };
      const { ask } = how.kind === 'ssh' ? await client.hosts.hostKey({ how, ...secrets }) : { ask: null };
      if (ask !== null) return { kind: 'key', ask };
      return { kind: 'checked', ...(await client.hosts.examine({ how, ...secrets })) };
    },
  });
  const next = async (): Promise<void> => {
    const confirmed = step.kind === 'key' ? [...fingerprints, confirmedKey(step.ask)] : fingerprints;
    setFingerprints(confirmed);
    const found = await walk.mutateAsync(confirmed).catch(() => null);
    // A refused password is corrected in the form; confirmed keys are kept.
    setStep(found ?? { kind: 'form' });
  };
  const back = (): void => {
    walk.reset();
    setStep({ kind: 'form' });
  };
  const problem = walk.error === null ? null : toProblem(walk.error);
  return { step, fingerprints, busy: walk.isPending, problem, next, back };
}

const confirmedKey = ({ place, fingerprint }: HostKeyQuestion): ConfirmedKey => ({ place, fingerprint });
