import { BOOT_DISK } from '../model/boot-disk';
import type { Hardware } from '../model/hardware';
import type { Vm } from '../model/vm';
import { hasBootDisk } from './vm';

/** Of a VM that asks for nothing else. */
export const DEFAULT_HARDWARE: Hardware = {
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
  cpuTopology: 'sockets',
  diskBus: 'virtio',
};

/** What a VM can boot from, as a boot order names it. */
export const bootDevicesOf = ({
  boot,
  disks,
  cdroms,
  vnics,
}: Pick<Vm, 'boot' | 'disks' | 'cdroms' | 'vnics'>): string[] => [
  ...(hasBootDisk(boot) ? [`disk:${BOOT_DISK}`] : []),
  ...disks.map(({ name }) => `disk:${name}`),
  ...cdroms.map(({ name }) => `cdrom:${name}`),
  ...vnics.map(({ name }) => `vnic:${name}`),
];

/** The name of a device of a boot order in its VM. */
export const bootDeviceName = (device: string): string => device.slice(device.indexOf(':') + 1);

/** Whether two values of a setting are the same. */
export const sameSetting = (a: Hardware[keyof Hardware], b: Hardware[keyof Hardware]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** The settings that differ from the defaults. */
export const otherHardware = (hardware: Hardware): Partial<Hardware> =>
  Object.fromEntries(
    Object.entries(hardware).filter(([key, value]) => !sameSetting(DEFAULT_HARDWARE[key as keyof Hardware], value)),
  );
