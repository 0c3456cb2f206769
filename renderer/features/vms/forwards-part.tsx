import { useState } from 'react';
import type { Forward, Vm } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { ForwardLink, ForwardStatus, useForwards } from '../../actions/forwards';
import { text as shared } from '../../actions/text';
import { useAsked } from '../../actions/use-asked';
import { useNetworks } from '../../actions/use-names';
import { client } from '../../api/client';
import { ActionButton } from '../../ui/action-button';
import { Section } from '../../ui/page';
import { AddForward } from './add-forward';
import { text } from './text';

/** Ports of this computer that are forwarded to the VM; shown if it is on a network that is not isolated. */
export function ForwardsPart({ vm }: { vm: Vm }) {
  const [adding, setAdding] = useAsked('forward');
  const networks = useNetworks();
  const forwards = useForwards(vm.id);
  const leadsOut = vm.vnics.some((vnic) => networks.get(vnic.networkId ?? '')?.isIsolated === false);
  if (!leadsOut && forwards.length === 0 && !adding) return null;
  return (
    <Section
      title={text.forwardsCount(forwards.length)}
      tools={
        <ActionButton variant="secondary" size="sm" onClick={() => setAdding(true)}>
          {shared.ask(text.addForward)}
        </ActionButton>
      }
    >
      {forwards.length === 0 ? <p className="soft">{text.noForwards}</p> : null}
      <ul className="rows">
        {forwards.map((forward) => (
          <ForwardRow key={forward.id} vm={vm} forward={forward} />
        ))}
      </ul>
      {adding ? <AddForward vm={vm} onClose={() => setAdding(false)} /> : null}
    </Section>
  );
}

function ForwardRow({ vm, forward }: { vm: Vm; forward: Forward }) {
  const [asking, setAsking] = useState(false);
  const here = `${forward.address}:${forward.hostPort}`;
  return (
    <li>
      <span className="grow">
        <ForwardLink forward={forward} vm={vm} />
      </span>
      <ForwardStatus forward={forward} />
      <ActionButton
        variant="secondary"
        size="sm"
        aria-label={text.removeForwardLabel(here)}
        onClick={() => setAsking(true)}
      >
        {shared.ask(shared.remove)}
      </ActionButton>
      {asking ? (
        <Confirm
          title={text.removeForwardTitle(here)}
          words={text.removeForward}
          submit={shared.remove}
          danger
          call={(dryRun) => client.forwards.remove({ forward: forward.id, dryRun })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </li>
  );
}
