import type { Hardware } from '../model/hardware';

/** Of a VM that asks for nothing else. */
export const DEFAULT_HARDWARE: Hardware = {
  firmware: 'bios',
  video: 'vga',
  sound: 'none',
  tpm: 'none',
  nicModel: 'virtio',
  clock: 'utc',
  bootFirst: 'disk',
  diskBus: 'virtio',
};

/** The settings that differ from the defaults. */
export const otherHardware = (hardware: Hardware): Partial<Hardware> =>
  Object.fromEntries(
    Object.entries(hardware).filter(([key, value]) => DEFAULT_HARDWARE[key as keyof Hardware] !== value),
  );
