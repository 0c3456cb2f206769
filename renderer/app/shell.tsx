import { SkipToContent } from '@patternfly/react-core/dist/dynamic/components/SkipToContent';
import { Outlet, useLocation, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useDock } from '../actions/console-places';
import { ScreenHint, useScreenWords } from '../actions/hints/screen-hint';
import { BulkPanel } from '../actions/bulk/bulk-panel';
import { settle } from '../api/settled';
import { useLiveCache } from '../api/use-live';
import { HintView, HintWords } from '../ui/error-alert';
import { AwayBanner } from './away-banner';
import { Foot } from './foot';
import { Masthead } from './masthead';
import { Shortcuts } from './shortcuts';
import { ShellWays } from './shell-ways';
import { SideNav } from './side-nav';
import { text } from './text';
import { FailedJobs } from './failed-jobs';
import { useKeptFocus } from './use-kept-focus';

/** The drawer is fetched with the first console that is put into it. */
const Dock = lazy(() => import('../features/console/dock').then((module) => ({ default: module.Dock })));

/** The frame of every screen: where one is, what there is, and the one job that matters now. */
export function Shell() {
  useLiveCache();
  const isMap = useLocation({ select: ({ pathname }) => pathname === '/' });
  // The map says itself when it is drawn.
  useEffect(() => {
    if (!isMap) settle();
  }, [isMap]);
  useKeptFocus();
  const docked = useDock().lines.length > 0;
  const isAlone = useRouterState({ select: ({ location }) => 'alone' in location.search });
  if (isAlone) return <Alone />;
  return (
    <Hints>
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
        <Shortcuts />
        <ShellWays />
      </div>
    </Hints>
  );
}

/** The engine's hints as a screen says them, for the widgets, which know neither router nor API. */
function Hints({ children }: { children: ReactNode }) {
  return (
    <HintView value={ScreenHint}>
      <HintWords value={useScreenWords}>{children}</HintWords>
    </HintView>
  );
}

/** A window of its own, for one console or screen: nothing around it. */
function Alone() {
  return (
    <Hints>
      <div className="shell-alone">
        <AwayBanner />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </Hints>
  );
}
