import CloseIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { HostFacts } from './drawer-host';
import { NetworkFacts } from './drawer-network';
import { VmFacts } from './drawer-vm';
import type { Changes } from './changes-part';
import { Overview } from './overview';
import './drawer.css';
import type { Model } from '../model';
import type { Picked } from '../picked';
import { text } from '../text';
import type { FactsProps } from './facts-props';

/** The selected object with its actions, or an overview. The drawer is always open, so that nothing moves. */
interface DrawerProps {
  readonly model: Model;
  readonly picked: Picked | null;
  readonly onPick: (picked: Picked | null) => void;
  readonly onNote: FactsProps['onNote'];
  readonly changes: Changes;
}

export function Drawer({ model, picked, onPick, onNote, changes }: DrawerProps) {
  if (picked === null)
    return (
      <aside className="drawer" aria-label={text.overview}>
        <Overview model={model} changes={changes} onPick={onPick} />
      </aside>
    );
  const known = { vm: model.vms, network: model.networks, host: model.hosts }[picked.kind].has(picked.id);
  return (
    <aside className="drawer" aria-label={text.picked}>
      <Button
        variant="plain"
        className="drawer-close"
        aria-label={text.close}
        icon={<CloseIcon />}
        onClick={() => onPick(null)}
      />
      {known ? (
        <Facts model={model} picked={picked} onPick={onPick} onNote={onNote} />
      ) : (
        <p className="soft">{text.gone}</p>
      )}
    </aside>
  );
}

function Facts({ picked, ...rest }: Omit<FactsProps, 'id'> & { picked: Picked }) {
  const props = { ...rest, id: picked.id };
  switch (picked.kind) {
    case 'vm':
      return <VmFacts {...props} />;
    case 'network':
      return <NetworkFacts {...props} />;
    case 'host':
      return <HostFacts {...props} />;
  }
}
