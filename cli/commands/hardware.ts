import { CpuModel } from '../../contract/model/hardware';
import { GUEST_PRESETS } from '../../contract/state/presets';
import type { OptionSpec } from '../option-spec';

const choice = (name: string, about: string, values: readonly string[]): OptionSpec => ({
  ...{ name, type: 'text', value: values.join('|'), about, complete: [...values] },
});

/** Of a new VM: where the values of the other options come from. */
export const PRESET_OPTION = choice(
  'preset',
  'kind of guest: sets hardware, bus of empty disks, memory and CPUs unless they are given (see atoll vm presets)',
  GUEST_PRESETS,
);

/** Of an existing VM. */
export const AUTOSTART = choice('autostart', 'whether it is started whenever its host has started', ['on', 'off']);

/** Of new and existing VMs. */
export const BOOT_ORDER: OptionSpec = {
  name: 'boot-order',
  type: 'text',
  value: 'DEVICE,...',
  about:
    'the only devices that are tried at boot, in order, such as nic1,disk1 (disk, cdrom or vnic); default: by --boot-first',
};

/** Options of a VM's hardware with a closed list of values. */
export const HARDWARE_OPTIONS: readonly OptionSpec[] = [
  choice('firmware', 'firmware; uefi-secure: with Secure Boot (default: bios)', ['bios', 'uefi', 'uefi-secure']),
  choice('machine', 'machine type; i440fx: for guests without PCI Express (default: q35)', ['q35', 'i440fx']),
  choice('nic-model', 'model of its vNICs (default: virtio)', ['virtio', 'e1000e', 'e1000', 'rtl8139']),
  choice('video', 'video card (default: vga)', ['vga', 'virtio']),
  choice('sound', 'sound card (default: none)', ['none', 'ich9', 'ac97']),
  choice('tpm', 'TPM, emulated by swtpm (default: none)', ['none', '2.0']),
  choice('clock', 'what the guest expects in its hardware clock (default: utc)', ['utc', 'localtime']),
  choice('boot-disk-bus', 'with --image or --disk: bus of that disk (default: virtio)', ['virtio', 'sata', 'scsi']),
  choice('boot-first', 'device that is tried first at boot; network: its vNICs, by PXE (default: disk)', [
    ...['disk', 'cdrom', 'network'],
  ]),
  choice('cpu-model', 'CPU that the guest sees (default: host)', CpuModel.options),
  choice('cpu-topology', 'a socket for each CPU, or cores of one socket (default: sockets)', ['sockets', 'cores']),
];
