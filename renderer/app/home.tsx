import { useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { Waiting } from '../ui/page';

const MapPage = lazyRouteComponent(() => import('../features/map/map-page'), 'MapPage');
const WelcomePage = lazyRouteComponent(() => import('../features/welcome/welcome-page'), 'WelcomePage');

/** The first screen: the map, or, while there is no host yet, the way to the first one. */
export function Home() {
  const hosts = useQuery(queries.hosts());
  if (hosts.data === undefined) return <Waiting />;
  return hosts.data.length === 0 ? <WelcomePage /> : <MapPage />;
}
