import type { Problem } from '../../api/problem';
import type { Tone } from '../../ui/tone';
import type { HostStep } from './use-host-steps';

/** What has to succeed, in this order, before a host over SSH can be added. */
export const REACH_STEPS = ['reach', 'key', 'signIn', 'tools'] as const;
export type ReachStep = (typeof REACH_STEPS)[number];

/** The step that a refusal is about; null: none of them. */
function failedStep(problem: Pick<Problem, 'code'> | null): ReachStep | null {
  switch (problem?.code) {
    case 'HOST_UNREACHABLE':
      return 'reach';
    case 'NOT_SUPPORTED':
      return 'key';
    case 'FORBIDDEN':
      return 'signIn';
    default:
      return null;
  }
}

/** How far a host over SSH has come: each step with its tone; `off`: not tried yet. */
export function reachSteps(
  step: HostStep,
  problem: Pick<Problem, 'code'> | null,
): readonly { readonly id: ReachStep; readonly tone: Tone }[] {
  const failed = failedStep(problem);
  const current = failed ?? ({ form: 'reach', key: 'key', checked: 'tools' } as const)[step.kind];
  const at = REACH_STEPS.indexOf(current);
  return REACH_STEPS.map((id, index) => {
    if (index < at) return { id, tone: 'ok' };
    if (index > at) return { id, tone: 'off' };
    if (failed !== null) return { id, tone: 'bad' };
    if (step.kind === 'checked')
      return { id, tone: step.checks.some(({ state }) => state === 'missing') ? 'bad' : 'ok' };
    return { id, tone: step.kind === 'key' ? 'busy' : 'off' };
  });
}
