import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/dynamic/components/Tabs';
import { Tooltip } from '@patternfly/react-core/dist/dynamic/components/Tooltip';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Vm, whyNoScreen } from '../../contract';
import { queries } from '../api/queries';
import { Nothing, PageHead, Waiting } from '../ui/page';
import { Dot } from '../ui/state';
import { SimulatedTag } from '../ui/tags';
import { VM_FEEL } from '../ui/tone';
import { isSimulated, useHosts } from './use-names';
import { VmActions } from './vm-actions';

const TABS = {
  overview: { title: 'Overview', to: '/vms/$id' },
  console: { title: 'Console', to: '/vms/$id/console' },
  screen: { title: 'Screen', to: '/vms/$id/screen' },
} as const;
type VmTab = keyof typeof TABS;
const isTab = (key: string | number): key is VmTab => key in TABS;

/** The frame of a VM's pages: its head, its tabs, and beneath them the one that is open. */
export function VmFrame({ id, tab, children }: { id: string; tab: VmTab; children: (vm: Vm) => ReactNode }) {
  const navigate = useNavigate();
  const vms = useQuery(queries.vms()).data;
  const vm = vms?.find((one) => one.id === id);
  const host = useHosts().get(vm?.hostId ?? '');
  if (vms === undefined) return <Waiting />;
  if (vm === undefined)
    return (
      <Nothing title="This VM is gone" action={<Link to="/vms">All virtual machines</Link>}>
        It was removed, or never was.
      </Nothing>
    );
  const noScreen = whyNoScreen(vm.boot);
  return (
    <div className="page">
      <PageHead
        above={<Link to="/vms">Virtual machines</Link>}
        title={
          <>
            <Dot tone={VM_FEEL[vm.state].tone} /> {vm.name}
          </>
        }
        tags={isSimulated(host) ? <SimulatedTag /> : null}
        sub={`${VM_FEEL[vm.state].words}${vm.reason === null ? '' : `: ${vm.reason}`}${vm.comment === '' ? '' : ` · ${vm.comment}`}`}
        actions={<VmActions vm={vm} onRemoved={() => void navigate({ to: '/vms' })} />}
      />
      <Tabs
        activeKey={tab}
        aria-label={`Pages of ${vm.name}`}
        onSelect={(_, key) => isTab(key) && void navigate({ to: TABS[key].to, params: { id }, replace: true })}
      >
        {Object.entries(TABS).map(([key, { title }]) => {
          const why = key === 'screen' ? noScreen : null;
          return (
            <Tab
              key={key}
              eventKey={key}
              title={<TabTitleText>{title}</TabTitleText>}
              aria-controls="vm-tab"
              isAriaDisabled={why !== null}
              {...(why === null ? {} : { tooltip: <Tooltip content={why} /> })}
            />
          );
        })}
      </Tabs>
      <div id="vm-tab" role="tabpanel" className="vm-tab" aria-label={TABS[tab].title}>
        {children(vm)}
      </div>
    </div>
  );
}
