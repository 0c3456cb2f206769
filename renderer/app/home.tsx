import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import type { Creation } from '../features/map/creation';
import { MapPage } from '../features/map/map-page';
import { queries } from '../api/queries';
import { settle } from '../api/settled';
import { Waiting } from '../ui/page';

/** The features do not know each other: here the map gets the forms of the others. */
const CreateVm = lazy(() => import('../features/vms/create-vm').then((module) => ({ default: module.CreateVm })));
const CreateNetwork = lazy(() =>
  import('../features/networks/create-network').then((module) => ({ default: module.CreateNetwork })),
);
const WelcomePage = lazyRouteComponent(() => import('../features/welcome/welcome-page'), 'WelcomePage');

/** The first screen: the map, or the welcome page while there is no host. */
export function Home() {
  // Loads the map and the list of hosts in parallel; on a page that opens here they are requested already (api/begin.ts).
  usePrefetchQuery(queries.map());
  usePrefetchQuery(queries.preferences());
  const hosts = useQuery(queries.hosts());
  const isEmpty = hosts.data?.length === 0;
  useEffect(() => {
    if (isEmpty || hosts.isError) settle();
  }, [isEmpty, hosts.isError]);
  if (hosts.data === undefined) return <Waiting />;
  return (
    <Suspense fallback={<Waiting />}>{hosts.data.length === 0 ? <WelcomePage /> : <MapPage form={formOf} />}</Suspense>
  );
}

function formOf(creation: Creation, onClose: () => void, onCreated: (id: string) => void) {
  return (
    <Suspense fallback={null}>
      {creation.kind === 'network' ? (
        <CreateNetwork onClose={onClose} onCreated={onCreated} />
      ) : (
        <CreateVm network={creation.networkId} host={creation.hostId} onClose={onClose} onCreated={onCreated} />
      )}
    </Suspense>
  );
}
