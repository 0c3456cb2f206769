import { type Verdict, say } from '../../../contract';
import type { Emit } from '../../core/events';
import type { HostRow } from '../../ports/store';

interface VerdictChange {
  readonly verdict: Verdict;
  readonly network: string;
  readonly networkId: string;
  readonly host: HostRow;
}

/** The event of a changed verdict. */
export function reportVerdict(emit: Emit, { verdict, network, networkId, host }: VerdictChange): void {
  const message = say('network.checked', { network, host: host.name, verdict });
  emit('network.checked', verdict === 'not_isolated' ? 'error' : 'normal', message, { networkId, hostId: host.id });
}
