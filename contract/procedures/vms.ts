import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Comment, DEFAULT_PLACE, Mac, Name, Ref } from '../model/common';
import { filePath } from '../model/path';
import { HostFit } from '../model/placement';
import { Addition, Boot, DiskDraft, Image, Seed, Vm, Vnic } from '../model/vm';
import { command, query } from './base';

export const VnicDraft = z.strictObject({
  name: Name.optional(),
  /** Null: a vNIC without a network, which hears nobody. */
  network: Ref.nullable().default(null),
  mac: Mac.optional(),
  plugged: z.boolean().default(true),
  linked: z.boolean().default(true),
});

/** What a new VM boots from, as a person gives it: an image by name, everything else by path. */
export const BootDraft = z.discriminatedUnion('kind', [
  Boot.options[0],
  z.strictObject({ kind: z.literal('image'), image: Ref, seed: Seed.nullable().default(null) }),
  DiskDraft,
  Boot.options[3],
  Boot.options[4],
]);

/** A piece of a serial console: `data` in base64; `replay` is what was printed before. */
export const ConsoleChunk = z.object({ data: z.string(), replay: z.boolean() });
export type ConsoleChunk = z.infer<typeof ConsoleChunk>;

/** A piece of a screen: RFB (RFC 6143) from its server, base64 in `data`. `screen` names this viewer's own connection for `screenWrite`. */
export const ScreenChunk = z.object({ screen: z.uuid(), data: z.string() });
export type ScreenChunk = z.infer<typeof ScreenChunk>;

const Memory = z.int().min(32, 'must be at least 32 MiB').max(4_194_304);
const Cpus = z.int().min(1).max(512);
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
      memoryMiB: Memory.optional(),
      cpus: Cpus.default(1),
      vnics: z.array(VnicDraft).max(28).default([]),
      start: z.boolean().default(false),
    },
    { vm: Vm },
  ),
  update: command(
    {
      vm: Ref,
      name: Name.optional(),
      comment: Comment.optional(),
      memoryMiB: Memory.optional(),
      cpus: Cpus.optional(),
    },
    { vm: Vm },
  ),
  /**
   * Each host of the cluster, whether the VM could run there, and why not (rule O2). Of a VM that is only being thought of give
   * what placement looks at. A VM whose disks are on a host starts there only; `move` asks where it could be moved to.
   */
  placement: query
    .input(
      z.strictObject({
        vm: Ref.optional(),
        move: z.boolean().default(false),
        cluster: Ref.optional(),
        networks: z.array(Ref).max(28).optional(),
        memoryMiB: Memory.optional(),
      }),
    )
    .output(z.array(HostFit)),
  /** Chooses a host (O2) if the VM has none, validates and creates its networks there (S8), then starts it. `host` asks for one. */
  start: command({ vm: Ref, host: Ref.optional() }, { vm: Vm }),
  /** Moves a VM that is down to another host of its cluster, with its disks. MAC addresses and ids stay. */
  /**
   * Of its definition goes along what Atoll knows to be harmless. Any other part wants a word by its id: `carry` takes it along (and on
   * each later move), `leave` leaves it out.
   */
  move: command({ vm: Ref, host: Ref, carry: Parts, leave: Parts }, { vm: Vm }),
  /** What of a stopped VM's definition, as its host has it now, `move` wants a word about. */
  additions: query.input(z.strictObject({ vm: Ref })).output(z.array(Addition)),
  /** Asks the guest to power off (ACPI). */
  shutdown: lifecycle(),
  /** Ends it at once. */
  stop: lifecycle(),
  reboot: lifecycle(),
  reset: lifecycle(),
  /** Saves its memory to disk; `resume` takes it up again. */
  suspend: lifecycle(),
  resume: lifecycle(),
  /** An imported VM is only forgotten. */
  remove: command({ vm: Ref, keepDisks: z.boolean().default(false) }, {}),
  /** Takes an imported VM out of Atoll's care: it stays on its host as it is, running or not, without our mark. */
  forget: command({ vm: Ref }, {}),
  /** The serial console: first what was printed so far (at most 256 KiB), then live. Bytes in base64. Ends when the VM does. */
  console: query.input(z.strictObject({ vm: Ref })).output(eventIterator(ConsoleChunk)),
  /** Types into the serial console; `data` is base64, at most 64 KiB. */
  consoleWrite: query
    .input(z.strictObject({ vm: Ref, data: z.base64().max(90_000) }))
    .output(z.object({ bytes: z.int() })),
  /**
   * Opens the screen: a connection to the VM's VNC server of the caller's own. The first chunk comes at once, perhaps with no bytes yet;
   * the bytes are RFB from the server's first word on. Ends when the VM does.
   */
  screen: query.input(z.strictObject({ vm: Ref })).output(eventIterator(ScreenChunk)),
  /** Says something to the server of an open screen, in RFB; `data` is base64, at most 64 KiB. Answers once it is taken. */
  screenWrite: query
    .input(z.strictObject({ screen: z.uuid(), data: z.base64().max(90_000) }))
    .output(z.object({ bytes: z.int() })),
};

const ofVnic = { vm: Ref, vnic: Ref };
export const vnics = {
  list: query.input(z.strictObject({ vm: Ref.optional(), network: Ref.optional() })).output(z.array(Vnic)),
  add: command({ vm: Ref, ...VnicDraft.shape }, { vnic: Vnic }),
  plug: command(ofVnic, { vnic: Vnic }),
  unplug: command(ofVnic, { vnic: Vnic }),
  link: command({ ...ofVnic, up: z.boolean() }, { vnic: Vnic }),
  /** To another network, running or not; null takes it off any network. */
  move: command({ ...ofVnic, network: Ref.nullable() }, { vnic: Vnic }),
  remove: command(ofVnic, {}),
};

export const images = {
  list: query.output(z.array(Image)),
  /** Copies a qcow2 or raw file of this computer into the home. */
  add: command({ name: Name, path: filePath('image') }, { image: Image.nullable() }),
  remove: command({ image: Ref }, {}),
};
