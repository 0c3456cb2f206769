import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_HARDWARE, type Hardware } from '../../contract';
import type { VmSpec } from '../../engine/ports/host-driver';
import { ensureTinyGuest } from '../../hosts/tiny-guest/ensure';
import { go, tinyVm } from '../conformance/hosts/fixtures';
import { type Bed, blockName } from '../conformance/hosts/kind';
import { labKind } from '../conformance/hosts/lab-kind';
import type { GuestShell } from '../support/guest-shell';
import { startedGuest } from '../support/started-guest';

const kind = await labKind();
const lacking = ['grub-mkrescue', 'xorriso', 'mformat', 'swtpm'].find(
  (tool) => spawnSync('which', [tool]).status !== 0,
);
const missing =
  kind.missingForVms ??
  (lacking === undefined ? null : `missing here: ${lacking}`) ??
  (existsSync('/usr/lib/grub/x86_64-efi') ? null : 'missing here: GRUB for UEFI') ??
  (existsSync('/usr/share/OVMF') ? null : 'missing here: OVMF');
/** UEFI firmware takes half a minute of processor time without KVM. */
const PATIENCE_MS = 300_000;
const MENU = `set timeout=0
menuentry "Tiny" {
  linux /boot/vmlinuz console=ttyS0 atoll.name=tiny
  initrd /boot/initrd
}
`;

/** A CD for BIOS and UEFI that nobody signed, and VMs with each firmware that start from it. */
describe.skipIf(missing !== null)(blockName('firmware, seen from inside the guest', missing), () => {
  let bed: Bed;
  let folder: string;
  let iso: string;
  const shells: GuestShell[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-firmware-'));
    chmodSync(folder, 0o755);
    const guest = await ensureTinyGuest(folder);
    mkdirSync(join(folder, 'cd/boot/grub'), { recursive: true });
    copyFileSync(guest.kernel, join(folder, 'cd/boot/vmlinuz'));
    copyFileSync(guest.initrd, join(folder, 'cd/boot/initrd'));
    writeFileSync(join(folder, 'cd/boot/grub/grub.cfg'), MENU);
    iso = join(folder, 'tiny.iso');
    execFileSync('grub-mkrescue', ['-o', iso, join(folder, 'cd')], { stdio: 'ignore' });
    bed = await kind.open();
    await bed.host.connect(go);
  });
  afterAll(async () => {
    for (const shell of shells) shell.close();
    await bed?.dispose();
    await kind.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a VM from the CD, and waits until its console has said `until`. */
  async function started(name: string, hardware: Partial<Hardware>, until: string): Promise<GuestShell> {
    const vm: VmSpec = {
      ...{ ...tinyVm(name, []), memoryMiB: 384, boot: { kind: 'devices' } },
      hardware: { ...DEFAULT_HARDWARE, bootFirst: 'cdrom', ...hardware },
      cdroms: [{ name: 'cd1', path: iso }],
    };
    const shell = await startedGuest(bed.host, vm, go);
    shells.push(shell);
    const said = await shell.heard(until, PATIENCE_MS);
    expect(said.includes('is ready')).toBe(until === 'is ready');
    return shell;
  }
  const inside = async (shell: GuestShell): Promise<string> =>
    (await shell.run('ls -1d /sys/firmware/efi /sys/class/tpm/tpm*; cat /sys/class/tpm/tpm0/tpm_version_major')).output;

  it('is UEFI with a TPM 2.0, if these were chosen', async () => {
    const found = await inside(await started('modern', { firmware: 'uefi', tpm: '2.0' }, 'is ready'));
    expect(found).toMatch(/\n\/sys\/firmware\/efi\r/);
    expect(found).toMatch(/\n\/sys\/class\/tpm\/tpm0\r[^]*\n2\r/);
  });

  it('is BIOS without a TPM by default', async () => {
    const found = await inside(await started('classic', {}, 'is ready'));
    expect(found).not.toMatch(/\n\/sys\/(?:firmware\/efi|class\/tpm\/tpm0)\r/);
  });

  it('refuses a CD that nobody signed, with Secure Boot', async () => {
    await started('secure', { firmware: 'uefi-secure', tpm: '2.0' }, 'Access Denied');
  });
});
