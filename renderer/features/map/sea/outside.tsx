import { useMemo } from 'react';
import { mainlandWords, nicWords } from '../hearing';
import type { Layout } from '../layout/boxes';
import type { Model } from '../model';
import type { Picked } from '../picked';
import { text } from '../text';

interface OutsideProps {
  readonly layout: Layout;
  readonly model: Model;
  readonly picked: Picked | null;
}

/** The outside: a strip connected only to networks with a host NIC, by those NICs. */
export function Outside({ layout, model, picked }: OutsideProps) {
  const words = useMemo(() => mainlandWords(model, picked), [model, picked]);
  const regular = model.map.networks.filter((network) => !network.isIsolated);
  return (
    <div className="outside" style={{ width: layout.outside.w, height: layout.outside.h }}>
      <b>{text.outside}</b>
      <span>{words}</span>
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
