import type { Hardware } from '../contract/model/hardware';
import type { GuestPreset } from '../contract/state/presets';

/** The settings of a VM's hardware in a sentence. */
export const HARDWARE_NAMES: Readonly<Record<keyof Hardware, string>> = {
  firmware: 'firmware',
  machine: 'machine type',
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

/** Devices of a definition by libvirt's words, with or without their type. */
const DEVICE_NAMES: Readonly<Record<string, string>> = {
  'hostdev usb': 'USB device of the host',
  'hostdev pci': 'PCI device of the host',
  'hostdev scsi': 'SCSI device of the host',
  'hostdev scsi_host': 'SCSI controller of the host',
  'hostdev mdev': 'mediated device of the host',
  redirdev: 'redirected USB port',
  filesystem: 'shared folder',
  disk: 'disk',
  interface: 'network interface',
  channel: 'channel',
  input: 'input device',
  smartcard: 'smart card reader',
  watchdog: 'watchdog',
  panic: 'panic notifier',
  shmem: 'shared memory',
  memory: 'memory module',
  iommu: 'IOMMU',
  vsock: 'vsock',
  tpm: 'TPM of the host',
  parallel: 'parallel port',
  hub: 'USB hub',
  lease: 'lock',
  crypto: 'crypto device',
  nvram: 'NVRAM',
};

/** A device of a definition in a sentence; one that is not known in libvirt's words. */
export const deviceName = (kind: string): string =>
  own(DEVICE_NAMES, kind) ?? own(DEVICE_NAMES, kind.split(' ')[0] ?? '') ?? kind;

const own = (names: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(names, key) ? names[key] : undefined;

/** Kinds of guests, as a choice. */
export const GUEST_PRESET_NAMES: Readonly<Record<GuestPreset, string>> = {
  linux: 'Linux',
  'windows-11': 'Windows 11',
  windows: 'Windows 7 to 10',
  bsd: 'BSD and routers',
  other: 'Other',
};
