import type { Hardware } from '../contract/model/hardware';

/** The settings of a VM's hardware in a sentence. */
export const HARDWARE_NAMES: Readonly<Record<keyof Hardware, string>> = {
  firmware: 'firmware',
  video: 'video card',
  sound: 'sound card',
  nicModel: 'NIC model',
  clock: 'clock',
  bootFirst: 'first boot device',
};
