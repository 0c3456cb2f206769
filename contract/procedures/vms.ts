import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Appliance, VmExportFormat } from '../model/appliance';
import { Comment, DEFAULT_PLACE, Mac, Name, Ref, Sha256 } from '../model/common';
import { VmDefinition } from '../model/definition';
import { DiskBytes, DiskDraft, ImageCopy, MAX_DISKS } from '../model/disk';
import { Cdrom, HardwareDraft, MAX_CDROMS } from '../model/hardware';
import { filePath } from '../model/path';
import { Guest } from '../model/guest';
import { SHUTDOWN_S } from '../state/vm';
import { HostFit } from '../model/placement';
import { SeedDraft, SeedFiles } from '../model/seed';
import { Addition, Boot, BootDiskDraft, Image, Vm, Vnic } from '../model/vm';
import { command, query } from './base';

export const VnicDraft = z.strictObject({
  name: Name.optional(),
  /** Null: a vNIC without a network, which reaches nothing. */
  network: Ref.nullable().default(null),
  /** A vNIC profile of the network, by name or id; omitted: its first. */
  profile: Ref.optional(),
  mac: Mac.optional(),
  plugged: z.boolean().default(true),
  linked: z.boolean().default(true),
});

/** The boot source of a new VM: an image by name, everything else by path. */
export const BootDraft = z.discriminatedUnion('kind', [
  Boot.options[0],
  z.strictObject({
    kind: z.literal('image'),
    image: Ref,
    seed: SeedDraft.nullable().default(null),
    diskBytes: DiskBytes.nullable().default(null),
    copy: ImageCopy.default('thin'),
  }),
  BootDiskDraft,
  Boot.options[3],
  Boot.options[4],
]);

/** A chunk of a serial console: `data` in base64; `replay` is earlier output. */
export const ConsoleChunk = z.object({ data: z.string(), replay: z.boolean() });
export type ConsoleChunk = z.infer<typeof ConsoleChunk>;

/**
 * A chunk of a screen: RFB (RFC 6143) from its server, base64 in `data`. `screen` identifies this viewer's own connection for
 * `screenWrite`.
 */
export const ScreenChunk = z.object({ screen: z.uuid(), data: z.string() });
export type ScreenChunk = z.infer<typeof ScreenChunk>;

const Memory = z.int().min(32, 'must be at least 32 MiB').max(4_194_304, 'must be at most 4194304 MiB');
const Cpus = z.int().min(1).max(512);
/** CD drives of a new VM; without names they are cd1, cd2 ... */
const CdromDraft = z.strictObject({ name: Cdrom.shape.name.optional(), path: Cdrom.shape.path.default(null) });
/** Seconds. */
const ShutdownTimeout = z.int().min(5).max(3600);

const lifecycle = () => command({ vm: Ref }, { vm: Vm });

/** Ids of parts of a definition. */
const Parts = z.array(z.string().min(1).max(64)).max(200).default([]);

