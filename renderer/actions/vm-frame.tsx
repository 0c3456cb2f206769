import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Vm, whyNoScreen, whyNotOfBoot } from '../../contract';
import { queries } from '../api/queries';
import { Nothing, PageHead, Waiting } from '../ui/page';
import { PageTabs } from '../ui/page-tabs';
import { Dot } from '../ui/state';
import { SimulatedTag } from '../ui/tags';
import { VM_FEEL } from '../ui/tone';
import { text } from './text';
import { ReasonView } from './remedies/remedy-view';
import { isSimulated, useHosts } from './use-names';
import { ActionBar } from './registry/action-bar';

export type VmTab = 'overview' | 'events' | 'console' | 'screen';

/** The frame of a VM's pages: header, tabs and the open tab. */
export function VmFrame({ id, tab, children }: { id: string; tab: VmTab; children: (vm: Vm) => ReactNode }) {
  const navigate = useNavigate();
  const vms = useQuery(queries.vms()).data;
  const vm = vms?.find((one) => one.id === id);
  const host = useHosts().get(vm?.hostId ?? '');
  const isAlone = useRouterState({ select: ({ location }) => 'alone' in location.search });
  if (vms === undefined) return <Waiting />;
  if (vm === undefined)
    return (
      <Nothing title={text.vmGone} action={<Link to="/vms">{text.allVms}</Link>}>
        {text.goneMeans}
      </Nothing>
    );
  const title = (
    <>
      <Dot tone={VM_FEEL[vm.state].tone} /> {vm.name}
    </>
  );
  const tags = isSimulated(host) ? <SimulatedTag /> : null;
  if (isAlone)
    return (
      <div className="page">
        <PageHead title={title} tags={tags} />
        {children(vm)}
      </div>
    );
  const open = (selected: VmTab): void => {
    const params = { id };
    if (selected === 'console') void navigate({ to: '/vms/$id/console', params, replace: true });
    else if (selected === 'screen') void navigate({ to: '/vms/$id/screen', params, replace: true });
    else void navigate({ to: '/vms/$id', params, search: { tab: selected }, replace: true });
  };
  return (
    <div className="page">
      <PageHead
        above={<Link to="/vms">{text.vmsTitle}</Link>}
        title={title}
        tags={tags}
        sub={
          <>
            {VM_FEEL[vm.state].words}
            {vm.reason === null ? null : (
              <>
                : <ReasonView reason={vm.reason} />
              </>
            )}
            {vm.comment === '' ? null : ` · ${vm.comment}`}
          </>
        }
        actions={<ActionBar kind="vm" object={vm} onRemoved={() => void navigate({ to: '/vms' })} />}
      />
      <PageTabs
        label={text.pagesOf(vm.name)}
        tabs={[
          { key: 'overview', title: text.overview },
          { key: 'events', title: text.events },
          { key: 'console', title: text.console, why: whyNotOfBoot(vm.boot, 'console') },
          { key: 'screen', title: text.screen, why: whyNoScreen(vm.boot) },
        ]}
        active={tab}
        onSelect={open}
      >
        {children(vm)}
      </PageTabs>
    </div>
  );
}
