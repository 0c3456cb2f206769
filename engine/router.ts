import type { Router } from '@orpc/server';
import type { contract } from '../contract/contract';
import type { CallContext } from './core/ports';
import { eventHandlers, liveHandlers } from './procedures/activity';
import { apiHandlers } from './procedures/api';
import { backupHandlers } from './procedures/backups';
import { demoHandlers } from './procedures/demo';
import { diskHandlers } from './procedures/disks';
import { folderHandlers } from './procedures/folders';
import { hostHandlers } from './procedures/hosts';
import { labHandlers } from './procedures/labs';
import { imageHandlers } from './procedures/images';
import { jobHandlers } from './procedures/jobs';
import { labCopyHandlers, snapshotHandlers } from './procedures/lab-care';
import { labfileHandlers } from './procedures/lab-files';
import { mapHandlers } from './procedures/map';
import { networkHandlers } from './procedures/networks';
import { forwardHandlers } from './procedures/forwards';
import { outsideHandlers } from './procedures/outside';
import { clusterHandlers } from './procedures/clusters';
import { dataCenterHandlers } from './procedures/data-centers';
import { promiseHandlers } from './procedures/promises';
import { preferenceHandlers } from './procedures/preferences';
import { sessionHandlers } from './procedures/sessions';
import { statisticsHandlers } from './procedures/statistics';
import { systemHandlers } from './procedures/system';
import { trashHandlers, undoHandlers } from './procedures/undo';
import { vmHandlers } from './procedures/vms';
import { cdromHandlers } from './procedures/cdroms';
import { vnicHandlers } from './procedures/vnics';
import type { Core } from './context';

/** The whole contract, implemented. */
export type EngineRouter = Router<typeof contract, CallContext>;

/** One line for each area. */
export function makeRouter(core: Core): EngineRouter {
  return core.os.router({
    dataCenters: dataCenterHandlers(core),
    clusters: clusterHandlers(core),
    hosts: hostHandlers(core),
    labs: { ...labHandlers(core), ...labCopyHandlers(core) },
    networks: networkHandlers(core),
    outside: outsideHandlers(core),
    forwards: forwardHandlers(core),
    vms: vmHandlers(core),
    cdroms: cdromHandlers(core),
    vnics: vnicHandlers(core),
    statistics: statisticsHandlers(core),
    disks: diskHandlers(core),
    images: imageHandlers(core),
    snapshots: snapshotHandlers(core),
    map: mapHandlers(core),
    promises: promiseHandlers(core),
    jobs: jobHandlers(core),
    events: eventHandlers(core),
    undo: undoHandlers(core),
    trash: trashHandlers(core),
    live: liveHandlers(core),
    preferences: preferenceHandlers(core),
    folders: folderHandlers(core),
    api: apiHandlers(core),
    system: systemHandlers(core),
    sessions: sessionHandlers(core),
    backups: backupHandlers(core),
    demo: demoHandlers(core),
    labfile: labfileHandlers(core),
  });
}
