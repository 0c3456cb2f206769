import { useState } from 'react';
import { useSplit } from '../../../actions/split-notice';
import { MoveVm } from '../../../actions/move-vm';
import { PlaceTogether } from '../../../actions/place-together';
import { stretchLabel } from '../../../actions/stretch-label';
import { StretchNetwork } from '../../../actions/stretch-network';
import { text as actions } from '../../../actions/text';
import { useNetworks, useVms } from '../../../actions/use-names';
import { whyNotVm } from '../../../actions/why';
import { ActionButton } from '../../../ui/action-button';
import { text } from '../text';

/** Moves VMs from another island to this one, a single VM or all VMs of the network, or joins the islands by a tunnel. */
export function MoveHere({ vmId, others, networkId }: { vmId: string; others: readonly string[]; networkId: string }) {
  const [asking, setAsking] = useState<'move' | 'together' | 'stretch' | null>(null);
  const vms = useVms();
  const apart = useSplit(networkId);
  const network = useNetworks().get(networkId);
  const here = vms.get(vmId)?.hostId ?? undefined;
  const [first] = others;
  const one = others.length === 1 && first !== undefined ? vms.get(first) : undefined;
  const close = (): void => setAsking(null);
  return (
    <div className="acts-row bring-here">
      {one === undefined || here === undefined ? null : (
        <ActionButton variant="secondary" size="sm" why={whyNotVm(one, 'move')} onClick={() => setAsking('move')}>
          {text.moveHere(one.name)}
        </ActionButton>
      )}
      {apart === null ? null : (
        <ActionButton variant="secondary" size="sm" onClick={() => setAsking('together')}>
          {text.together}
        </ActionButton>
      )}
      {apart === null || network === undefined ? null : (
        <ActionButton variant="secondary" size="sm" onClick={() => setAsking('stretch')}>
          {actions.ask(stretchLabel(network, apart))}
        </ActionButton>
      )}
      {asking === 'move' && one ? <MoveVm vm={one} to={here} onClose={close} /> : null}
      {asking === 'together' && apart ? <PlaceTogether apart={apart} onClose={close} /> : null}
      {asking === 'stretch' && network ? <StretchNetwork network={network} onClose={close} /> : null}
    </div>
  );
}
