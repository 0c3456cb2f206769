import type { Hardware } from '../contract/model/hardware';
import type { GuestPreset } from '../contract/state/presets';

/** The settings of a VM's hardware in a sentence. */
export const HARDWARE_NAMES: Readonly<Record<keyof Hardware, string>> = {
  firmware: 'firmware',
  video: 'video card',
  sound: 'sound card',
  tpm: 'TPM',
  nicModel: 'NIC model',
  clock: 'clock',
  bootFirst: 'first boot device',
  bootOrder: 'boot order',
  cpuModel: 'CPU model',
  cpuTopology: 'CPU topology',
  diskBus: 'boot disk bus',
};

/** Kinds of guests, as a choice. */
export const GUEST_PRESET_NAMES: Readonly<Record<GuestPreset, string>> = {
  linux: 'Linux',
  'windows-11': 'Windows 11',
  windows: 'Windows 7 to 10',
  bsd: 'BSD and routers',
  other: 'Other',
};
