import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { useEffect } from 'react';
import { queries } from '../api/queries';
import { settle } from '../api/settled';
import { Waiting } from '../ui/page';

const MapPage = lazyRouteComponent(() => import('../features/map/map-page'), 'MapPage');
const WelcomePage = lazyRouteComponent(() => import('../features/welcome/welcome-page'), 'WelcomePage');

/** The first screen: the map, or the welcome page while there is no host. */
export function Home() {
  // Loads the map's code, its data and the list of hosts in parallel.
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
