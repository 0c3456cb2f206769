import { useMemo } from 'react';
import { outsideText, nicText } from '../reach';
import type { Layout } from '../layout/boxes';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';

interface OutsideProps {
  readonly layout: Layout;
  readonly model: Model;
  readonly selected: Selection | null;
}

/** The outside: a strip connected only to networks with a host NIC, by those NICs. */
export function Outside({ layout, model, selected }: OutsideProps) {
  const words = useMemo(() => outsideText(model, selected), [model, selected]);
  const regular = model.map.networks.filter((network) => !network.isIsolated);
  return (
    <div className="outside" style={{ width: layout.outside.w, height: layout.outside.h }}>
      <b>{text.outside}</b>
      <span>{words}</span>
      {regular.map((network) => (
        <i key={network.id}>
          <button type="button" tabIndex={-1} data-select={`network:${network.id}`}>
            {[network.name, ...nicText(model, network.id)].join(' · ')}
          </button>
        </i>
      ))}
    </div>
  );
}
