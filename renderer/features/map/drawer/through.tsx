import type { Reach, Way } from '../reach';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';
import { VmNames } from './vm-names';

interface ThroughProps {
  readonly model: Model;
  readonly reach: Reach;
  readonly onSelect: (selected: Selection) => void;
}

/** What a VM reaches only via other VMs, including the outside: via which VMs and networks. */
export function ThroughOthers({ model, reach, onSelect }: ThroughProps) {
  const { through, out } = reach;
  const name = (vmId: string): string => model.vms.get(vmId)?.name ?? vmId;
  const network = (islandId: string): string =>
    model.networks.get(model.islands.get(islandId)?.networkId ?? '')?.name ?? '';
  /** `blue → gw → green`: the networks, separated by the VM that is on both. */
  const path = ({ via, islands }: Way): string =>
    islands
      .map((id, index) => (index === 0 ? network(id) : `${name(via[index - 1] ?? '')} → ${network(id)}`))
      .join(' → ');
  const ways = [...through, ...(out === null || out.via.length === 0 ? [] : [out])];
  const vias = new Map(ways.map(({ via }) => [via.join(' '), via]));
  return [...vias].map(([key, via]) => {
    const vms = through.filter((one) => one.via.join(' ') === key);
    const [first] = vms;
    return (
      <section key={key}>
        <h5>
          {text.through} <span className="own-case">{text.then(via.map(name))}</span>
        </h5>
        {first === undefined ? null : (
          <div className="row">
            <VmNames model={model} vmIds={vms.map((one) => one.vmId)} onSelect={onSelect} />
            <small>
              {path(first)}
              <span className="block">{text.possible}</span>
            </small>
          </div>
        )}
        {out?.via.join(' ') !== key ? null : (
          <div className="row">
            {text.theOutside}
            <small>
              {path(out)}
              <span className="block">{text.possible}</span>
            </small>
          </div>
        )}
      </section>
    );
  });
}
