import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySecrets } from '../../../app/memory-secrets';
import type { HostDriver } from '../../../engine/ports/host-driver';
import { createHosts } from '../../../hosts/registry';
import { sharedFolders } from '../../../hosts/shared/folders';
import { labHere, SILENT } from '../../support/lab-here';
import { LocalMachine } from '../../support/local-machine';
import type { Bed, HostKind } from './kind';
import { labMeddler } from './lab-meddler';

/** This computer itself as a host, as root: a shared one, with IPv6 on, in namespaces of its own. */
export async function localKind(): Promise<HostKind> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-conformance-'));
  const missing = await labHere();
  const own = process.getuid?.() === 0 ? null : 'needs root';
  // The same driver over another shell: minutes of each test run, for what the hosts over SSH show.
  const everything = process.env['ATOLL_EVERY_KIND'] !== undefined;
  const likeSsh = everything ? null : 'driven as over SSH; ATOLL_EVERY_KIND=1 tests them here too';
  return {
    name: 'this computer',
    missing: own ?? missing.networks,
    missingForVms: own ?? missing.vms ?? likeSsh,
    noUplink: 'such a host has NICs of its own',
    noHotDisks: 'their QEMU is in the cage of a lab, and opens no file by its path',
    patienceMs: 100_000,
    open: () => openBed(home),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

async function openBed(home: string): Promise<Bed> {
  const machine = await LocalMachine.open();
  const id = randomUUID();
  const storeId = randomUUID();
  const drivers: HostDriver[] = [];
  const again = (): HostDriver => {
    const hosts = createHosts({ home, log: SILENT, secrets: memorySecrets(), enter: () => machine.enter() });
    const driver = hosts.driver({ id, storeId, how: { kind: 'local', via: 'sudo' } });
    drivers.push(driver);
    return driver;
  };
  return {
    hostId: id,
    storeId,
    host: again(),
    outside: labMeddler(machine.shell, storeId),
    again,
    powerOff: () => machine.powerOff(),
    powerOn: () => machine.powerOn(),
    async remains() {
      const { root } = sharedFolders(storeId);
      const { exit } = await machine.shell.run(['test', '-e', root], { okExits: [0, 1] });
      return exit === 0 ? [root] : [];
    },
    async dispose() {
      for (const driver of drivers) await driver.close();
      await machine.remove();
    },
  };
}
