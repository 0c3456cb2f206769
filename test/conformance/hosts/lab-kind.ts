import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostDriver } from '../../../engine/ports/host-driver';
import { Lab } from '../../../hosts/lab/life';
import { memorySecrets } from '../../../app/memory-secrets';
import { createHosts } from '../../../hosts/registry';
import { LabShell } from '../../../hosts/shells/lab';
import { SILENT, labHere } from '../../support/lab-here';
import type { Bed, HostKind } from './kind';
import { labMeddler } from './lab-meddler';

const HOW = { kind: 'lab' } as const;
const go = new AbortController().signal;

/**
 * A lab of whoever runs this process: of root, or rootless of an ordinary user. All beds are labs of one home, beside each
 * other, as a person's are; so the tiny guest is built and KVM tried only once.
 */
export async function labKind(): Promise<HostKind> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-conformance-'));
  const missing = await labHere();
  return {
    name: process.getuid?.() === 0 ? 'lab as root' : 'lab as an ordinary user',
    missing: missing.networks,
    missingForVms: missing.vms,
    noUplink: null,
    noHotDisks: null,
    // Without KVM a guest boots in about 5 s on an idle computer; several at once share its cores.
    patienceMs: 100_000,
    open: () => Promise.resolve(openBed(home)),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

function openBed(home: string): Bed {
  const id = randomUUID();
  const storeId = randomUUID();
  const lab = new Lab(home, id);
  const drivers: HostDriver[] = [];
  const again = (): HostDriver => {
    const driver = createHosts({ home, log: SILENT, secrets: memorySecrets() }).driver({ id, storeId, how: HOW });
    drivers.push(driver);
    return driver;
  };
  const host = again();
  return {
    hostId: id,
    storeId,
    host,
    powerOff: () => host.powerOff(go),
    powerOn: () => Promise.resolve(),
    outside: labMeddler(new LabShell(lab), storeId),
    again,
    remains: () => {
      const running = lab.find();
      return Promise.resolve([
        ...(existsSync(lab.paths.root) ? [lab.paths.root] : []),
        ...(running ? [`process ${running.pid}`] : []),
      ]);
    },
    async dispose() {
      for (const driver of drivers) await driver.close();
      await lab.remove(go);
    },
  };
}
