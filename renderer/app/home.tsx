import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { useEffect } from 'react';
import { queries } from '../api/queries';
import { settle } from '../api/settled';
import { Waiting } from '../ui/page';

const MapPage = lazyRouteComponent(() => import('../features/map/map-page'), 'MapPage');
const WelcomePage = lazyRouteComponent(() => import('../features/welcome/welcome-page'), 'WelcomePage');

/** The first screen: the map, or, while there is no host yet, the way to the first one. */
export function Home() {
  // All at once instead of one after the other: the code of the map, what it shows, and whether there is anything to show.
  usePrefetchQuery(queries.map());
  usePrefetchQuery(queries.preferences());
  const hosts = useQuery(queries.hosts());
  const isEmpty = hosts.data?.length === 0;
  useEffect(() => void MapPage.preload?.(), []);
  useEffect(() => {
    if (isEmpty || hosts.isError) settle();
  }, [isEmpty, hosts.isError]);
  if (hosts.data === undefined) return <Waiting />;
  return hosts.data.length === 0 ? <WelcomePage /> : <MapPage />;
}
