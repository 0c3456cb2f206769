import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { memorySecrets } from '../../app/memory-secrets';
import type { HostDriver, VmSpec, VnicSpec } from '../../engine/ports/host-driver';
import { Lab } from '../../hosts/lab/life';
import { createHosts } from '../../hosts/registry';
import { KeptVirsh } from '../../hosts/shells/kept-virsh';
import { LabShell } from '../../hosts/shells/lab';
import { blockName } from '../conformance/hosts/kind';
import { labHere, SILENT } from '../support/lab-here';

const { vms: missing } = await labHere();
const go = new AbortController().signal;

/** What a host reports while its libvirt, or a VM, changes under a virsh that stays. */
describe.skipIf(missing !== null)(blockName('a virsh that stays in a lab', missing), () => {
  const home = mkdtempSync(join(tmpdir(), 'atoll-kept-'));
  const hostId = randomUUID();
  const lab = new Lab(home, hostId);
  const shell = new LabShell(lab);
  const stop = new AbortController();
  let host: HostDriver;
  const vnic = (n: number, bridge: string): VnicSpec => ({
    ...{ id: randomUUID(), mac: `56:6f:00:00:01:0${n}`, bridge, linked: true, mtu: 1500 },
  });
  const spec: VmSpec = {
    ...{ id: randomUUID(), name: 'web', memoryMiB: 64, cpus: 1, boot: { kind: 'devices' }, vnics: [vnic(1, 'blue')] },
  };

  beforeAll(async () => {
    const hosts = createHosts({ home, log: SILENT, secrets: memorySecrets() });
    host = hosts.driver({ id: hostId, storeId: randomUUID(), how: { kind: 'lab' } });
    await host.connect(go);
    await host.watch(() => undefined, stop.signal);
    await shell.script('ip link add blue type bridge forward_delay 0 && ip link set blue up', []);
    await host.vms.define(spec, go);
    await host.vms.act(spec.id, 'start', go);
  }, 60_000);
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    stop.abort();
    await host?.close();
    await shell.close();
    await lab.remove(go);
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  const dump = async (...options: string[]): Promise<string> =>
    (await shell.run(['virsh', '-q', 'dumpxml', spec.id, ...options])).stdout;
  const ownVirsh = () => vi.spyOn(KeptVirsh.prototype, 'ask').mockResolvedValue(null);

  it('reports the same as a virsh of its own, at each step', async () => {
    const more = vnic(2, 'blue');
    const both = async () => {
      // An action has it open.
      await host.vms.definition(spec.id, go);
      const { vms } = await host.observe(go);
      const asked = vi.spyOn(KeptVirsh.prototype, 'ask');
      const definition = await host.vms.definition(spec.id, go);
      expect(await asked.mock.results[0]?.value).toHaveLength(1);
      ownVirsh();
      expect({ vms, definition }).toEqual({
        ...{ vms: (await host.observe(go)).vms, definition: await host.vms.definition(spec.id, go) },
      });
      vi.restoreAllMocks();
      return vms;
    };
    expect(await both()).toMatchObject([{ id: spec.id, state: 'up', vnics: [{ noted: true }] }]);
    await host.vms.plug(spec.id, more, go);
    expect(await both()).toMatchObject([{ vnics: [{ noted: true }, { mac: more.mac, noted: true }] }]);
    await shell.run(['virsh', 'suspend', spec.id]);
    expect(await both()).toMatchObject([{ state: 'paused' }]);
    await host.vms.act(spec.id, 'resume', go);
    expect(await both()).toMatchObject([{ state: 'up' }]);
  });

  it('leaves a refused NIC neither in the VM nor in its mark', async () => {
    const before = [await dump(), await dump('--inactive')];
    await expect(host.vms.plug(spec.id, vnic(3, 'nowhere'), go)).rejects.toMatchObject({
      code: 'HOST_COMMAND_FAILED',
      message: expect.stringContaining('nowhere'),
      remedy: { action: { procedure: 'hosts.sync' } },
    });
    expect([await dump(), await dump('--inactive')]).toEqual(before);
    await host.vms.plug(spec.id, vnic(3, 'blue'), go);
    expect(await dump('--inactive')).toContain('56:6f:00:00:01:03');
  });

  it('never makes a VM pass for gone while libvirtd is killed and started again', async () => {
    for (let n = 0; n < 3; n += 1) {
      await host.vms.definition(spec.id, go);
      await shell.script('kill -9 "$(cat /run/libvirtd.pid)"', []);
      // Refused or unknown while it is away, and never "no such VM".
      await vi.waitFor(
        async () => {
          const { vms } = await host.observe(go);
          if (vms !== null) expect(vms.map(({ id, state }) => [id, state])).toEqual([[spec.id, 'up']]);
          const definition = await host.vms.definition(spec.id, go).catch((error: Error) => error);
          expect(definition).not.toBe(null);
          if (vms === null || definition instanceof Error) throw new Error('libvirtd is away');
        },
        { timeout: 30_000, interval: 20 },
      );
    }
    await host.vms.plug(spec.id, vnic(4, 'blue'), go);
    expect(await dump('--inactive')).toContain('56:6f:00:00:01:04');
  });

  it('sees a VM that was replaced since, and leaves it alone', async () => {
    await host.vms.act(spec.id, 'stop', go);
    await host.vms.definition(spec.id, go);
    const ours = await dump('--inactive');
    const theirs = ours.replace(/<metadata>[^]*<\/metadata>/, '');
    await shell.run(['virsh', 'undefine', spec.id]);
    await shell.script('cat | virsh -q define /dev/stdin', [], { stdin: theirs });
    await expect(host.vms.plug(spec.id, vnic(5, 'blue'), go)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(host.vms.remove(spec.id, 'trash', go)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await dump('--inactive')).not.toContain('56:6f:00:00:01:05');
    await shell.run(['virsh', 'undefine', spec.id]);
    expect(await host.vms.definition(spec.id, go)).toBe(null);
    await shell.script('cat | virsh -q define /dev/stdin', [], { stdin: ours });
    expect(await host.vms.remove(spec.id, 'trash', go)).toEqual([]);
    expect((await host.observe(go)).vms).toEqual([]);
  });
});
