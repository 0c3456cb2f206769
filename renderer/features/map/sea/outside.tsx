import { nicWords } from '../hearing';
import type { Layout } from '../layout/boxes';
import type { Model } from '../model';
import { text } from '../text';

/** The mainland: a strip that only networks with a NIC of a host touch, each by those NICs. */
export function Outside({ layout, model }: { layout: Layout; model: Model }) {
  const regular = model.map.networks.filter((network) => !network.isIsolated);
  return (
    <div className="outside" style={{ width: layout.outside.w, height: layout.outside.h }}>
      <b>{text.outside}</b>
      <span>{regular.length === 0 ? text.outsideNone : text.outsideSome}</span>
      {regular.map((network) => (
        <i key={network.id}>
          <button type="button" tabIndex={-1} data-pick={`network:${network.id}`}>
            {[network.name, ...nicWords(model, network.id)].join(' · ')}
          </button>
        </i>
      ))}
    </div>
  );
}
