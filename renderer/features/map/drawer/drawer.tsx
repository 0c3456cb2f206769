import DownIcon from '@patternfly/react-icons/dist/esm/icons/chevron-down-icon';
import UpIcon from '@patternfly/react-icons/dist/esm/icons/chevron-up-icon';
import CloseIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useState } from 'react';
import { HostFacts } from './drawer-host';
import { NetworkFacts } from './drawer-network';
import { VmFacts } from './drawer-vm';
import type { Changes } from './changes-part';
import { Overview } from './overview';
import './drawer.css';
import type { Model } from '../model';
import type { Selection } from '../selection';
import { text } from '../text';
import type { FactsProps } from './facts-props';

/** The selected object with its actions, or an overview. The drawer is always open, so that nothing moves. */
interface DrawerProps {
  readonly model: Model;
  readonly selected: Selection | null;
  readonly onSelect: (selected: Selection | null) => void;
  readonly onNote: FactsProps['onNote'];
  readonly onCreate: FactsProps['onCreate'];
  readonly changes: Changes;
}

export function Drawer({ model, selected, onSelect, onNote, onCreate, changes }: DrawerProps) {
  // In a small window the drawer is a sheet that covers the map: it is open only for what is selected.
  const [open, setOpen] = useState(selected !== null);
  const handle = (
    <Button
      variant="plain"
      className="drawer-handle"
      aria-label={open ? text.less : text.details}
      aria-expanded={open}
      icon={open ? <DownIcon /> : <UpIcon />}
      onClick={() => setOpen(!open)}
    />
  );
  const look = `drawer${open ? ' drawer-open' : ''}`;
  if (selected === null)
    return (
      <aside className={look} aria-label={text.overview}>
        {handle}
        <Overview model={model} changes={changes} onSelect={onSelect} />
      </aside>
    );
  const known = { vm: model.vms, network: model.networks, host: model.hosts }[selected.kind].has(selected.id);
  return (
    <aside className={look} aria-label={text.selected}>
      {handle}
      <Button
        variant="plain"
        className="drawer-close"
        aria-label={text.close}
        icon={<CloseIcon />}
        onClick={() => onSelect(null)}
      />
      {known ? (
        <Facts model={model} selected={selected} onSelect={onSelect} onNote={onNote} onCreate={onCreate} />
      ) : (
        <p className="soft">{text.gone}</p>
      )}
    </aside>
  );
}

function Facts({ selected, ...rest }: Omit<FactsProps, 'id'> & { selected: Selection }) {
  const props = { ...rest, id: selected.id };
  switch (selected.kind) {
    case 'vm':
      return <VmFacts {...props} />;
    case 'network':
      return <NetworkFacts {...props} />;
    case 'host':
      return <HostFacts {...props} />;
  }
}
