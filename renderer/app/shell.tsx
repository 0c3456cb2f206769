import { SkipToContent } from '@patternfly/react-core/dist/dynamic/components/SkipToContent';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { settle } from '../api/settled';
import { useLiveCache } from '../api/use-live';
import { AwayBanner } from './away-banner';
import { Foot } from './foot';
import { Masthead } from './masthead';
import { Shortcuts } from './shortcuts';
import { SideNav } from './side-nav';
import { Toasts } from './toasts';

/** The frame of every screen: where one is, what there is, and the one job that matters now. */
export function Shell() {
  useLiveCache();
  const isMap = useLocation({ select: ({ pathname }) => pathname === '/' });
  // The map says itself when it is drawn.
  useEffect(() => {
    if (!isMap) settle();
  }, [isMap]);
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
    </div>
  );
}
