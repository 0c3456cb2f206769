import { z } from 'zod';
import {
  BootDraft,
  Cdrom,
  DEFAULT_HARDWARE,
  type DiskFormat,
  type GuestPreset,
  type Hardware,
  type HardwareDraft,
  hasBootDisk,
  type ImageCopy,
  Name,
  NetworkName,
  PRESETS,
} from '../../../contract';
import { SizeInputs } from '../../actions/hardware/sizes';
import { diskFor, type DiskForm, DiskInput, toDisk } from './disk-draft';
import { type FirstBoot, seedOf } from './first-boot-draft';

/** One vNIC of the form: on an existing network, on a new one created by this form, or on none. */
export type NicDraft =
  | { readonly kind: 'network'; readonly id: string }
  | { readonly kind: 'new'; readonly name: string }
  | { readonly kind: 'none' };

/** The form of a new VM as entered. */
export interface VmForm {
  readonly name: string;
  readonly cluster: string;
  readonly host: string;
  readonly memory: string;
  readonly cpus: string;
  /** `network`: its disks and drives, after its vNICs. */
  readonly boot: Boot['kind'] | 'network';
  readonly image: string;
  readonly firstBoot: FirstBoot;
  /** The size of an image VM's disk in GiB; empty: that of the image. */
  readonly diskGib: string;
  readonly copy: ImageCopy;
  readonly path: string;
  readonly diskFormat: '' | DiskFormat;
  readonly initrd: string;
  readonly append: string;
  readonly disks: readonly DiskForm[];
  readonly preset: GuestPreset | '';
  readonly hardware: Hardware;
  readonly nics: readonly NicDraft[];
  readonly autostart: boolean;
  readonly start: boolean;
}

type Boot = z.infer<typeof BootDraft>;

/** The same validation as in the engine; with empty memory the engine chooses. */
export const VmInput = z.object({
  name: Name,
  memoryMiB: SizeInputs.memoryMiB.optional(),
  cpus: SizeInputs.cpus,
  boot: BootDraft,
  cdroms: z.array(Cdrom.pick({ path: true })),
  disks: z.array(DiskInput),
  newNetworks: z.array(NetworkName),
});

export function toVmInput(form: VmForm) {
  return {
    name: form.name,
    memoryMiB: form.memory === '' ? undefined : Number(form.memory),
    cpus: Number(form.cpus),
    boot: bootOf(form),
    cdroms: cdromsOf(form),
    disks: form.disks.map(toDisk),
    newNetworks: form.nics.flatMap((nic) => (nic.kind === 'new' ? [nic.name] : [])),
  };
}

/** The fields that a preset sets: those of the VM and of each disk in the form. */
export function withPreset({ boot, disks }: VmForm, preset: GuestPreset) {
  const { diskBus, memoryMiB, cpus } = PRESETS[preset];
  const { bus, gib } = diskFor(preset);
  return {
    preset,
    hardware: { ...PRESETS[preset].hardware, diskBus, ...(boot === 'network' ? { bootFirst: boot } : {}) },
    disks: disks.map((disk, index) => ({ ...disk, bus, ...(index === 0 ? { gib } : {}) })),
    memory: String(memoryMiB),
    cpus: String(cpus),
  };
}

/** The settings that the VM has: not the bus of a disk that its boot source does not have. */
export function hardwareOf({ boot, hardware }: VmForm): HardwareDraft {
  if (boot === 'tiny') return {};
  return boot !== 'network' && hasBootDisk({ kind: boot })
    ? hardware
    : { ...hardware, diskBus: DEFAULT_HARDWARE.diskBus };
}

export const cdromsOf = ({ boot, path }: VmForm): Array<{ path: string }> => (boot === 'devices' ? [{ path }] : []);

export function bootOf(form: VmForm): Boot {
  switch (form.boot) {
    case 'tiny':
      return { kind: 'tiny' };
    case 'image':
      return {
        kind: 'image',
        image: form.image,
        seed: seedOf(form.firstBoot, form.nics.length),
        diskBytes: form.diskGib === '' ? null : Math.round(Number(form.diskGib) * 1024 ** 3),
        copy: form.copy,
      };
    case 'disk':
      return { kind: 'disk', path: form.path, ...(form.diskFormat === '' ? {} : { format: form.diskFormat }) };
    case 'devices':
    case 'network':
      return { kind: 'devices' };
    case 'kernel':
      return {
        kind: 'kernel',
        kernel: form.path,
        initrd: form.initrd === '' ? null : form.initrd,
        append: form.append,
      };
  }
}