export const vms = {
  list: query
    .input(z.strictObject({ cluster: Ref.optional(), network: Ref.optional(), host: Ref.optional() }))
    .output(z.array(Vm)),
  show: query.input(z.strictObject({ vm: Ref })).output(Vm),
  add: command(
    {
      name: Name,
      cluster: Ref.default(DEFAULT_PLACE),
      comment: Comment.default(''),
      host: Ref.optional(),
      boot: BootDraft.default({ kind: 'tiny' }),
      cdroms: z.array(CdromDraft).max(MAX_CDROMS).default([]),
      hardware: HardwareDraft.default({}),
      memoryMiB: Memory.optional(),
      cpus: Cpus.default(1),
      /** Started whenever its host has started. */
      autostart: z.boolean().default(false),
      /** Besides the one of `boot`. */
      disks: z.array(DiskDraft).max(MAX_DISKS).default([]),
      vnics: z.array(VnicDraft).max(28).default([]),
      start: z.boolean().default(false),
    },
    /** `seed`: the files of its first boot. A password is only shown as set. */
    { vm: Vm, seed: SeedFiles.nullable() },
  ),
  /** The files of first-boot data that the VM gets at its next start; null: it has none. A password is only shown as set. */
  seed: query.input(z.strictObject({ vm: Ref })).output(SeedFiles.nullable()),
  update: command(
    {
      vm: Ref,
      name: Name.optional(),
      comment: Comment.optional(),
      memoryMiB: Memory.optional(),
      cpus: Cpus.optional(),
      autostart: z.boolean().optional(),
      hardware: HardwareDraft.optional(),
    },
    { vm: Vm },
  ),
  /**
   * Each host of the cluster, whether the VM could run there, and why not (rule O2). For a VM that does not exist yet, pass what
   * placement uses. A VM whose disks are on a host starts only there; `move` asks where it could be moved.
   */
  placement: query
    .input(
      z.strictObject({
        vm: Ref.optional(),
        move: z.boolean().default(false),
        cluster: Ref.optional(),
        networks: z.array(Ref).max(28).optional(),
        memoryMiB: Memory.optional(),
        cpus: Cpus.optional(),
      }),
    )
    .output(z.array(HostFit)),
  /** Chooses a host (O2) if the VM has none, validates and creates its networks there (S8), then starts it. `host` requests one. */
  start: command({ vm: Ref, host: Ref.optional() }, { vm: Vm }),
  /** Moves a stopped VM to another host of its cluster, with its disks. MAC addresses and ids stay. */
  /**
   * The known harmless parts of its definition are moved too. Any other part needs a decision by its id: `carry` takes it along
   * (also in later moves), `leave` leaves it out.
   */
  move: command({ vm: Ref, host: Ref, carry: Parts, leave: Parts }, { vm: Vm }),
  /**
   * Copies a stopped VM with its disks, on its host. The copy has its own id, MAC addresses and free addresses, and is on the same
   * networks.
   */
  clone: command({ vm: Ref, name: Name, comment: Comment.optional() }, { vm: Vm }),
  /** Writes a stopped VM with its disks to a new file of the engine's computer (`ova`), or a new folder (`qcow2`). */
  export: command({ vm: Ref, path: filePath('appliance', 'write'), format: VmExportFormat.default('ova') }, {}),
  /** The VM that an OVA or OVF file of the engine's computer describes, and what an import would leave out. */
  describeFile: query.input(z.strictObject({ path: filePath('appliance') })).output(Appliance),
  /**
   * A new VM from an OVA or OVF file of the engine's computer, with its disks, on a host of the cluster. Each NIC gets the network of
   * the same name, if there is one; with `network` all get that one, and with null none.
   */
  import: command(
    {
      path: filePath('appliance'),
      sha256: Sha256.optional(),
      name: Name.optional(),
      cluster: Ref.default(DEFAULT_PLACE),
      host: Ref.optional(),
      network: Ref.nullable().optional(),
    },
    { vm: Vm, leftOut: z.array(z.string()) },
  ),
  /** The hardware in a VM's definition as its host has it, and the devices that Atoll does not manage; null: it has none yet. */
  definition: query.input(z.strictObject({ vm: Ref })).output(VmDefinition.nullable()),
  /** The parts of a stopped VM's current definition for which `move` needs a decision. */
  additions: query.input(z.strictObject({ vm: Ref })).output(z.array(Addition)),
  /** Asks the guest to power off, by its agent or its power button. */
  shutdown: command(
    {
      vm: Ref,
      /** How long the guest may take. */
      timeoutS: ShutdownTimeout.default(SHUTDOWN_S),
      /** Stops it when it has not powered off by then; else it keeps running, and the job fails. */
      thenStop: z.boolean().default(false),
    },
    { vm: Vm },
  ),
  /** How the guest describes itself, read from its agent now. */
  guest: query.input(z.strictObject({ vm: Ref })).output(Guest),
  /** Stops it immediately. */
  stop: lifecycle(),
  reboot: lifecycle(),
  reset: lifecycle(),
  /** Saves its memory to disk; `resume` restores it. */
  suspend: lifecycle(),
  resume: lifecycle(),
  /** An imported VM is only forgotten. */
  remove: command({ vm: Ref, keepDisks: z.boolean().default(false) }, {}),
  /** Releases an imported VM: it stays on its host unchanged, running or not, without our mark. */
  forget: command({ vm: Ref }, {}),
  /** The serial console: earlier output first (at most 256 KiB), then live. Bytes in base64. Ends with the VM. */
  console: query.input(z.strictObject({ vm: Ref })).output(eventIterator(ConsoleChunk)),
  /** Sends input to the serial console; `data` is base64, at most 64 KiB. */
  consoleWrite: query
    .input(z.strictObject({ vm: Ref, data: z.base64().max(90_000) }))
    .output(z.object({ bytes: z.int() })),
  /**
   * Opens the screen: a separate connection to the VM's VNC server. The first chunk arrives immediately, possibly empty; the bytes
   * are RFB from the server's first message on. Ends with the VM.
   */
  screen: query.input(z.strictObject({ vm: Ref })).output(eventIterator(ScreenChunk)),
  /** Sends RFB to the server of an open screen; `data` is base64, at most 64 KiB. Returns once it is accepted. */
  screenWrite: query
    .input(z.strictObject({ screen: z.uuid(), data: z.base64().max(90_000) }))
    .output(z.object({ bytes: z.int() })),
};

const ofDrive = { vm: Ref, drive: Cdrom.shape.name };
export const cdroms = {
  /** Adds a CD drive to a stopped VM. */
  add: command({ vm: Ref, path: Cdrom.shape.path.default(null) }, { vm: Vm }),
  /** Inserts another CD image, or with null ejects the present one; running or not. */
  change: command({ ...ofDrive, path: Cdrom.shape.path }, { vm: Vm }),
  /** Removes a CD drive from a stopped VM. */
  remove: command(ofDrive, { vm: Vm }),
};

const ofVnic = { vm: Ref, vnic: Ref };
export const vnics = {
  list: query.input(z.strictObject({ vm: Ref.optional(), network: Ref.optional() })).output(z.array(Vnic)),
  add: command({ vm: Ref, ...VnicDraft.shape }, { vnic: Vnic }),
  plug: command(ofVnic, { vnic: Vnic }),
  unplug: command(ofVnic, { vnic: Vnic }),
  link: command({ ...ofVnic, up: z.boolean() }, { vnic: Vnic }),
  /** To another network, running or not; null disconnects it from any network. */
  move: command({ ...ofVnic, network: Ref.nullable(), profile: Ref.optional() }, { vnic: Vnic }),
  remove: command(ofVnic, {}),
};

export const images = {
  list: query.output(z.array(Image)),
  /** Copies a qcow2 or raw file of this computer into the home; a VMDK, VDI, VHDX or VHD file is converted to qcow2. */
  add: command({ name: Name, path: filePath('image'), sha256: Sha256.optional() }, { image: Image.nullable() }),
  /** Makes an image of the boot disk of a stopped VM, or else of its first disk: a qcow2 file that depends on no other. */
  addFromVm: command({ name: Name, vm: Ref }, { image: Image.nullable() }),
  rename: command({ image: Ref, name: Name }, { image: Image }),
  remove: command({ image: Ref }, {}),
};
