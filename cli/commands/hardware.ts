import { CPU_MODELS } from '../../contract/model/cpu-models';
import { GUEST_PRESETS } from '../../contract/state/presets';
import type { OptionSpec } from '../option-spec';

interface Choice extends OptionSpec {
  /** The value that a new VM has without it. */
  readonly standard?: string;
}

const choice = (name: string, about: string, values: readonly string[], standard?: string): Choice => ({
  ...{ name, type: 'text', value: values.join('|'), about, complete: [...values] },
  ...(standard === undefined ? {} : { standard }),
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
export const HARDWARE_OPTIONS: readonly Choice[] = [
  choice('firmware', 'firmware; uefi-secure: with Secure Boot', ['bios', 'uefi', 'uefi-secure'], 'bios'),
  choice('machine', 'machine type; i440fx: for guests without PCI Express', ['q35', 'i440fx'], 'q35'),
  choice('nic-model', 'model of its vNICs', ['virtio', 'e1000e', 'e1000', 'rtl8139'], 'virtio'),
  choice('video', 'video card', ['vga', 'virtio'], 'vga'),
  choice('sound', 'sound card', ['none', 'ich9', 'ac97'], 'none'),
  choice('tpm', 'TPM, emulated by swtpm', ['none', '2.0'], 'none'),
  choice('clock', 'what the guest expects in its hardware clock', ['utc', 'localtime'], 'utc'),
  choice('boot-disk-bus', 'bus of the disk of its image or file', ['virtio', 'sata', 'scsi'], 'virtio'),
  choice(
    'boot-first',
    'device that is tried first at boot; network: its vNICs, by PXE',
    [...['disk', 'cdrom', 'network']],
    'disk',
  ),
  choice('cpu-model', 'CPU that the guest sees', CPU_MODELS, 'host'),
  choice('cpu-topology', 'a socket for each CPU, or cores of one socket', ['sockets', 'cores'], 'sockets'),
];

/** The same for a new VM, each with the value that it has otherwise. */
export const NEW_HARDWARE_OPTIONS: readonly OptionSpec[] = HARDWARE_OPTIONS.map(({ standard = '', ...option }) => ({
  ...option,
  about: `${option.about} (default: ${standard})`,
}));
