import { z } from 'zod';
import { Firmware } from './hardware';

/** A device in a VM's definition that Atoll does not manage: it stays as it is. */
export const KeptDevice = z.object({
  /** In libvirt's words: `hostdev usb`, `filesystem`, `watchdog`. */
  kind: z.string(),
  model: z.string().nullable(),
  /** What it is on the host, or where in the machine: `046d:c52b`, `0000:01:00.0`, a path. */
  address: z.string().nullable(),
});
export type KeptDevice = z.infer<typeof KeptDevice>;

/** The hardware in a VM's definition, as its host has it. */
export const VmDefinition = z.object({
  /** The machine type of QEMU. */
  machine: z.string().nullable(),
  /** A model, or how the host's CPU is passed on. */
  cpu: z.string().nullable(),
  firmware: Firmware,
  tpm: z.string().nullable(),
  /** Models. */
  video: z.array(z.string()),
  sound: z.array(z.string()),
  devices: z.array(KeptDevice),
});
export type VmDefinition = z.infer<typeof VmDefinition>;
