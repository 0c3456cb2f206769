import { bootDeviceName, type Hardware } from '../../../contract';
import { HARDWARE_NAMES } from '../../../english/hardware';
import { capital } from '../../../english/wording';
import { catalogue, number } from '../../ui/language';

/** Texts of a VM's hardware. */
export const text = catalogue({
  en: {
    hardware: 'Hardware',
    title: (vm: string) => `Hardware of ${vm}`,
    save: 'Save',
    machine: 'Machine type',
    kept: 'Kept as they are',
    keptMeans: 'Devices in its definition that Atoll does not change.',
    owners: 'Its owner changes it, with virsh or virt-manager.',
    notDefined: 'Its host has no definition of it.',
    fixed: 'The hardware of the tiny guest is fixed.',
    preset: 'Guest',
    presetNone: 'Not chosen',
    presetMeans: 'Sets hardware, bus and size of empty disks, memory and CPUs for it; each can be changed.',
    memoryMib: 'Memory (MiB)',
    cpus: 'CPUs',
    wholeMib: 'must be a whole number of MiB',
    leastMib: 'must be at least 32 MiB',
    mostMib: `must be at most ${number(4_194_304)} MiB`,
    bootOrder: 'Boot order',
    bootOrderMeans: 'Only these devices are tried, in this order. Without one the first boot device decides.',
    bootOrderAdd: 'Add a device',
    bootOrderNone: 'By the first boot device',
    bootOrderEarlier: (name: string) => `Try ${name} earlier`,
    bootOrderLater: (name: string) => `Try ${name} later`,
    bootOrderRemove: (name: string) => `Remove ${name} from the boot order`,
    bootKinds: { disk: 'disk', cdrom: 'CD drive', vnic: 'vNIC' },
    mostCpus: `must be at most ${number(512)}`,
    wholeNumber: 'must be a whole number',
    leastOne: 'must be at least 1',
    values: {
      firmware: { bios: 'BIOS', uefi: 'UEFI', 'uefi-secure': 'UEFI with Secure Boot' },
      machine: { q35: 'q35 (PCI Express)', i440fx: 'i440FX (old guests)' },
      bootFirst: { disk: 'Disks', cdrom: 'CD drives', network: 'Network (PXE)' },
      cpuModel: {
        host: 'As the host',
        qemu64: 'qemu64 (any host)',
        Nehalem: 'Nehalem (2008)',
        SandyBridge: 'Sandy Bridge (2011)',
        'Haswell-noTSX': 'Haswell (2013)',
        'Skylake-Client-noTSX-IBRS': 'Skylake (2015)',
        EPYC: 'EPYC (2017)',
      },
      cpuTopology: { sockets: 'A socket for each CPU', cores: 'Cores of one socket' },
      nicModel: {
        virtio: 'virtio (fastest)',
        e1000e: 'Intel e1000e',
        e1000: 'Intel e1000',
        rtl8139: 'rtl8139 (old guests)',
      },
      video: { vga: 'VGA (any guest)', virtio: 'virtio' },
      tpm: { none: 'None', '2.0': 'TPM 2.0 (swtpm)' },
      sound: { none: 'None', ich9: 'Intel HD Audio (ich9)', ac97: 'AC97 (old guests)' },
      diskBus: { virtio: 'virtio (fastest)', sata: 'SATA (any guest)', scsi: 'SCSI (virtio-scsi)' },
      clock: { utc: 'UTC (Linux, BSD)', localtime: 'Local time (Windows)' },
    },
  },
});

/** The settings of a VM's hardware as labels. */
export const HARDWARE_LABELS = Object.fromEntries(
  Object.entries(HARDWARE_NAMES).map(([key, name]) => [key, capital(name)]),
) as Readonly<Record<keyof Hardware, string>>;

/** The settings with a closed list of values. */
export type HardwareChoice = Exclude<keyof Hardware, 'bootOrder'>;

/** A device of a boot order, with its kind. */
export function bootDeviceText(device: string): string {
  const kind = (['disk', 'cdrom', 'vnic'] as const).find((each) => device.startsWith(`${each}:`)) ?? 'disk';
  return `${bootDeviceName(device)} (${text.bootKinds[kind]})`;
}

/** A setting's value as a choice. */
export const hardwareValue = <K extends HardwareChoice>(key: K, value: Hardware[K]): string => {
  const values: { readonly [S in HardwareChoice]: Readonly<Record<Hardware[S], string>> } = text.values;
  return values[key][value];
};
