import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { mainAddressesOf } from '../../../../contract';
import { EventList } from '../../../actions/event-list';
import { ForwardRows } from '../../../actions/forwards';
import { useHosts, useVms } from '../../../actions/use-names';
import { SmallActionBar } from '../../../actions/registry/action-bar';
import { queries } from '../../../api/queries';
import { Dot } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { SimulatedTag } from '../../../ui/tags';
import { VM_FEEL } from '../../../ui/tone';
import { Unreachable } from './unreachable';
import type { FactsProps } from './facts-props';
import { reachOf, externalAccessText } from '../reach';
import { ThroughOthers } from './through';
import { VmNames } from './vm-names';
import { text } from '../text';

/** A VM: its facts, what it reaches directly, what it reaches via other VMs, and what it unexpectedly can't reach. */
export function VmFacts({ model, id, onSelect }: FactsProps) {
  const vm = useVms().get(id);
  const host = useHosts().get(vm?.hostId ?? '');
  const { looks } = model;
  const events = useQuery(queries.vmEvents(id)).data;
  const reach = useMemo(() => reachOf(model, id), [model, id]);
  if (vm === undefined) return null;
  const island = (islandId: string) => model.islands.get(islandId);
  const network = (islandId: string): string => model.networks.get(island(islandId)?.networkId ?? '')?.name ?? '';
  return (
    <>
      <h2>
        <Dot tone={VM_FEEL[vm.state].tone} /> {vm.name} {host?.kind === 'simulated' ? <SimulatedTag /> : null}
      </h2>
      <p className="soft">
        {VM_FEEL[vm.state].words.toLowerCase()} · {host?.name ?? text.noHostYet} · {text.cpus(vm.cpus)} ·{' '}
        {text.mib(vm.memoryMiB)}
        <span className="block">{externalAccessText(model, id, reach)}</span>
      </p>
      <SmallActionBar kind="vm" object={vm} />
      <h5>{text.vnics}</h5>
      {vm.vnics.map((vnic) => (
        <div className="row" key={vnic.id}>
          <Swatch look={looks.get(vnic.networkId ?? '')} />
          <span>
            {vnic.name} · {model.networks.get(vnic.networkId ?? '')?.name ?? text.noNetwork}
          </span>
          <small className="mono">
            {vnic.mac}
            {mainAddressesOf(vm)
              .filter(({ mac }) => mac === vnic.mac)
              .map(({ address }) => (
                <span key={address} className="block">
                  {address}
                </span>
              ))}
          </small>
        </div>
      ))}
      <ForwardRows vm={vm} title={text.forwards} />
      <h5>{text.reaches}</h5>
      {reach.direct.length === 0 && reach.out?.via.length !== 0 ? <p className="soft">{text.reachesNone}</p> : null}
      {reach.direct.map((one) => (
        <div className="row" key={one.islandId}>
          <Swatch look={looks.get(island(one.islandId)?.networkId ?? '')} />
          <VmNames model={model} vmIds={one.vmIds} onSelect={onSelect} />
          <small>{network(one.islandId)}</small>
        </div>
      ))}
      {reach.out === null || reach.out.via.length > 0 ? null : (
        <div className="row">
          <Swatch look={looks.get(island(reach.out.islands[0] ?? '')?.networkId ?? '')} />
          {text.theOutside}
          <small>{network(reach.out.islands[0] ?? '')}</small>
        </div>
      )}
      <ThroughOthers model={model} reach={reach} onSelect={onSelect} />
      <Unreachable model={model} vmId={id} reach={reach} onSelect={onSelect} />
      <h5>{text.latest}</h5>
      <EventList events={events} limit={5} />
      <Link to="/vms/$id" params={{ id }}>
        {text.allAbout(vm.name)}
      </Link>
    </>
  );
}
