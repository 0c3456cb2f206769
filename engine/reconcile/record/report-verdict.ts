import type { Verdict } from '../../../contract';
import type { Emit } from '../../core/events';
import type { HostRow } from '../../ports/store';

interface Told {
  readonly verdict: Verdict;
  readonly network: string;
  readonly networkId: string;
  readonly host: HostRow;
}

/** The event of a verdict that is another one than before. */
export function tellVerdict(emit: Emit, { verdict, network, networkId, host }: Told): void {
  const words = `${network} on ${host.name}: ${verdict.replaceAll('_', ' ')}`;
  emit('network.checked', verdict === 'not_isolated' ? 'error' : 'normal', words, { networkId, hostId: host.id });
}
