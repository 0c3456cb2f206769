import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySecrets } from '../../app/memory-secrets';
import type { HostDriver, VmSpec } from '../../engine/ports/host-driver';
import { Lab } from '../../hosts/lab/life';
import { createHosts } from '../../hosts/registry';
import { LabShell } from '../../hosts/shells/lab';
import { blockName } from '../conformance/hosts/kind';
import { labHere, SILENT } from '../support/lab-here';

const { vms: missing } = await labHere();
const go = new AbortController().signal;
const ID = randomUUID();
const OWNED = '/run/owned';

/**
 * $1: an image of a VM's memory. What is in it becomes another definition, one that libvirt takes for the same machine: libvirtd's log daemon
 * opens a file of the writer's choice as root. libvirt leaves the folder of its own images to QEMU's account, so a QEMU out of which a
 * guest broke can do this to each of them.
 */
const REWRITE = `
virsh -q save-image-dumpxml "$1" --security-info >/run/evil.xml &&
sed -i "s,<serial type='unix'>,<serial type='file'>,; /<serial type='file'>/,/<.serial>/s,<source .*,<source path='${OWNED}'/>," /run/evil.xml &&
grep -q '${OWNED}' /run/evil.xml && virsh -q save-image-define "$1" /run/evil.xml
`;

