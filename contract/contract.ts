import { api } from './procedures/api';
import { backups } from './procedures/backups';
import { clusters, dataCenters, hosts, labs } from './procedures/places';
import { labCopies, snapshots } from './procedures/labcare';
import { disks } from './procedures/disks';
import { folders } from './procedures/folders';
import { labfile } from './procedures/labfile';
import { networks } from './procedures/networks';
import { promises } from './procedures/promises';
import { preferences } from './procedures/preferences';
import { sessions } from './procedures/sessions';
import { cdroms, images, vms, vnics } from './procedures/vms';
import { statistics } from './procedures/statistics';
import { forwards, outside } from './procedures/outside';
import { events, jobs, live, map } from './procedures/activity';
import { trash, undo } from './procedures/undo';
import { demo, system } from './procedures/system';

/** All procedures of the engine, by area. The same names are used in CLI, HTTP, log and code. */
export const contract = {
  dataCenters,
  clusters,
  hosts,
  labs: { ...labs, ...labCopies },
  networks,
  outside,
  forwards,
  vms,
  cdroms,
  vnics,
  statistics,
  disks,
  images,
  snapshots,
  map,
  promises,
  jobs,
  events,
  undo,
  trash,
  live,
  preferences,
  system,
  sessions,
  backups,
  folders,
  api,
  demo,
  labfile,
};
export type Contract = typeof contract;
