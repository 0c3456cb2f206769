import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { Home } from './home';
import { NotFound, PageError } from './page-error';
import { Shell } from './shell';

/** The router parses `q=12` as a number; search text is always a string. */
const text = z
  .union([z.string(), z.number().transform(String), z.boolean().transform(String)])
  .optional()
  .catch(undefined);
const flag = z.boolean().optional().catch(undefined);
/** The state of a table: the filter text, and the sort column (a leading minus: descending). */
const table = { q: text, sort: text };

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });
const page = <const P extends string>(path: P) => ({ getParentRoute: () => root, path });

/** The state of the map: selection, grouping, view and filter. */
const mapSearch = z.object({
  at: text,
  /** The promise whose breaking path is highlighted. */
  promise: text,
  q: text,
  new: flag,
  by: text,
  as: text,
  state: text,
  host: text,
  network: text,
  label: text,
  since: text,
  lens: text,
  /** The form that is open over the map, and where the new VM is to be. */
  create: z.enum(['vm', 'network']).optional().catch(undefined),
  onNetwork: text,
  onHost: text,
});
const home = createRoute({ ...page('/'), component: Home, validateSearch: mapSearch });
const welcome = createRoute({
  ...page('/welcome'),
  component: lazyRouteComponent(() => import('../features/welcome/welcome-page'), 'WelcomePage'),
});
const networks = createRoute({
  ...page('/networks'),
  component: lazyRouteComponent(() => import('../features/networks/networks-page'), 'NetworksPage'),
  validateSearch: z.object({ ...table, new: flag }),
});
const network = createRoute({
  ...page('/networks/$id'),
  component: lazyRouteComponent(() => import('../features/networks/network-page'), 'NetworkPage'),
  validateSearch: z.object({ tab: z.enum(['overview', 'isolation', 'events']).optional().catch(undefined), do: text }),
});
const hosts = createRoute({
  ...page('/hosts'),
  component: lazyRouteComponent(() => import('../features/hosts/hosts-page'), 'HostsPage'),
  validateSearch: z.object({ ...table, new: flag }),
});
const host = createRoute({
  ...page('/hosts/$id'),
  component: lazyRouteComponent(() => import('../features/hosts/host-page'), 'HostPage'),
  validateSearch: z.object({
    tab: z.enum(['overview', 'networks', 'vms', 'snapshots', 'events']).optional().catch(undefined),
    do: text,
  }),
});
const vms = createRoute({
  ...page('/vms'),
  component: lazyRouteComponent(() => import('../features/vms/vms-page'), 'VmsPage'),
  validateSearch: z.object({ ...table, new: flag, import: flag, image: text }),
});
const vm = createRoute({
  ...page('/vms/$id'),
  component: lazyRouteComponent(() => import('../features/vms/vm-page'), 'VmPage'),
  validateSearch: z.object({ tab: z.enum(['overview', 'events']).optional().catch(undefined), do: text }),
});
/** Of a console or screen page: whether it has a window of its own, without the frame. */
const lineSearch = z.object({ alone: flag });
const vmConsole = createRoute({
  ...page('/vms/$id/console'),
  component: lazyRouteComponent(() => import('../features/console/console-page'), 'ConsolePage'),
  validateSearch: lineSearch,
});
const vmScreen = createRoute({
  ...page('/vms/$id/screen'),
  component: lazyRouteComponent(() => import('../features/console/screen-page'), 'ScreenPage'),
  validateSearch: lineSearch,
});
const images = createRoute({
  ...page('/images'),
  component: lazyRouteComponent(() => import('../features/images/images-page'), 'ImagesPage'),
  validateSearch: z.object({ new: flag }),
});
const activity = createRoute({
  ...page('/activity'),
  component: lazyRouteComponent(() => import('../features/activity/activity-page'), 'ActivityPage'),
  validateSearch: z.object({
    tab: z.enum(['jobs', 'events']).optional().catch(undefined),
    job: text,
    severity: text,
    about: text,
    since: text,
    ...table,
  }),
});
const doctor = createRoute({
  ...page('/doctor'),
  component: lazyRouteComponent(() => import('../features/doctor/doctor-page'), 'DoctorPage'),
});

const promises = createRoute({
  ...page('/promises'),
  component: lazyRouteComponent(() => import('../features/promises/promises-page'), 'PromisesPage'),
  validateSearch: z.object({ new: flag }),
});

const backups = createRoute({
  ...page('/backups'),
  component: lazyRouteComponent(() => import('../features/backups/backups-page'), 'BackupsPage'),
});

/** Every screen has a URL, which also contains its selection, filter and sort order. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    welcome,
    networks,
    network,
    hosts,
    host,
    vms,
    vm,
    vmConsole,
    vmScreen,
    images,
    promises,
    activity,
    doctor,
    backups,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
