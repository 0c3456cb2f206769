import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySecrets } from '../../../app/memory-secrets';
import type { HostDriver } from '../../../engine/ports/host-driver';
import { createHosts } from '../../../hosts/registry';
import { sharedFolders } from '../../../hosts/shared/folders';
import { DebianHost } from '../../support/debian-host/debian-host';
import { missingForDebianHost } from '../../support/debian-host/image';
import { SILENT } from '../../support/lab-here';
import type { Bed, HostKind } from './kind';
import { labMeddler } from './lab-meddler';

/** All that a test leaves on the host, whoever made it. */
const CLEAN = `
for link in /sys/class/net/*; do
  case \${link##*/} in lo | eth* | bonding_masters) ;; *) ip link delete dev "\${link##*/}" 2>/dev/null ;; esac
done
nft flush ruleset
rm -rf -- "$1"
`;

/** A Debian host with Debian's kernel and systemd, over SSH. All beds are on one: each leaves it as it was. */
export function debianKind(): HostKind {
  const home = mkdtempSync(join(tmpdir(), 'atoll-conformance-'));
  let machine: Promise<DebianHost> | null = null;
  return {
    name: 'Debian over SSH',
    missing: missingForDebianHost(),
    missingForVms: 'its image has no libvirt',
    noUplink: 'such a host has NICs of its own',
    noHotDisks: 'its image has no libvirt',
    patienceMs: 300_000,
    open: async () => openBed(home, await (machine ??= DebianHost.boot())),
    async close() {
      await (await machine)?.remove();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function openBed(home: string, machine: DebianHost): Bed {
  const id = randomUUID();
  const storeId = randomUUID();
  const { root } = sharedFolders(storeId);
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
    get outside() {
      return labMeddler(machine.shell, storeId);
    },
    again,
    powerOff: () => machine.powerOff(),
    powerOn: () => machine.powerOn(),
    async remains() {
      const { exit } = await machine.shell.run(['test', '-e', root], { okExits: [0, 1] });
      return exit === 0 ? [root] : [];
    },
    async dispose() {
      for (const driver of drivers) await driver.close();
      await machine.shell.script(CLEAN, [root], { timeoutMs: 300_000 });
    },
  };
}
