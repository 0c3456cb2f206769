import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_HARDWARE } from '../../contract';
import type { VmSpec } from '../../engine/ports/host-driver';
import { cpioArchive, type CpioEntry } from '../../hosts/tiny-guest/cpio';
import { ensureTinyGuest, type TinyGuest } from '../../hosts/tiny-guest/ensure';
import { go, made, newVnic, tinyVm } from '../conformance/hosts/fixtures';
import { type Bed, blockName } from '../conformance/hosts/kind';
import { labKind } from '../conformance/hosts/lab-kind';
import type { GuestShell } from '../support/guest-shell';
import { netHere } from '../support/net-here';
import { startedGuest } from '../support/started-guest';

const kind = await labKind();
const missing = kind.missingForVms ?? netHere('dnsmasq');
const SERVER = '10.9.0.1';
const SCRIPT = '#!ipxe\nkernel vmlinuz console=ttyS0 atoll.name=thin booted-by=pxe\ninitrd initrd\nboot\n';

/** The dnsmasq of this computer with its libraries, and what it serves, to be unpacked over a tiny guest. */
function serverFiles(guest: TinyGuest): Buffer {
  const program = realpathSync(execFileSync('sh', ['-c', 'command -v dnsmasq'], { encoding: 'utf8' }).trim());
  const libraries = [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)];
  const file = (name: string, data: Uint8Array, mode = 0o644): CpioEntry => ({ kind: 'file', name, mode, data });
  const files = [
    file('sbin/dnsmasq', readFileSync(program), 0o755),
    ...libraries.map(([, path = '']) => file(path.slice(1), readFileSync(path), 0o755)),
    file('etc/passwd', Buffer.from('root:x:0:0::/:/bin/sh\n')),
    file('etc/group', Buffer.from('root:x:0:\n')),
    file('srv/boot.ipxe', Buffer.from(SCRIPT)),
    file('srv/vmlinuz', readFileSync(guest.kernel)),
    file('srv/initrd', readFileSync(guest.initrd)),
  ];
  const parents = (path: string): string[] => (path === '.' ? [] : [...parents(dirname(path)), path]);
  const folders = new Set(files.flatMap(({ name }) => parents(dirname(name))));
  return cpioArchive([...[...folders].map((name) => ({ kind: 'folder', name }) as const), ...files]);
}

/** A guest serves DHCP and TFTP on an isolated network; another one without a disk boots from it. */
describe.skipIf(missing !== null)(blockName('booting from an isolated network', missing), () => {
  let bed: Bed;
  let folder: string;
  let server: VmSpec;
  let client: VmSpec;
  const shells: GuestShell[] = [];
  /** Started and ready. Nothing is typed before: what fills the line while firmware has it never reaches the guest. */
  async function started(vm: VmSpec): Promise<GuestShell> {
    const shell = await startedGuest(bed.host, vm, go);
    shells.push(shell);
    await shell.heard('is ready', 300_000);
    return shell;
  }
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-pxe-'));
    chmodSync(folder, 0o755);
    const guest = await ensureTinyGuest(folder);
    const initrd = join(folder, 'server.gz');
    writeFileSync(initrd, Buffer.concat([readFileSync(guest.initrd), gzipSync(serverFiles(guest), { level: 1 })]));
    bed = await kind.open();
    await bed.host.connect(go);
    const [net] = await made(bed);
    const [ofServer, ofClient] = [newVnic(net!.bridge), newVnic(net!.bridge)];
    const append = `console=ttyS0 atoll.name=server atoll.nic=${ofServer.mac},${SERVER}/24`;
    server = {
      ...{ ...tinyVm('server', [ofServer]), memoryMiB: 512 },
      boot: { kind: 'kernel', kernel: guest.kernel, initrd, append },
    };
    client = {
      ...{ ...tinyVm('thin', [ofClient]), memoryMiB: 384, boot: { kind: 'devices' } },
      hardware: { ...DEFAULT_HARDWARE, cpuTopology: 'cores', cpuModel: 'Nehalem' },
      bootOrder: [{ kind: 'vnic', mac: ofClient.mac }],
    };
  });
  afterAll(async () => {
    for (const shell of shells) shell.close();
    await bed?.dispose();
    await kind.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts the system that another guest serves, on the CPU that was chosen', async () => {
    const shell = await started(server);
    const serve = await shell.run(
      `/sbin/dnsmasq -C /dev/null -p 0 --user=root --leasefile-ro --dhcp-range=10.9.0.10,10.9.0.50,255.255.255.0,1h --dhcp-boot=boot.ipxe --enable-tftp --tftp-root=/srv`,
    );
    expect(serve).toMatchObject({ exit: 0 });
    const thin = await started(client);
    expect((await thin.run('cat /proc/cmdline')).output).toContain('booted-by=pxe');
    expect((await thin.run('grep -m 1 "model name" /proc/cpuinfo')).output).toContain('Nehalem');
    expect((await thin.run('ip -4 -o addr show')).output).toContain('10.9.0.');
  });
});
