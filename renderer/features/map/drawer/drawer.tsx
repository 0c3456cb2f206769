import CloseIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { HostFacts } from './drawer-host';
import { NetworkFacts } from './drawer-network';
import { VmFacts } from './drawer-vm';
import { Overview } from './overview';
import './drawer.css';
import type { Model } from '../model';
import type { Picked } from '../picked';
import { text } from '../text';

export interface FactsProps {
  readonly model: Model;
  readonly id: string;
  readonly onPick: (picked: Picked) => void;
}

/** What was picked, with its actions; while nothing is, what there is to know of the whole. It is always there: nothing moves. */
export function Drawer({
  model,
  picked,
  onPick,
}: {
  model: Model;
  picked: Picked | null;
  onPick: (picked: Picked | null) => void;
}) {
  if (picked === null)
    return (
      <aside className="drawer" aria-label={text.overview}>
        <Overview model={model} onPick={onPick} />
      </aside>
    );
  const known = { vm: model.vms, network: model.networks, host: model.hosts }[picked.kind].has(picked.id);
  return (
    <aside className="drawer" aria-label="Picked">
      <Button
        variant="plain"
        className="drawer-close"
        aria-label="Close"
        icon={<CloseIcon />}
        onClick={() => onPick(null)}
      />
      {known ? <Facts model={model} picked={picked} onPick={onPick} /> : <p className="soft">{text.gone}</p>}
    </aside>
  );
}

function Facts({ model, picked, onPick }: { model: Model; picked: Picked; onPick: (picked: Picked) => void }) {
  const props = { model, id: picked.id, onPick };
  switch (picked.kind) {
    case 'vm':
      return <VmFacts {...props} />;
    case 'network':
      return <NetworkFacts {...props} />;
    case 'host':
      return <HostFacts {...props} />;
  }
}
