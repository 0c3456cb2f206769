import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedHost } from '../../../hosts/simulated/simulated-host';
import { OWN_ADDRESS } from '../../../hosts/simulated/state';
import type { Bed, HostKind } from './kind';

const HOW = { kind: 'simulated', delayMs: 1, faultRate: 0, memoryMiB: 8192, cpus: 4 } as const;

/** The simulated host, stored in a file; its control object makes outside changes. */
export const simulatedKind: HostKind = {
  name: 'simulated',
  missing: null,
  missingForVms: null,
  noUplink: null,
  noHotDisks: null,
  patienceMs: 2_000,
  open: () => Promise.resolve(openBed()),
  close: () => undefined,
};

function openBed(): Bed {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-conformance-'));
  const options = { id: randomUUID(), storeId: randomUUID(), how: HOW, stateFile: join(folder, 'host.json') };
  const host = createSimulatedHost(options);
  // The computer is in its driver's memory: a power failure is one of the newest driver's.
  let newest = host;
  return {
    hostId: options.id,
    storeId: options.storeId,
    host,
    outside: host.control,
    address: OWN_ADDRESS,
    powerOff: () => newest.powerOff(new AbortController().signal),
    powerOn: () => Promise.resolve(),
    again: () => (newest = createSimulatedHost(options)),
    remains: () => Promise.resolve(existsSync(options.stateFile) ? [options.stateFile] : []),
    async dispose() {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
