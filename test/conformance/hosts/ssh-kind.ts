import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySecrets } from '../../../app/memory-secrets';
import type { HostDriver } from '../../../engine/ports/host-driver';
import { createHosts } from '../../../hosts/registry';
import { sharedFolders } from '../../../hosts/shared/folders';
import { SILENT } from '../../support/lab-here';
import { SshHosts, sshHere } from '../../support/ssh-hosts';
import type { Bed, HostKind } from './kind';
import { labMeddler } from './lab-meddler';

/** A host with a real sshd, in namespaces of this machine; all beds are beside each other on one underlay. */
export async function sshKind(): Promise<HostKind> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-conformance-'));
  const missing = await sshHere();
  let net: Promise<SshHosts> | null = null;
  return {
    name: 'over SSH',
    missing: missing.networks,
    missingForVms: missing.vms,
    noUplink: 'such a host has NICs of its own',
    noHotDisks: 'their QEMU is in the cage of a lab, and opens no file by its path',
    patienceMs: 100_000,
    open: async () => openBed(home, await (net ??= SshHosts.open())),
    async close() {
      await (await net)?.remove();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function openBed(home: string, net: SshHosts): Promise<Bed> {
  const machine = await net.add();
  const id = randomUUID();
  const storeId = randomUUID();
  const drivers: HostDriver[] = [];
  const again = (): HostDriver => {
    const hosts = createHosts({ home, log: SILENT, secrets: memorySecrets() });
    const driver = hosts.driver({ id, storeId, how: machine.how() });
    drivers.push(driver);
    return driver;
  };
  return {
    hostId: id,
    storeId,
    host: again(),
    address: machine.address,
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
