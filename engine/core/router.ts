import { eventHandlers, liveHandlers } from '../activity/handlers';
import { backupHandlers } from '../backups/handlers';
import { demoHandlers } from '../demo/handlers';
import { folderHandlers } from '../folders/handlers';
import { hostHandlers } from '../hosts/handlers';
import { labHandlers } from '../hosts/labs';
import { imageHandlers } from '../images/handlers';
import { jobHandlers } from '../jobs/handlers';
import { labCopyHandlers, snapshotHandlers } from '../labcare/handlers';
import { labfileHandlers } from '../labfile/handlers';
import { mapHandlers } from '../map/handlers';
import { networkHandlers } from '../networks/handlers';
import { forwardHandlers } from '../outside/forward-handlers';
import { outsideHandlers } from '../outside/outside-handlers';
import { clusterHandlers } from '../places/clusters';
import { dataCenterHandlers } from '../places/data-centers';
import { preferenceHandlers } from '../preferences/handlers';
import { sessionHandlers } from '../sessions/handlers';
import { systemHandlers } from '../system/handlers';
import { trashHandlers, undoHandlers } from '../undo/handlers';
import { vmHandlers } from '../vms/handlers';
import { vnicHandlers } from '../vms/vnic-handlers';
import type { Core } from './core';

/** The whole contract, implemented: one line for each area. */
export function makeRouter(core: Core) {
  return core.os.router({
    dataCenters: dataCenterHandlers(core),
    clusters: clusterHandlers(core),
    hosts: hostHandlers(core),
    labs: { ...labHandlers(core), ...labCopyHandlers(core) },
    networks: networkHandlers(core),
    outside: outsideHandlers(core),
    forwards: forwardHandlers(core),
    vms: vmHandlers(core),
    vnics: vnicHandlers(core),
    images: imageHandlers(core),
    snapshots: snapshotHandlers(core),
    map: mapHandlers(core),
    jobs: jobHandlers(core),
    events: eventHandlers(core),
    undo: undoHandlers(core),
    trash: trashHandlers(core),
    live: liveHandlers(core),
    preferences: preferenceHandlers(core),
    system: systemHandlers(core),
    sessions: sessionHandlers(core),
    backups: backupHandlers(core),
    folders: folderHandlers(core),
    demo: demoHandlers(core),
    labfile: labfileHandlers(core),
  });
}

export type EngineRouter = ReturnType<typeof makeRouter>;
