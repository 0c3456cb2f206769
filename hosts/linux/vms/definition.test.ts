import { beforeAll, describe, expect, it } from 'vitest';
import { VmDefinition } from '../../../contract';
import { DEFINITIONS, readDefinition } from '../../../test/support/definitions';
import { describeDefinition } from './definition';
import { loadXml } from './xml';

describe('the definition of a VM', () => {
  beforeAll(loadXml);

  it.each(DEFINITIONS)('is described as its tool wrote it: %s', (name) => {
    const described = describeDefinition(readDefinition(name));
    expect(VmDefinition.parse(described)).toEqual(described);
    expect(described.devices.length).toBeGreaterThanOrEqual(
      /<hostdev|<filesystem|<redirdev/.test(readDefinition(name)) ? 1 : 0,
    );
  });

  const hostdev = (kind: string, address: string, model: string | null = null) => ({
    ...{ kind: `hostdev ${kind}`, model, address },
  });
  it.each([
    ['virt-manager-usb-passthrough', [hostdev('usb', '1234:beef'), hostdev('usb', 'bus 1, device 3')]],
    ['virt-manager-pci-passthrough', [hostdev('pci', '0000:01:00.0'), hostdev('pci', '0000:01:00.1')]],
    ['virt-manager-mdev', [hostdev('mdev', 'c2177883-f1bb-47f0-914d-32a22e3a8804', 'vfio-pci')]],
    [
      'cockpit-host-devices',
      [
        hostdev('usb', '046d:c52b'),
        {
          kind: 'disk file',
          model: 'disk, qcow2, virtio',
          address: '/var/lib/libvirt/images/cockpit-host-devices.qcow2',
        },
      ].concat({
        ...{ kind: 'disk volume', model: 'disk, qcow2, virtio', address: 'extra.qcow2' },
      }),
    ],
  ])('names the devices of %s', (name, devices) => {
    expect(describeDefinition(readDefinition(name)).devices).toEqual(expect.arrayContaining(devices));
  });

  it.each([
    ['cockpit-host-devices', { machine: 'pc-q35-9.2', cpu: 'host-passthrough', firmware: 'bios', tpm: null }],
    ['boxes-efi', { firmware: 'uefi' }],
    ['ovirt-secure-boot', { firmware: 'uefi-secure' }],
    ['i440fx-windows-xp', { machine: 'pc', cpu: null }],
  ])('has the machine of %s', (name, facts) => {
    expect(describeDefinition(readDefinition(name))).toMatchObject(facts);
  });

  it('is described without what Atoll itself puts in, and with no more than a screen can show', () => {
    const usual = '<serial type="pty"/><input type="tablet"/><disk><alias name="ua-atoll-disk"/></disk>';
    const agent = '<channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>';
    const own = `<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>${usual}${agent}`;
    const xml = (devices: string) => `<domain><os><type>hvm</type></os><devices>${devices}</devices></domain>`;
    expect(describeDefinition(xml(own))).toMatchObject({ devices: [], tpm: 'tpm-crb emulator 2.0', machine: null });
    const many = `<watchdog model="${'x'.repeat(1000)}"/>`.repeat(1000);
    const { devices } = describeDefinition(xml(many));
    expect(devices).toHaveLength(200);
    expect(devices[0]).toEqual({ kind: 'watchdog', model: 'x'.repeat(300), address: null });
    expect(describeDefinition(xml('<own:thing xmlns:own="urn:own" model="m"/>')).devices).toEqual([
      { kind: 'thing', model: 'm', address: null },
    ]);
  });
});
