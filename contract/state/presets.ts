import type { DiskBus } from '../model/disk';
import type { Hardware } from '../model/hardware';
import type { Boot } from '../model/vm';
import { hasBootDisk } from './vm';

/** Kinds of guests whose installers have drivers for the same devices. */
export const GUEST_PRESETS = ['linux', 'windows-11', 'windows', 'bsd', 'other'] as const;
export type GuestPreset = (typeof GUEST_PRESETS)[number];

/** What a new VM for a kind of guest starts with; each value can be changed. */
export interface PresetValues {
  readonly hardware: Omit<Hardware, 'diskBus'>;
  /** Of its boot disk and its empty disks. */
  readonly diskBus: DiskBus;
  /** Of the disk that it is installed on. */
  readonly diskGib: number;
  readonly memoryMiB: number;
  readonly cpus: number;
}

/** Boots on every host: UEFI firmware and swtpm are packages of their own. */
const PLAIN: PresetValues['hardware'] = {
  firmware: 'bios',
  machine: 'q35',
  video: 'vga',
  sound: 'none',
  tpm: 'none',
  nicModel: 'virtio',
  clock: 'utc',
  bootFirst: 'disk',
  bootOrder: [],
  cpuModel: 'host',
  cpuTopology: 'cores',
};

/**
 * Devices that the installer itself has drivers for. No Windows has one for virtio: it needs SATA and an Intel NIC (e1000e since
 * Windows 8, e1000 before), and local time in the hardware clock. The installer of Windows 11 refuses a computer without a TPM. pfSense and its like are most reliable on e1000.
 */
export const PRESETS: Readonly<Record<GuestPreset, PresetValues>> = {
  linux: { hardware: { ...PLAIN, video: 'virtio' }, diskBus: 'virtio', diskGib: 20, memoryMiB: 2048, cpus: 2 },
  'windows-11': {
    hardware: { ...PLAIN, firmware: 'uefi-secure', tpm: '2.0', sound: 'ich9', nicModel: 'e1000e', clock: 'localtime' },
    ...{ diskBus: 'sata', diskGib: 64, memoryMiB: 4096, cpus: 2 },
  },
  windows: {
    hardware: { ...PLAIN, sound: 'ich9', nicModel: 'e1000', clock: 'localtime' },
    ...{ diskBus: 'sata', diskGib: 40, memoryMiB: 2048, cpus: 2 },
  },
  bsd: { hardware: { ...PLAIN, nicModel: 'e1000' }, diskBus: 'virtio', diskGib: 20, memoryMiB: 1024, cpus: 1 },
  other: { hardware: { ...PLAIN, nicModel: 'e1000' }, diskBus: 'sata', diskGib: 20, memoryMiB: 1024, cpus: 1 },
};

/** The hardware of a new VM with this boot source for a kind of guest. */
export const presetHardware = (preset: GuestPreset, boot: Pick<Boot, 'kind'>): Hardware => ({
  ...PRESETS[preset].hardware,
  diskBus: hasBootDisk(boot) ? PRESETS[preset].diskBus : 'virtio',
});