/** Memory that was saved to disk has a definition in it, which libvirt follows as root when it is restored. */
describe.skipIf(missing !== null)(blockName('memory that was saved', missing), () => {
  let home: string;
  let lab: Lab;
  let shell: LabShell;
  let host: HostDriver;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'atoll-saved-'));
    lab = new Lab(home, ID);
    shell = new LabShell(lab);
    host = createHosts({ home, log: SILENT, secrets: memorySecrets() }).driver({
      id: ID,
      storeId: randomUUID(),
      how: { kind: 'lab' },
    });
    await host.connect(go);
  });
  afterAll(async () => {
    await lab?.remove(go);
    rmSync(home, { recursive: true, force: true });
  });

  async function started(prefix: string): Promise<VmSpec> {
    const name = `${prefix}-${randomUUID().slice(0, 8)}`;
    const spec: VmSpec = {
      ...{ id: randomUUID(), name, memoryMiB: 64, cpus: 1 },
      ...{ boot: { kind: 'tiny', addresses: [] }, vnics: [] },
    };
    await host.vms.define(spec, go);
    await host.vms.act(spec.id, 'start', go);
    return spec;
  }
  const imageOf = ({ name }: VmSpec): string => `/var/lib/libvirt/qemu/save/${name}.save`;
  const stateOf = async ({ id }: VmSpec) => (await host.observe(go)).vms?.find((seen) => seen.id === id)?.state;
  const isOwned = async (): Promise<boolean> =>
    (await shell.run(['test', '-e', OWNED], { okExits: [0, 1] })).exit === 0;
  /** Whether its QEMU was started for memory that was saved, and not for a guest that boots. */
  const isRestored = async ({ name }: VmSpec): Promise<boolean> =>
    (await shell.script('tr "\\0" "\\n" <"/proc/$(cat "/run/libvirt/qemu/$1.pid")/cmdline"', [name])).stdout.includes(
      '\n-incoming\n',
    );
  const serialOf = async ({ id }: VmSpec): Promise<string> =>
    (await shell.run(['virsh', 'dumpxml', id])).stdout.match(/<serial type='(\w+)'/)?.[1] ?? '';

  it('is restored under the definition that the VM had when Atoll saved it', async () => {
    const spec = await started('plain');
    await host.vms.act(spec.id, 'suspend', go);
    const later = { ...spec, memoryMiB: 96 };
    await host.vms.act(spec.id, 'resume', go);
    await host.vms.define(later, go);
    await host.vms.act(spec.id, 'suspend', go);
    await host.vms.act(spec.id, 'resume', go);
    expect(await isRestored(spec)).toBe(true);
    await host.vms.remove(spec.id, 'delete', go);
    expect((await shell.script('ls -A "$1"', [lab.paths.disks])).stdout).not.toContain('.saved');
  });

  it('is restored under the definition that Atoll knows, whatever somebody wrote into the image', async () => {
    const spec = await started('suspended');
    await host.vms.act(spec.id, 'suspend', go);
    await shell.script(REWRITE, [imageOf(spec)]);
    await host.vms.act(spec.id, 'resume', go);
    expect(await isOwned()).toBe(false);
    expect(await serialOf(spec)).toBe('unix');
    expect(await stateOf(spec)).toBe('up');
    expect(await isRestored(spec)).toBe(true);
    expect((await shell.run(['virsh', 'list', '--all', '--with-managed-save', '--name'])).stdout.trim()).toBe('');
    await host.vms.act(spec.id, 'stop', go);
    expect(await stateOf(spec)).toBe('down');
    await host.vms.remove(spec.id, 'delete', go);
  });

  it('is followed by no VM that nobody saved, though an image was planted for it', async () => {
    const spec = await started('planted');
    await host.vms.act(spec.id, 'suspend', go);
    await shell.script(`cp -- "$1" /run/image`, [imageOf(spec)]);
    await host.vms.act(spec.id, 'stop', go);
    await shell.script(REWRITE, ['/run/image']);
    await shell.script(`mv -- /run/image "$1"`, [imageOf(spec)]);
    await host.vms.act(spec.id, 'start', go);
    expect(await isRestored(spec)).toBe(false);
    expect(await isOwned()).toBe(false);
    expect(await serialOf(spec)).toBe('unix');
    await host.vms.remove(spec.id, 'delete', go);
  });

  it('is restored from the folder that it is in, through no link in its place', async () => {
    const spec = await started('linked');
    await host.vms.act(spec.id, 'suspend', go);
    await shell.script(`mv -- "$1" /run/elsewhere && ln -s /run/elsewhere "$1"`, [imageOf(spec)]);
    await expect(host.vms.act(spec.id, 'resume', go)).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
    await host.vms.act(spec.id, 'stop', go);
    await shell.run(['rm', '/run/elsewhere']);
    await host.vms.act(spec.id, 'start', go);
    expect(await stateOf(spec)).toBe('up');
    await host.vms.remove(spec.id, 'delete', go);
  });

  it('of a VM that somebody saved by hand is restored under its definition', async () => {
    const spec = await started('by-hand');
    await shell.run(['virsh', '-q', 'managedsave', spec.id]);
    expect(await stateOf(spec)).toBe('suspended');
    await shell.script(REWRITE, [imageOf(spec)]);
    await host.vms.act(spec.id, 'resume', go);
    expect(await isOwned()).toBe(false);
    expect(await isRestored(spec)).toBe(true);
    expect(await stateOf(spec)).toBe('up');
    await host.vms.remove(spec.id, 'delete', go);
  });

  it('in a snapshot is restored under the definition that the VM had', async () => {
    const spec = await started('kept');
    const snapshot = randomUUID();
    const { snapshots } = host.vms;
    await snapshots.freeze([spec.id], go);
    await snapshots.take(snapshot, spec.id, go);
    await snapshots.wake(snapshot, spec.id, go);
    await shell.script(REWRITE, [`${lab.paths.disks}/.snapshots/${snapshot}/${spec.id}/memory`]);
    await snapshots.revert(snapshot, spec.id, go);
    await snapshots.wake(snapshot, spec.id, go);
    expect(await isOwned()).toBe(false);
    expect(await serialOf(spec)).toBe('unix');
    expect(await isRestored(spec)).toBe(true);
    expect(await stateOf(spec)).toBe('up');
    await snapshots.forget(snapshot, [spec.id], go);
    await host.vms.remove(spec.id, 'delete', go);
  });
});
