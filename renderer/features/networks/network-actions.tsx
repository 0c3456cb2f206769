import { useState } from 'react';
import type { Network } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { text as shared } from '../../actions/text';
import { useAsked } from '../../actions/use-asked';
import { client } from '../../api/client';
import { Act } from '../../ui/act';
import { EditNetwork } from './edit-network';
import { text } from './text';

export function NetworkActions({ network, onRemoved }: { network: Network; onRemoved: () => void }) {
  const [editing, setEditing] = useAsked('edit');
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Act variant="secondary" onClick={() => setEditing(true)}>
        {text.edit}
      </Act>
      <Act variant="secondary" isDanger onClick={() => setRemoving(true)}>
        {shared.ask(shared.remove)}
      </Act>
      {editing ? <EditNetwork network={network} onClose={() => setEditing(false)} /> : null}
      {removing ? (
        <Confirm
          title={shared.removeTitle(network.name)}
          words={text.removeWords}
          submit={shared.remove}
          danger
          call={(dryRun) => client.networks.remove({ network: network.id, dryRun })}
          onDone={onRemoved}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </>
  );
}
