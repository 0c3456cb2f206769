import { join } from 'node:path';
import type { HostDriver } from '../engine/ports/host-driver';
import type { HostHow, Hosts } from '../engine/ports/hosts';
import type { Log } from '../engine/ports/log';
import { examine } from './doctor/doctor';
import { kvmWorks } from './doctor/kvm';
import { freePort } from './free-port';
import { remedyOf } from './doctor/remedy';
import type { LabIdentity } from './lab/identity';
import { listLabs } from './lab/labs';
import { Lab } from './lab/life';
import { isRootless } from './lab/namespaces';
import { LabOutside } from './lab/outside/lab-outside';
import { LinuxHost } from './linux/linux-host';
import { createVirshDriver } from './linux/vms/virsh-driver';
import { LabShell } from './shells/lab';
import { LocalShell } from './shells/local';
import { createSimulatedHost } from './simulated/simulated-host';
import { ensureTinyGuest } from './tiny-guest/ensure';

export interface HostsOptions {
  /** Absolute path of the home: labs, guests and simulated hosts are kept in it. */
  readonly home: string;
  readonly log: Log;
}

/** The hosts that this build can drive. Makes nothing until a driver is connected. */
export function createHosts({ home, log }: HostsOptions): Hosts {
  const local = new LocalShell();
  return {
    driver: ({ id, storeId, how }) => createDriver(home, local, log, id, storeId, how),
    doctor: () => examine(local, home),
    freePort,
    remedy: async (check) => remedyOf(await examine(local, home), check, local),
    labs: () => listLabs(home),
    removeLab: (id) => new Lab(home, id).remove(new AbortController().signal),
  };
}

/** Where a simulated host is kept, so that it outlives the engine as a real one does. */
export const simulatedStateFile = (home: string, hostId: string): string => join(home, 'simulated', `${hostId}.json`);

function createDriver(
  home: string,
  local: LocalShell,
  log: Log,
  id: string,
  storeId: string,
  how: HostHow,
): HostDriver {
  switch (how.kind) {
    case 'lab':
      return labHost(home, local, log, id, storeId);
    case 'simulated':
      return createSimulatedHost({ id, storeId, how, stateFile: simulatedStateFile(home, id) });
  }
}

function labHost(home: string, local: LocalShell, log: Log, id: string, storeId: string): HostDriver {
  const lab = new Lab(home, id);
  const shell = new LabShell(lab);
  const kvm = async (): Promise<boolean> => (await kvmWorks(local, home).catch(withoutKvm(log))).works;
  const vms = createVirshDriver(shell, {
    storeId,
    diskDir: lab.paths.disks,
    logDir: lab.paths.serialLogs,
    tinyGuest: () => ensureTinyGuest(home),
    accelerated: kvm,
  });
  return new LinuxHost({
    storeId,
    shell,
    vms,
    outside: new LabOutside(lab, shell),
    rootless: isRootless(),
    kvm,
    connect: async (signal) => bootOf(await lab.start(signal)),
    powerOff: (signal) => lab.stop(signal),
    destroy: (signal) => lab.remove(signal),
  });
}

/** A lab is started anew more often than the kernel under it. */
const bootOf = ({ bootId, startTime }: LabIdentity): string => `${bootId}.${startTime}`;

/** Without the parts of a guest to try it with, KVM is taken not to work; translated guests always do. */
function withoutKvm(log: Log): (error: unknown) => { works: boolean } {
  return (error) => {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'KVM could not be tried');
    return { works: false };
  };
}
