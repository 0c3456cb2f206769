import { z } from 'zod';
import { VmReason } from '../messages/reasons';
import { Comment, Id, Instant, Mac, KeptName } from './common';
import { filePath } from './path';
import { VmState } from './states';

/** First-boot data for a cloud image (cloud-init NoCloud): a sealed network has no DHCP and no metadata server. */
export const Seed = z.object({
  user: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a Linux user name'),
  sshKey: z
    .string()
    .regex(/^(ssh-|ecdsa-|sk-)[^\s]+ [A-Za-z0-9+/=]+( [^\p{Cc}]*)?$/u, 'must be one line of an OpenSSH public key'),
  /** Address with prefix length, for the first vNIC. */
  address: z.union([z.cidrv4(), z.cidrv6()]).nullable(),
});

/** A NIC of an imported VM that Atoll does not manage: its MAC address as libvirt has it, and where it leads, in words. */
export const OtherNic = z.object({ mac: z.string(), on: z.string() });
export type OtherNic = z.infer<typeof OtherNic>;

/** Formats in which a VM may have a disk. */
export const DiskFormat = z.enum(['qcow2', 'raw']);
export type DiskFormat = z.infer<typeof DiskFormat>;

/** What a VM boots from. */
export const Boot = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tiny') }),
  z.object({ kind: z.literal('image'), imageId: Id, seed: Seed.nullable() }),
  /** `format`: as it was when a person named the file; a guest may write any header later. Null until the file's host was asked. */
  z.object({ kind: z.literal('disk'), path: filePath('disk'), format: DiskFormat.nullable().default(null) }),
  z.object({ kind: z.literal('iso'), path: filePath('iso') }),
  z.object({
    kind: z.literal('kernel'),
    kernel: filePath('kernel'),
    initrd: filePath('initrd').nullable(),
    append: z
      .string()
      .max(2000)
      .refine((s) => !/\p{Cc}/u.test(s), 'must have no control characters'),
  }),
  /** It was on its host before: its definition says what it boots from, and stays its owner's. */
  z.object({ kind: z.literal('imported'), nics: z.array(OtherNic) }),
]);
export type Boot = z.infer<typeof Boot>;

/** A disk as a person names it. Without a format Atoll finds it out, once. */
export const DiskDraft = Boot.options[2].extend({ format: DiskFormat.optional() });

/** oVirt's distinctions: *plugged* is whether the VM has the device at all, *linked* whether its cable is in. */
export const Vnic = z.object({
  id: Id,
  vmId: Id,
  name: KeptName,
  mac: Mac,
  profileId: Id.nullable(),
  networkId: Id.nullable(),
  plugged: z.boolean(),
  linked: z.boolean(),
  /** Address that Atoll gave the guest (tiny guest or seed), with prefix length; null when it gave none. */
  assignedAddress: z.string().nullable(),
});
export type Vnic = z.infer<typeof Vnic>;

export const Vm = z.object({
  id: Id,
  clusterId: Id,
  dataCenterId: Id,
  name: KeptName,
  comment: Comment,
  state: VmState,
  /** Why the state is what it is, in words (for example: ended from outside). */
  reason: VmReason.nullable(),
  /** The host that holds the VM's disks and definition; a VM runs only there until it is moved. Null until its first start. */
  hostId: Id.nullable(),
  memoryMiB: z.int().min(32).max(4_194_304),
  cpus: z.int().min(1).max(512),
  boot: Boot,
  vnics: z.array(Vnic),
  startedAt: Instant.nullable(),
  createdAt: Instant,
});
export type Vm = z.infer<typeof Vm>;

/** A part of a VM's definition that another host gets only when a person says so. */
export const Addition = z.object({
  /** Holds for what is in it: a part that was changed is another one. */
  id: z.string(),
  /** Its kind and what it leads to, in a few words. */
  what: z.string(),
  /** As its host has it, cut off where it is long. */
  xml: z.string(),
  /** False for a thing of one host: a device, a folder, a disk that is no file. It can only be left. */
  canCarry: z.boolean(),
  /** Whether an earlier move was told to carry it, so that each later one does. */
  accepted: z.boolean(),
});
export type Addition = z.infer<typeof Addition>;

export const Image = z.object({
  id: Id,
  name: KeptName,
  format: DiskFormat,
  /** Bytes on disk, and bytes that the guest sees. */
  sizeBytes: z.int(),
  virtualBytes: z.int(),
  createdAt: Instant,
});
export type Image = z.infer<typeof Image>;
