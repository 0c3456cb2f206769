import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { EventList } from '../../../actions/event-list';
import { ForwardRows } from '../../../actions/forwards';
import { useHosts, useLooks, useVms } from '../../../actions/use-names';
import { VmActions } from '../../../actions/vm-actions';
import { queries } from '../../../api/queries';
import { groupBy } from '../../../ui/group';
import { Dot } from '../../../ui/state';
import { Swatch } from '../../../ui/swatch';
import { SimulatedTag } from '../../../ui/tags';
import { VM_FEEL } from '../../../ui/tone';
import { CantHear } from './cant-hear';
import type { FactsProps } from './drawer';
import { hearingOf, type Through } from '../hearing';
import { VmNames } from './vm-names';
import { text } from '../text';

/** A VM: what it is, what it hears, what only through another, and what it can't hear although one might think so. */
export function VmFacts({ model, id, onPick }: FactsProps) {
  const vm = useVms().get(id);
  const host = useHosts().get(vm?.hostId ?? '');
  const looks = useLooks();
  const events = useQuery(queries.events()).data ?? [];
  const hearing = useMemo(() => hearingOf(model, id), [model, id]);
  if (vm === undefined) return null;
  const name = (vmId: string): string => model.vms.get(vmId)?.name ?? vmId;
  const island = (islandId: string) => model.islands.get(islandId);
  const network = (islandId: string): string => model.networks.get(island(islandId)?.networkId ?? '')?.name ?? '';
  const vias = groupBy(hearing.through, (one) => one.via.join(' '));
  return (
    <>
      <h2>
        <Dot tone={VM_FEEL[vm.state].tone} /> {vm.name} {host?.kind === 'simulated' ? <SimulatedTag /> : null}
      </h2>
      <p className="soft">
        {VM_FEEL[vm.state].words.toLowerCase()} · {host?.name ?? 'no host yet'} · {vm.cpus} vCPU · {vm.memoryMiB} MiB
      </p>
      <VmActions vm={vm} size="sm" />
      <h5>{text.vnics}</h5>
      {vm.vnics.map((vnic) => (
        <div className="row" key={vnic.id}>
          <Swatch look={looks.get(vnic.networkId ?? '')} />
          <span>
            {vnic.name} · {model.networks.get(vnic.networkId ?? '')?.name ?? 'no network'}
          </span>
          <small className="mono">
            {vnic.mac}
            {vnic.assignedAddress === null ? null : <span className="block">{vnic.assignedAddress}</span>}
          </small>
        </div>
      ))}
      <ForwardRows vm={vm} title={text.forwards} />
      <h5>{text.hears}</h5>
      {hearing.direct.length === 0 ? <p className="soft">{text.hearsNobody}</p> : null}
      {hearing.direct.map((one) => (
        <div className="row" key={one.islandId}>
          <Swatch look={looks.get(island(one.islandId)?.networkId ?? '')} />
          <VmNames model={model} vmIds={one.vmIds} onPick={onPick} />
          <small>{network(one.islandId)}</small>
        </div>
      ))}
      {[...vias].map(([key, list]) => (
        <section key={key}>
          <h5>
            {text.through} {list[0]?.via.map(name).join(', then ')}
          </h5>
          <div className="row">
            <VmNames model={model} vmIds={list.map((one) => one.vmId)} onPick={onPick} />
            <small>
              {list[0] === undefined ? '' : pathWords(list[0], network, name)}
              <span className="block">{text.possible}</span>
            </small>
          </div>
        </section>
      ))}
      <CantHear model={model} vmId={id} hearing={hearing} onPick={onPick} />
      <h5>{text.latest}</h5>
      <EventList events={events.filter((event) => event.subjects.vmId === id)} limit={5} />
      <Link to="/vms/$id" params={{ id }}>
        All about {vm.name}
      </Link>
    </>
  );
}

/** The way to what is reached only through others: `blue → gw → green`. */
function pathWords(
  { via, islands }: Through,
  network: (islandId: string) => string,
  vm: (vmId: string) => string,
): string {
  return islands.flatMap((id, i) => [network(id), ...via.slice(i, i + 1).map(vm)]).join(' → ');
}
