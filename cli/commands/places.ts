import type { CommandSpec } from '../spec';
import type { ArgSpec, OptionSpec } from '../option-spec';

const COMMENT: OptionSpec = { name: 'comment', type: 'text', value: 'TEXT', about: 'comment' };
const NEW_NAME: OptionSpec = { name: 'name', type: 'text', value: 'NAME', about: 'new name' };
const DC: ArgSpec = { name: 'DATACENTER', about: 'id or name', complete: 'dataCenter' };
const CLUSTER: ArgSpec = { name: 'CLUSTER', about: 'id, name, or data center/name', complete: 'cluster' };
const OF_DC: OptionSpec = {
  name: 'datacenter',
  type: 'text',
  value: 'DC',
  about: 'data center (default: Default)',
  complete: 'dataCenter',
};

export const PLACE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['datacenter', 'list'],
    about: 'list the data centers',
    json: 'DataCenter[]',
    run: () => import('../run/places').then((m) => m.dataCenterList),
  },
  {
    path: ['datacenter', 'show'],
    about: 'show a data center',
    args: [DC],
    json: 'DataCenter',
    run: () => import('../run/places').then((m) => m.dataCenterShow),
  },
  {
    path: ['datacenter', 'add'],
    about: 'create a data center',
    args: [{ name: 'NAME', about: 'name' }],
    options: [COMMENT],
    changes: true,
    json: '{ dataCenter: DataCenter, job: null, preview: Preview | null }',
    run: () => import('../run/places').then((m) => m.dataCenterAdd),
  },
  {
    path: ['datacenter', 'update'],
    about: 'change the name or comment of a data center',
    args: [DC],
    options: [NEW_NAME, COMMENT],
    changes: true,
    json: '{ dataCenter: DataCenter, job: null, preview: Preview | null }',
    run: () => import('../run/places').then((m) => m.dataCenterUpdate),
  },
  {
    path: ['datacenter', 'remove'],
    about: 'remove an empty data center',
    args: [DC],
    changes: true,
    destructive: true,
    json: '{ job: null, preview: Preview | null }',
    run: () => import('../run/places').then((m) => m.dataCenterRemove),
  },
  {
    path: ['cluster', 'list'],
    about: 'list the clusters',
    options: [{ ...OF_DC, about: 'filter by data center' }],
    json: 'Cluster[]',
    run: () => import('../run/places').then((m) => m.clusterList),
  },
  {
    path: ['cluster', 'show'],
    about: 'show a cluster',
    args: [CLUSTER],
    json: 'Cluster',
    run: () => import('../run/places').then((m) => m.clusterShow),
  },
  {
    path: ['cluster', 'add'],
    about: 'create a cluster',
    args: [{ name: 'NAME', about: 'name' }],
    options: [OF_DC, COMMENT],
    changes: true,
    json: '{ cluster: Cluster, job: null, preview: Preview | null }',
    run: () => import('../run/places').then((m) => m.clusterAdd),
  },
  {
    path: ['cluster', 'update'],
    about: 'change the name or comment of a cluster',
    args: [CLUSTER],
    options: [NEW_NAME, COMMENT],
    changes: true,
    json: '{ cluster: Cluster, job: null, preview: Preview | null }',
    run: () => import('../run/places').then((m) => m.clusterUpdate),
  },
  {
    path: ['cluster', 'sync'],
    about: 'repair what differs from the desired state on all hosts of a cluster, regular networks included',
    args: [CLUSTER],
    changes: true,
    json: '{ cluster: Cluster, job: string | null, preview: Preview | null }',
    run: () => import('../run/places').then((m) => m.clusterSync),
  },
  {
    path: ['cluster', 'remove'],
    about: 'remove an empty cluster',
    args: [CLUSTER],
    changes: true,
    destructive: true,
    json: '{ job: null, preview: Preview | null }',
    run: () => import('../run/places').then((m) => m.clusterRemove),
  },
];
