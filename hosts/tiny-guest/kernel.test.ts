import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findKernel, moduleFiles } from './kernel';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-kernel-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function kernel(place: string, release: string): string {
  const modules = join(root, place, 'lib/modules', release);
  mkdirSync(modules, { recursive: true });
  mkdirSync(join(root, place, 'boot'), { recursive: true });
  writeFileSync(join(modules, 'modules.dep'), 'kernel/net/virtio_net.ko.xz: kernel/net/failover.ko.xz\n');
  writeFileSync(join(root, place, 'boot', `vmlinuz-${release}`), '');
  return join(root, place);
}

describe('the kernel of tiny guests', () => {
  it('is an unpacked one if the computer has none for VMs', async () => {
    const roots = [kernel('own', '6.1.0-generic'), kernel('unpacked', '6.12.0-cloud-amd64')];
    const found = await findKernel(roots);
    expect(found.image).toBe(join(root, 'unpacked/boot/vmlinuz-6.12.0-cloud-amd64'));
    expect(await moduleFiles(found)).toEqual(
      ['failover', 'virtio_net'].map((name) => join(found.modules, `kernel/net/${name}.ko.xz`)),
    );
  });

  it("is the computer's own, whatever it is, if there is no other", async () => {
    expect((await findKernel([kernel('own', '6.1.0-generic'), join(root, 'nowhere')])).release).toBe('6.1.0-generic');
  });

  it('is reported missing with a remedy', async () => {
    await expect(findKernel([join(root, 'nowhere')])).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});
