import { SkipToContent } from '@patternfly/react-core/dist/dynamic/components/SkipToContent';
import { Outlet } from '@tanstack/react-router';
import { useLiveCache } from '../api/use-live';
import { AwayBanner } from './away-banner';
import { Foot } from './foot';
import { Masthead } from './masthead';
import { Shortcuts } from './shortcuts';
import { ShellWays } from './shell-ways';
import { SideNav } from './side-nav';
import { Toasts } from './toasts';

/** The frame of every screen: where one is, what there is, and the one job that matters now. */
export function Shell() {
  useLiveCache();
  return (
    <div className="shell">
      <SkipToContent href="#main">To the content</SkipToContent>
      <Masthead />
      <SideNav />
      <div className="shell-body">
        <AwayBanner />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Foot />
      <Toasts />
      <Shortcuts />
      <ShellWays />
    </div>
  );
}
