import { useState } from 'react';
import type { Network } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { client } from '../../api/client';
import { Act } from '../../ui/act';
import { EditNetwork } from './edit-network';
import { text } from './text';

export function NetworkActions({ network, onRemoved }: { network: Network; onRemoved: () => void }) {
  const [asking, setAsking] = useState<'edit' | 'remove' | null>(null);
  const close = (): void => setAsking(null);
  return (
    <>
      <Act variant="secondary" onClick={() => setAsking('edit')}>
        Edit
      </Act>
      <Act variant="secondary" isDanger onClick={() => setAsking('remove')}>
        Remove…
      </Act>
      {asking === 'edit' ? <EditNetwork network={network} onClose={close} /> : null}
      {asking === 'remove' ? (
        <Confirm
          title={`Remove ${network.name}?`}
          words={text.removeWords}
          submit="Remove"
          danger
          call={(dryRun) => client.networks.remove({ network: network.id, dryRun })}
          onDone={onRemoved}
          onClose={close}
        />
      ) : null}
    </>
  );
}
