import { SkipToContent } from '@patternfly/react-core/dist/dynamic/components/SkipToContent';
import { Outlet, useLocation, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useDock } from '../actions/console-places';
import { RemedyView } from '../actions/remedies/remedy-view';
import { BulkPanel } from '../actions/bulk/bulk-panel';
import { settle } from '../api/settled';
import { RemedyViewContext } from '../ui/error-alert';
import { AwayBanner } from './away-banner';
import { Foot } from './foot';
import { JobAnnouncer } from './job-announcer';
import { Masthead } from './masthead';
import { Shortcuts } from './shortcuts';
import { ShellWays } from './shell-ways';
import { SideNav } from './side-nav';
import { text } from './text';
import { FailedJobs } from './failed-jobs';
import { useKeptFocus } from './use-kept-focus';

/** The drawer's code loads with the first console opened in it. */
const Dock = lazy(() => import('../features/console/dock').then((module) => ({ default: module.Dock })));

/** The frame of every screen: navigation, status bar and the most relevant job. */
export function Shell() {
  const isMap = useLocation({ select: ({ pathname }) => pathname === '/' });
  // The map calls this itself after it has rendered.
  useEffect(() => {
    if (!isMap) settle();
  }, [isMap]);
  useKeptFocus();
  const docked = useDock().lines.length > 0;
  const isAlone = useRouterState({ select: ({ location }) => 'alone' in location.search });
  if (isAlone) return <Alone />;
  return (
    <RemedyViewContext value={RemedyView}>
      <div className="shell">
        <SkipToContent href="#main">{text.toContent}</SkipToContent>
        <Masthead />
        <SideNav />
        <div className="shell-body">
          <AwayBanner />
          <main id="main" tabIndex={-1}>
            <Outlet />
          </main>
          <div className="notices">
            <FailedJobs />
            <BulkPanel />
          </div>
          {docked ? (
            <Suspense fallback={null}>
              <Dock />
            </Suspense>
          ) : null}
        </div>
        <Foot />
        <JobAnnouncer />
        <Shortcuts />
        <ShellWays />
      </div>
    </RemedyViewContext>
  );
}

/** A separate window for one console or screen, without the frame. */
function Alone() {
  return (
    <RemedyViewContext value={RemedyView}>
      <div className="shell-alone">
        <AwayBanner />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </RemedyViewContext>
  );
}
