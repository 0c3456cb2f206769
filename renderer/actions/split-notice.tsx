import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Apart, type Vm, apartOn, apartFrom, say } from '../../contract';
import { textOf } from '../../english';
import { queries } from '../api/queries';
import { ActionButton } from '../ui/action-button';
import { PlaceTogether } from './place-together';
import { stretchLabel } from './stretch-label';
import { StretchNetwork } from './stretch-network';
import { text } from './text';
import { useHosts, useNetworks, useVms } from './use-names';
import { useAsked } from './use-asked';
import { text as widgets } from '../ui/text';

/** How the VMs of a network are split over islands, as far as this window knows; null: they are not split. */
export function useSplit(networkId: string): Apart | null {
  const [networks, vms, hosts] = [useNetworks(), useVms(), useHosts()];
  const isStretched = (networks.get(networkId)?.stretch ?? null) !== null;
  // What is known from before it was separated says nothing.
  const { data } = useQuery({ ...queries.tunnels(networkId), enabled: isStretched });
  const tunnels = isStretched ? data : undefined;
  return useMemo(() => {
    const network = networks.get(networkId);
    const joined = new Set(
      (tunnels?.pairs ?? []).flatMap(({ hosts: [a, b], state }) =>
        state === 'connected' ? [`${a} ${b}`, `${b} ${a}`] : [],
      ),
    );
    const joins = (one: string, other: string): boolean => joined.has(`${one} ${other}`);
    return network ? apartOn(network, [...vms.values()], (id) => hosts.get(id)?.name ?? id, joins) : null;
  }, [networkId, networks, vms, hosts, tunnels]);
}

/** Warns where the VMs of a network cannot reach each other, and offers to place them together. */
export function SplitNotice({ networkId }: { networkId: string }) {
  const apart = useSplit(networkId);
  const [asking, setAsking] = useAsked('together');
  return apart === null ? null : (
    <Notice apart={apart} title={text.apartTitle} words={textOf(apart.message)} asking={asking} onAsk={setAsking} />
  );
}

/** The same on a VM's page, for each network on which it cannot reach all other VMs. */
export function VmSplitNotices({ vm }: { vm: Vm }) {
  const ids = [...new Set(vm.vnics.flatMap((vnic) => (vnic.plugged ? (vnic.networkId ?? []) : [])))];
  return ids.map((id) => <OfVm key={id} vm={vm} networkId={id} />);
}

function OfVm({ vm, networkId }: { vm: Vm; networkId: string }) {
  const apart = useSplit(networkId);
  const from = apartFrom(apart, vm);
  const [asking, setAsking] = useState(false);
  return apart === null || from === null ? null : (
    <Notice
      apart={apart}
      title={text.apartVmTitle(apart.network)}
      words={textOf(say('network.apart', from))}
      asking={asking}
      onAsk={setAsking}
    />
  );
}

function Notice({
  apart,
  title,
  words,
  asking,
  onAsk,
}: {
  apart: Apart;
  title: string;
  words: string;
  asking: boolean;
  onAsk: (asking: boolean) => void;
}) {
  const network = useNetworks().get(apart.networkId);
  const [stretching, setStretching] = useState(false);
  return (
    <Alert
      variant="warning"
      variantLabel={widgets.alerts.warning}
      isInline
      title={title}
      className="trouble"
      actionLinks={
        <>
          <ActionButton variant="link" isInline onClick={() => onAsk(true)}>
            {text.ask(text.placeTogether)}
          </ActionButton>
          {network === undefined ? null : (
            <ActionButton variant="link" isInline onClick={() => setStretching(true)}>
              {text.ask(stretchLabel(network, apart))}
            </ActionButton>
          )}
        </>
      }
    >
      <p>{words}</p>
      {asking ? <PlaceTogether apart={apart} onClose={() => onAsk(false)} /> : null}
      {stretching && network ? <StretchNetwork network={network} onClose={() => setStretching(false)} /> : null}
    </Alert>
  );
}
