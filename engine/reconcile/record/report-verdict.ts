import { type Verdict, say } from '../../../contract';
import type { Emit } from '../../core/events';
import type { CheckResult, HostRow } from '../../ports/store';

interface VerdictChange extends Pick<CheckResult, 'verdict' | 'failed'> {
  readonly network: string;
  readonly networkId: string;
  readonly host: HostRow;
}

type Result = Pick<CheckResult, 'verdict' | 'failed'>;

/** Whether a result says something else than the one before: another verdict, or the first or no longer any failed point. */
export const isNews = (result: Result, before: Result): boolean =>
  result.verdict !== before.verdict || result.failed > 0 !== before.failed > 0;

/** The event of a changed result. */
export function reportVerdict(emit: Emit, { verdict, failed, network, networkId, host }: VerdictChange): void {
  const message = say('network.checked', { network, host: host.name, verdict, failed });
  emit('network.checked', severityOf(verdict, failed), message, { networkId, hostId: host.id });
}

function severityOf(verdict: Verdict, failed: number): 'error' | 'warning' | 'normal' {
  if (verdict === 'not_isolated') return 'error';
  return failed > 0 ? 'warning' : 'normal';
}
