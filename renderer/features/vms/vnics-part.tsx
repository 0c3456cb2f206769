import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { addressesOf, type OtherNic, type Vm, type Vnic } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { ActionTool } from '../../actions/registry/action-bar';
import { text as shared } from '../../actions/text';
import { useLooks, useNetworks } from '../../actions/use-names';
import { whyNotVm } from '../../actions/why';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { MoreMenu } from '../../ui/menu';
import { Section } from '../../ui/page';
import { Dot } from '../../ui/state';
import { Swatch } from '../../ui/swatch';
import { ErrorAlert } from '../../ui/error-alert';
import { Address } from './address';
import { MoveVnic } from './move-vnic';
import { text } from './text';

/** The VM's vNICs: network, plugged state and link state, with actions that also work while it runs. */
export function VnicsPart({ vm }: { vm: Vm }) {
  return (
    <Section title={text.vnicsCount(vm.vnics.length)} tools={<ActionTool kind="vm" object={vm} id="addVnic" />}>
      {vm.vnics.length === 0 ? <p className="soft">{text.noVnics}</p> : null}
      <ul className="rows">
        {vm.vnics.map((vnic) => (
          <VnicRow key={vnic.id} vm={vm} vnic={vnic} />
        ))}
        {vm.boot.kind === 'imported' ? vm.boot.nics.map((nic) => <OtherNicRow key={nic.mac} nic={nic} />) : null}
      </ul>
    </Section>
  );
}

/** An imported VM's NIC that Atoll does not manage: shown because it can connect to anything. */
function OtherNicRow({ nic }: { nic: OtherNic }) {
  return (
    <li className="vnic">
      <Dot tone="unknown" label={text.notManaged} />
      <span className="grow">
        {nic.on}
        <small className="block soft mono">{nic.mac}</small>
      </span>
      <span className="soft">{text.notManaged}</span>
    </li>
  );
}

function VnicRow({ vm, vnic }: { vm: Vm; vnic: Vnic }) {
  const [asking, setAsking] = useState<'move' | 'remove' | null>(null);
  const network = useNetworks().get(vnic.networkId ?? '');
  const looks = useLooks();
  const of = { vm: vm.id, vnic: vnic.id };
  const change = useCommand((what: 'plug' | 'unplug' | 'up' | 'down') => {
    switch (what) {
      case 'plug':
      case 'unplug':
        return client.vnics[what](of);
      case 'up':
      case 'down':
        return client.vnics.link({ ...of, up: what === 'up' });
    }
  });
  const why = whyNotVm(vm, 'editVnics');
  return (
    <li className="vnic">
      <Swatch look={looks.get(vnic.networkId ?? '')} />
      <span className="grow">
        <strong>{vnic.name}</strong> ·{' '}
        {network === undefined ? (
          <span className="soft">{text.onNoNetwork}</span>
        ) : (
          <Link to="/networks/$id" params={{ id: network.id }}>
            {network.name}
          </Link>
        )}
        <small className="block soft mono">{vnic.mac}</small>
        {addressesOf(vm)
          .filter(({ mac }) => mac === vnic.mac)
          .map((each) => (
            <Address key={each.address} of={each} />
          ))}
        <ErrorAlert problem={change.problem} />
      </span>
      <span className="state">
        <Dot tone={vnic.plugged ? (vnic.linked ? 'ok' : 'warn') : 'off'} />
        {vnic.plugged ? (vnic.linked ? text.plugged : text.linkDown) : text.unplugged}
      </span>
      <ActionButton
        variant="secondary"
        size="sm"
        why={why}
        isLoading={change.busy}
        title={vnic.plugged ? text.unplugMeans : undefined}
        onClick={() => void change.run(vnic.plugged ? 'unplug' : 'plug')}
      >
        {vnic.plugged ? text.unplug : text.plug}
      </ActionButton>
      <MoreMenu
        label={shared.moreActions(vnic.name)}
        entries={[
          {
            id: 'link',
            label: vnic.linked ? text.cableOut : text.cableIn,
            why,
            onChoose: () => void change.run(vnic.linked ? 'down' : 'up'),
          },
          { id: 'move', label: text.moveVnic, why, onChoose: () => setAsking('move') },
          { id: 'remove', label: shared.ask(shared.remove), why, danger: true, onChoose: () => setAsking('remove') },
        ]}
      />
      {asking === 'move' ? <MoveVnic vm={vm} vnic={vnic} onClose={() => setAsking(null)} /> : null}
      {asking === 'remove' ? (
        <Confirm
          title={text.removeVnicTitle(vnic.name, vm.name)}
          words={text.removeVnic}
          submit={shared.remove}
          danger
          call={(dryRun) => client.vnics.remove({ ...of, dryRun })}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </li>
  );
}
