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

/** The areas by name. Written out, because the compiler does not write an inferred type of this size into declarations. */
export type Contract = {
  readonly dataCenters: typeof dataCenters;
  readonly clusters: typeof clusters;
  readonly hosts: typeof hosts;
  readonly labs: typeof labs & typeof labCopies;
  readonly networks: typeof networks;
  readonly outside: typeof outside;
  readonly forwards: typeof forwards;
  readonly vms: typeof vms;
  readonly cdroms: typeof cdroms;
  readonly vnics: typeof vnics;
  readonly statistics: typeof statistics;
  readonly disks: typeof disks;
  readonly images: typeof images;
  readonly snapshots: typeof snapshots;
  readonly map: typeof map;
  readonly promises: typeof promises;
  readonly jobs: typeof jobs;
  readonly events: typeof events;
  readonly undo: typeof undo;
  readonly trash: typeof trash;
  readonly live: typeof live;
  readonly preferences: typeof preferences;
  readonly system: typeof system;
  readonly sessions: typeof sessions;
  readonly backups: typeof backups;
  readonly folders: typeof folders;
  readonly api: typeof api;
  readonly demo: typeof demo;
  readonly labfile: typeof labfile;
};

/** All procedures of the engine, by area. The same names are used in CLI, HTTP, log and code. */
export const contract: Contract = {
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
